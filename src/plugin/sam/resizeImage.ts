import type { RgbaImage } from "../formats/base/pngImage";

/** A rectangle of pixels: [left, top, width, height]. */
export type PixelBox = readonly [left: number, top: number, width: number, height: number];

/** The first source pixel of each pixel of a resized line, and the weights of the source pixels from there on. */
interface LineFilter {
    readonly first: Int32Array;
    readonly weights: Float64Array[];
}

/**
 * Composites an image on white and resizes a part of it with a triangle filter, which is wider when the image shrinks.
 * Columns are resized before rows, and each result is rounded to bytes. The bytes equal those of Pillow's BILINEAR,
 * which segment-anything uses.
 *
 * @returns [height, width, 3] bytes
 */
export function ResizeOnWhite(
    image: RgbaImage,
    [left, top, fromWidth, fromHeight]: PixelBox,
    width: number,
    height: number,
): Uint8Array {
    const { data } = image;
    const line = new Float64Array(3 * fromWidth);
    const narrow = new Uint8Array(3 * width * fromHeight);
    const columns = createFilter(fromWidth, width);
    for (let y = 0; y < fromHeight; y++) {
        for (let x = 0, p = 4 * ((top + y) * image.width + left); x < fromWidth; x++, p += 4) {
            const alpha = data[p + 3];
            for (let k = 0; k < 3; k++) {
                line[3 * x + k] = alpha === 255 ? data[p + k] : Math.round((data[p + k] * alpha) / 255 + 255 - alpha);
            }
        }
        for (let x = 0, to = 3 * y * width; x < width; x++, to += 3) {
            const weights = columns.weights[x];
            let red = 0.5;
            let green = 0.5;
            let blue = 0.5;
            for (let i = 0, p = 3 * columns.first[x]; i < weights.length; i++, p += 3) {
                red += weights[i] * line[p];
                green += weights[i] * line[p + 1];
                blue += weights[i] * line[p + 2];
            }
            narrow[to] = red;
            narrow[to + 1] = green;
            narrow[to + 2] = blue;
        }
    }
    const rows = createFilter(fromHeight, height);
    const out = new Uint8Array(3 * width * height);
    const sums = new Float64Array(3 * width);
    for (let y = 0; y < height; y++) {
        sums.fill(0.5);
        rows.weights[y].forEach((weight, i) => {
            for (let k = 0, p = 3 * width * (rows.first[y] + i); k < 3 * width; k++, p++) {
                sums[k] += weight * narrow[p];
            }
        });
        out.set(sums, 3 * width * y);
    }
    return out;
}

function createFilter(from: number, to: number): LineFilter {
    const scale = from / to;
    const reach = Math.max(scale, 1);
    const first = new Int32Array(to);
    const weights: Float64Array[] = [];
    for (let i = 0; i < to; i++) {
        const center = (i + 0.5) * scale;
        const low = Math.max(0, Math.trunc(center - reach + 0.5));
        const high = Math.min(from, Math.trunc(center + reach + 0.5));
        const own = new Float64Array(high - low);
        let sum = 0;
        for (let k = low; k < high; k++) {
            own[k - low] = Math.max(0, 1 - Math.abs((k - center + 0.5) / reach));
            sum += own[k - low];
        }
        first[i] = low;
        // Slightly larger than exact, so that a weighted mean of equal bytes is not rounded down below them.
        weights.push(own.map((weight) => (weight / sum) * (1 + 1e-9)));
    }
    return { first, weights };
}
