import type { RunOptions } from "../../compute/base/progress";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { CreateImageMasksAsync } from "./createImageMasks";

/**
 * Masks with those that the pictures themselves give beside them ({@link CreateImageMasksAsync}): they know of creases and steps in depth,
 * and cover what a model passed over.
 *
 * @param share how much one of them counts beside a given one of the same quality, 0..1
 * @returns per view the given masks, then the others with their predicted IoU times `share`
 * @throws UltrametricError as {@link CreateImageMasksAsync}
 */
export async function AddImageMasksAsync(
    capture: Capture,
    masks: MaskSet,
    share: number,
    run: RunOptions = {},
): Promise<MaskSet> {
    const added = await CreateImageMasksAsync(capture, {}, run);
    const views = masks.views.map((view, v) => ({
        ...view,
        masks: [
            ...view.masks,
            ...added.views[v].masks.map((mask) => ({ ...mask, predictedIou: share * mask.predictedIou })),
        ],
    }));
    return { ...masks, views };
}
