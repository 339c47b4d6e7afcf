import { RunLengthMask } from "../../compute/masks/runLengthMask";

/**
 * Resizes a mask: a pixel is inside when at least half of its area is. Masks of a larger image that are resized to the
 * view are finer than masks generated at the size of the view.
 */
export function ResizeMask(mask: RunLengthMask, width: number, height: number): RunLengthMask {
    if (mask.width === width && mask.height === height) {
        return mask;
    }
    const bitmap = mask.toBitmap();
    const narrow = new Float64Array(width * mask.height);
    const columns = createAreaShares(mask.width, width);
    for (let y = 0; y < mask.height; y++) {
        for (let x = 0; x < width; x++) {
            const { first, shares } = columns[x];
            let sum = 0;
            for (let i = 0, p = y * mask.width + first; i < shares.length; i++, p++) {
                sum += shares[i] * bitmap[p];
            }
            narrow[y * width + x] = sum;
        }
    }
    const out = new Uint8Array(width * height);
    createAreaShares(mask.height, height).forEach(({ first, shares }, y) => {
        for (let x = 0; x < width; x++) {
            let sum = 0;
            for (let i = 0, p = first * width + x; i < shares.length; i++, p += width) {
                sum += shares[i] * narrow[p];
            }
            out[y * width + x] = sum >= 0.5 - 1e-9 ? 1 : 0;
        }
    });
    return RunLengthMask.FromBitmap(out, width, height);
}

/** Returns the source pixels of each pixel of a resized line, with their shares of its area. */
function createAreaShares(from: number, to: number): { first: number; shares: number[] }[] {
    return Array.from({ length: to }, (_, i) => {
        const low = (i * from) / to;
        const high = ((i + 1) * from) / to;
        const first = Math.floor(low);
        const shares: number[] = [];
        for (let k = first; k < high && k < from; k++) {
            shares.push((Math.min(high, k + 1) - Math.max(low, k)) / (high - low));
        }
        return { first, shares };
    });
}
