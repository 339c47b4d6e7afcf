import { encode } from "fast-png";
import { PackOklch } from "../../src/compute/base/oklab";
import { NO_ELEMENT } from "../../src/plugin/content/sceneContent";
import type { FaceLabels } from "./partErrors";
import type { ShapeCapture } from "./shapeCapture";

/** The distance between panels, in pixels. */
const GAP = 4;

/** The difference in hue between parts in the order of their sizes, in degrees. */
const GOLDEN_ANGLE = 137.508;

/**
 * Draws segmentations side by side as a PNG: a column for each, and a row for each of two opposite views. Colors go by
 * size, so that segmentations which agree look alike.
 */
export function DrawSegmentations(
    { capture, faceImages }: ShapeCapture,
    segmentations: readonly FaceLabels[],
): Uint8Array {
    const rows = [Math.floor(faceImages.length / 2), Math.floor(faceImages.length / 2) + 3].filter(
        (v) => v < faceImages.length,
    );
    const { width, height } = capture.views[0].camera;
    const totalWidth = segmentations.length * (width + GAP) - GAP;
    const totalHeight = rows.length * (height + GAP) - GAP;
    const data = new Uint8Array(3 * totalWidth * totalHeight).fill(255);
    segmentations.forEach(({ labels, count }, column) => {
        const colors = colorsBySize(labels, count);
        rows.forEach((v, row) => {
            const { image } = capture.views[v];
            faceImages[v].forEach((face, pixel) => {
                if (face === NO_ELEMENT) {
                    return;
                }
                const x = column * (width + GAP) + (pixel % width);
                const y = row * (height + GAP) + Math.floor(pixel / width);
                const shade = 0.35 + (0.65 * image[4 * pixel + 1]) / 255;
                for (let k = 0; k < 3; k++) {
                    data[3 * (y * totalWidth + x) + k] = shade * ((colors[labels[face]] >> (8 * k)) & 0xff);
                }
            });
        });
    });
    return encode({ width: totalWidth, height: totalHeight, data, channels: 3, depth: 8 });
}

/** [parts] sRGB, red lowest. */
function colorsBySize(labels: ArrayLike<number>, count: number): number[] {
    const sizes = new Array<number>(count).fill(0);
    for (let f = 0; f < labels.length; f++) {
        sizes[labels[f]]++;
    }
    const colors: number[] = [];
    const bySize = [...sizes.keys()].sort((p, q) => sizes[q] - sizes[p] || p - q);
    bySize.forEach((part, rank) => {
        const lightness = [0.75, 0.88, 0.62][rank % 3];
        colors[part] = PackOklch(lightness, 0.13, (255 + rank * GOLDEN_ANGLE) % 360);
    });
    return colors;
}
