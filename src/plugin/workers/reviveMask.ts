import type { Mask } from "../../compute/masks/maskSet";
import { RunLengthMask } from "../../compute/masks/runLengthMask";

/** A mask that came from another thread: its run lengths are an instance of their class again. */
export function ReviveMask(mask: Mask): Mask {
    const { counts, width, height } = mask.region;
    return { ...mask, region: RunLengthMask.FromCounts(counts, width, height) };
}
