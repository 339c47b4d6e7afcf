import { TrueMasks } from "./normalizedCovering";
import type { QueryAnswers } from "./queryAnswers";

/** SI of one true mask set in one view, 0..1. */
export interface Injectivity {
    /** Second query drawn from the first one's answer (paper, section 5.1): 1 for every hierarchy by construction. */
    readonly answer: number;
    /** Both queries drawn from the true mask (paper, supplement A.3): how often they get the same part. */
    readonly trueMask: number;
}

/**
 * Segmentation injectivity: two random pixels, the cut that fits the true mask best at the first, the IoU of the two
 * answers. Mean over samples, then over masks.
 *
 * @param truth [h, w] ids, 0 = not counted
 * @param random uniform in [0, 1)
 * @returns null where the view has no true mask of 20 pixels
 */
export function SegmentationInjectivity(
    truth: Int32Array,
    answers: QueryAnswers,
    samples: number,
    random: () => number,
): Injectivity | null {
    const masks = [...TrueMasks(truth).values()];
    if (masks.length === 0) {
        return null;
    }
    let answer = 0;
    let trueMask = 0;
    const parts = new Map<string, number[]>();
    const pixelsOfAnswer = (cut: number, pixel: number): number[] => {
        const label = answers.cuts[cut][pixel];
        const known = parts.get(`${cut} ${label}`) ?? pixelsOf(answers.cuts[cut], label);
        parts.set(`${cut} ${label}`, known);
        return known;
    };
    for (const pixels of masks) {
        const scores = answers.scoreMask(pixels);
        const drawn = (from: ArrayLike<number>): number => from[Math.floor(random() * from.length)];
        for (let s = 0; s < samples; s++) {
            const first = drawn(pixels);
            const second = drawn(pixels);
            const cut = answers.bestCut(first, scores);
            if (cut < 0) {
                continue;
            }
            trueMask += answers.agreement(cut, first, second);
            answer += answers.agreement(cut, first, drawn(pixelsOfAnswer(cut, first)));
        }
    }
    const total = samples * masks.length;
    return { answer: answer / total, trueMask: trueMask / total };
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
