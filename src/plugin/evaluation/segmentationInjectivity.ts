import type { QueryResults } from "./queryResults";
import { TrueMasks } from "./trueMasks";

/** The segmentation injectivity for the true masks of a view, 0..1. */
export interface Injectivity {
    /**
     * With the second query from the first one's result (paper, section 5.1): 1 for every hierarchy by construction.
     */
    readonly result: number;
    /** With both queries from the true mask (paper, supplement A.3): the share with the same part. */
    readonly trueMask: number;
}

/**
 * Computes the segmentation injectivity: the IoU of the parts at two random pixels, in the cut that fits the true mask
 * best at the first one, as a mean over samples, then over masks.
 *
 * @param truth [h, w] ids, 0 for pixels that do not count
 * @param random uniform in [0, 1)
 * @returns null for a view without a true mask of 20 pixels
 */
export function SegmentationInjectivity(
    truth: Int32Array,
    results: QueryResults,
    samples: number,
    random: () => number,
): Injectivity | null {
    const masks = [...TrueMasks(truth).values()];
    if (masks.length === 0) {
        return null;
    }
    let result = 0;
    let trueMask = 0;
    const parts = new Map<string, number[]>();
    const pixelsOfResult = (cut: number, pixel: number): number[] => {
        const label = results.cuts[cut][pixel];
        const known = parts.get(`${cut} ${label}`) ?? pixelsOf(results.cuts[cut], label);
        parts.set(`${cut} ${label}`, known);
        return known;
    };
    for (const pixels of masks) {
        const scores = results.scoreMask(pixels);
        const draw = (from: ArrayLike<number>): number => from[Math.floor(random() * from.length)];
        for (let s = 0; s < samples; s++) {
            const first = draw(pixels);
            const second = draw(pixels);
            const cut = results.bestCut(first, scores);
            if (cut < 0) {
                continue;
            }
            trueMask += results.agreement(cut, first, second);
            result += results.agreement(cut, first, draw(pixelsOfResult(cut, first)));
        }
    }
    const total = samples * masks.length;
    return { result: result / total, trueMask: trueMask / total };
}

function pixelsOf(labels: Int32Array, label: number): number[] {
    const pixels: number[] = [];
    for (let p = 0; p < labels.length; p++) {
        if (labels[p] === label) {
            pixels.push(p);
        }
    }
    return pixels;
}
