import type { RunOptions } from "../../compute/base/progress";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { CreateImageMasksAsync } from "./createImageMasks";

/**
 * Adds the masks of {@link CreateImageMasksAsync} to given ones. They follow creases and depth discontinuities, and
 * cover what a model missed.
 *
 * @param share factor of the added masks' predicted IoU, 0..1: their weight beside given masks of the same quality
 * @returns per view the given masks, then the added ones
 * @throws UltrametricError as {@link CreateImageMasksAsync}
 */
export async function AddImageMasksAsync(
    capture: Capture,
    masks: MaskSet,
    share: number,
    run: RunOptions = {},
): Promise<MaskSet> {
    const added = await CreateImageMasksAsync(capture, run);
    const views = masks.views.map((view, v) => ({
        ...view,
        masks: [
            ...view.masks,
            ...added.views[v].masks.map((mask) => ({ ...mask, predictedIou: share * mask.predictedIou })),
        ],
    }));
    return { ...masks, views };
}
