import type { RunLengthMask } from "./runLengthMask";

/** Returns the number of pixels that two masks of one size share. */
export function SharedPixels(a: RunLengthMask, b: RunLengthMask): number {
    let shared = 0;
    let i = 0;
    let j = 0;
    let endA = a.counts[0] ?? 0;
    let endB = b.counts[0] ?? 0;
    let position = 0;
    while (i < a.counts.length && j < b.counts.length) {
        const end = Math.min(endA, endB);
        if ((i & 1) === 1 && (j & 1) === 1) {
            shared += end - position;
        }
        position = end;
        if (endA === end) {
            i++;
            endA += a.counts[i] ?? 0;
        }
        if (endB === end) {
            j++;
            endB += b.counts[j] ?? 0;
        }
    }
    return shared;
}

/** Returns the intersection over union of two masks of one size, 0..1; 1 for two empty masks. */
export function MaskIou(a: RunLengthMask, b: RunLengthMask): number {
    const shared = SharedPixels(a, b);
    const union = a.area + b.area - shared;
    return union === 0 ? 1 : shared / union;
}
