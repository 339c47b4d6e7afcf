import type { RunLengthMask } from "./runLengthMask";

/** A mask of one view. */
export interface Mask {
    /** The pixels it holds. */
    readonly region: RunLengthMask;
    /** The model's own estimate of the mask's IoU, 0..1 (a regression: SAM's exceeds 1 by some hundredths at times); 1 where unknown. */
    readonly predictedIou: number;
    /** IoU of the mask thresholded a little higher and a little lower, 0..1; 1 where unknown. */
    readonly stability: number;
}

/** The masks of one view. Masks overlap, and differ from view to view. */
export interface ViewMasks {
    readonly masks: readonly Mask[];
}

/** The masks of all views of a capture: `views[i]` belongs to `capture.views[i]`; a view without masks has an empty list. */
export interface MaskSet {
    readonly views: readonly ViewMasks[];
}

/** How far a mask is to be trusted, 0..1: predicted IoU (at most 1) times stability. */
export function MaskConfidence(mask: Mask): number {
    return Math.min(Math.max(mask.predictedIou, 0), 1) * Math.min(Math.max(mask.stability, 0), 1);
}
