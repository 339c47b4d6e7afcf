import type { Mask } from "../../compute/masks/maskSet";
import { RunLengthMask } from "../../compute/masks/runLengthMask";

/** Restores the class of a mask's run lengths, which `postMessage` removes. */
export function ReviveMask(mask: Mask): Mask {
    const { counts, width, height } = mask.region;
    return { ...mask, region: RunLengthMask.FromCounts(counts, width, height) };
}
