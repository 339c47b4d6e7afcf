import { CountLabels } from "./countLabels";
import { TrueMasks } from "./trueMasks";

/** The normalized covering of the true masks of a view, 0..1. */
export interface Covering {
    /** The best IoU, over the cuts, of the part at a pixel, as a mean over the pixels of a mask, then over masks. */
    readonly queried: number;
    /** The best IoU of any part of any cut, as a mean over masks (paper, equation 6). */
    readonly dense: number;
}

/**
 * Computes the normalized covering of the true masks of a view by the parts of a series of cuts (paper, section 5.1).
 * Every pixel of a true mask is a query.
 *
 * @param truth [h, w] ids, 0 for pixels that do not count
 * @param cuts per cut [h, w] part of each pixel, -1 for none
 * @returns null for a view without a true mask of 20 pixels
 */
export function NormalizedCovering(truth: Int32Array, cuts: readonly Int32Array[]): Covering | null {
    const masks = TrueMasks(truth);
    if (masks.size === 0) {
        return null;
    }
    const best = new Map(
        [...masks].map(([id, pixels]) => [id, { queried: new Float32Array(pixels.length), dense: 0 }]),
    );
    for (const labels of cuts) {
        const areas = CountLabels(labels);
        const shared = new Uint32Array(areas.length);
        for (const [id, pixels] of masks) {
            const scores = best.get(id)!;
            shared.fill(0);
            for (const p of pixels) {
                if (labels[p] >= 0) {
                    shared[labels[p]]++;
                }
            }
            pixels.forEach((p, i) => {
                const label = labels[p];
                if (label >= 0) {
                    const iou = shared[label] / (pixels.length + areas[label] - shared[label]);
                    scores.queried[i] = Math.max(scores.queried[i], iou);
                    scores.dense = Math.max(scores.dense, iou);
                }
            });
        }
    }
    let queried = 0;
    let dense = 0;
    for (const scores of best.values()) {
        queried += scores.queried.reduce((sum, x) => sum + x, 0) / scores.queried.length;
        dense += scores.dense;
    }
    return { queried: queried / masks.size, dense: dense / masks.size };
}
