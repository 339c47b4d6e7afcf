import type { RunLengthMask } from "./runLengthMask";

/** A mask of one view. */
export interface Mask {
    /** The pixels it holds. */
    readonly region: RunLengthMask;
    /** The model's estimate of the mask's IoU, 0..1 (a regression: SAM's may exceed 1 slightly); 1 if unknown. */
    readonly predictedIou: number;
    /** IoU of the mask at a slightly higher and a slightly lower threshold, 0..1; 1 if unknown. */
    readonly stability: number;
}

/** The masks of one view, which may overlap. */
export interface ViewMasks {
    readonly masks: readonly Mask[];
}

/** The masks of all views of a capture: `views[i]` holds those of `capture.views[i]`. */
export interface MaskSet {
    readonly views: readonly ViewMasks[];
    /** True if the masks come from the images themselves, without a model. Default false. */
    readonly isFromImages?: boolean;
    /** Sentences about masks that were left out of files, and why; undefined for none. */
    readonly notes?: readonly string[];
}

/** Returns the confidence of a mask, 0..1: predicted IoU (at most 1) times stability. */
export function MaskConfidence(mask: Mask): number {
    return Math.min(Math.max(mask.predictedIou, 0), 1) * Math.min(Math.max(mask.stability, 0), 1);
}
