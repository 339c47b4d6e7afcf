import type { Mask } from "../../src/compute/masks/maskSet";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";

/**
 * Creates random masks that overlap and nest like real ones: ellipses of all sizes, every fourth a copy of an earlier
 * one with a few pixels changed.
 */
export function RandomMasks(random: () => number, count: number, width: number, height: number): Mask[] {
    const bitmaps: Uint8Array[] = [];
    for (let m = 0; m < count; m++) {
        let bitmap: Uint8Array;
        if (m % 4 === 3) {
            bitmap = bitmaps[Math.floor(random() * m)].slice();
            for (let k = 0; k < width; k++) {
                bitmap[Math.floor(random() * bitmap.length)] ^= 1;
            }
        } else {
            bitmap = new Uint8Array(width * height);
            const x = random() * width;
            const y = random() * height;
            const scale = 0.02 + 0.6 * random() ** 2;
            const radiusX = scale * width * (0.5 + random());
            const radiusY = scale * height * (0.5 + random());
            for (let p = 0; p < bitmap.length; p++) {
                const dx = ((p % width) + 0.5 - x) / radiusX;
                const dy = (Math.floor(p / width) + 0.5 - y) / radiusY;
                bitmap[p] = dx * dx + dy * dy < 1 ? 1 : 0;
            }
        }
        bitmaps.push(bitmap);
    }
    return bitmaps.map((bitmap) => ({
        region: RunLengthMask.FromBitmap(bitmap, width, height),
        predictedIou: 0.5 + 0.5 * random(),
        stability: 0.5 + 0.5 * random(),
    }));
}
