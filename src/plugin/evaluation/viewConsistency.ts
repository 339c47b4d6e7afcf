import { UNLABELED } from "../../compute/hierarchy/cut/labelTransfer";
import type { QueryResults } from "./queryResults";
import { TrueMasks } from "./trueMasks";
import { NO_PIXEL, type ViewWarp } from "./viewWarp";

/**
 * Computes the view consistency (paper, section 5.1 and supplement A.3): the part at a random pixel, in the cut that
 * fits its true mask best, is warped to a second view and compared with the part there in the same cut. The result is
 * their IoU over the pixels that are visible in both views, as a mean over samples, then over masks. Samples that are
 * not visible in the second view do not count.
 *
 * @param truth [h, w] ids in the source view, 0 for pixels that do not count
 * @param source the parts in the first view
 * @param target the parts in the second view, in the same cuts
 * @param random uniform in [0, 1)
 * @returns 0..1; null without a true mask of 20 pixels that is visible in the second view
 */
export function ViewConsistency(
    truth: Int32Array,
    source: QueryResults,
    target: QueryResults,
    warp: ViewWarp,
    samples: number,
    random: () => number,
): number | null {
    const means: number[] = [];
    const known = new Map<string, number>();
    for (const pixels of TrueMasks(truth).values()) {
        const scores = source.scoreMask(pixels);
        let sum = 0;
        let count = 0;
        for (let s = 0; s < samples; s++) {
            const first = pixels[Math.floor(random() * pixels.length)];
            const second = warp.targetOfSource[first];
            if (second === NO_PIXEL) {
                continue;
            }
            count++;
            const cut = source.bestCut(first, scores);
            const a = cut < 0 ? UNLABELED : source.cuts[cut][first];
            const b = cut < 0 ? UNLABELED : target.cuts[cut][second];
            if (a === UNLABELED || b === UNLABELED) {
                continue;
            }
            const key = `${cut} ${a} ${b}`;
            const iou = known.get(key) ?? overlap(source.cuts[cut], a, target.cuts[cut], b, warp.sourceOfTarget);
            known.set(key, iou);
            sum += iou;
        }
        if (count > 0) {
            means.push(sum / count);
        }
    }
    return means.length > 0 ? means.reduce((sum, x) => sum + x, 0) / means.length : null;
}

/** Returns the IoU of the warped source part a and the target part b, over the pixels visible in both views. */
function overlap(
    sourceLabels: Int32Array,
    a: number,
    targetLabels: Int32Array,
    b: number,
    sourceOfTarget: Int32Array,
): number {
    let both = 0;
    let either = 0;
    for (let p = 0; p < sourceOfTarget.length; p++) {
        if (sourceOfTarget[p] !== NO_PIXEL) {
            const inA = sourceLabels[sourceOfTarget[p]] === a;
            const inB = targetLabels[p] === b;
            both += inA && inB ? 1 : 0;
            either += inA || inB ? 1 : 0;
        }
    }
    return either > 0 ? both / either : 0;
}
