import type { RunLengthMask } from "./runLengthMask";

/** A mask of one view. */
export interface Mask {
    /** The pixels it holds. */
    readonly region: RunLengthMask;
    /** The model's own estimate of the mask's IoU, 0..1; 1 where unknown. */
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
