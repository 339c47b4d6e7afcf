import type { MaskSet } from "../../compute/masks/maskSet";

/** The share of image masks beside the masks of a model. */
const SHARE_BESIDE_MODEL = 0.5;

/**
 * Returns the default weight of image masks beside given masks, 0..1: a half beside the masks of a model, which have
 * scores and miss parts; none beside masks without scores, which are taken as complete, and beside image masks.
 */
export function DefaultImageMaskShare({ views, isFromImages = false }: MaskSet): number {
    const hasScores = views.some(({ masks }) => masks.some((mask) => mask.predictedIou !== 1 || mask.stability !== 1));
    return hasScores && !isFromImages ? SHARE_BESIDE_MODEL : 0;
}
