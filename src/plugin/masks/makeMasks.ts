import type { RunOptions } from "../../compute/base/progress";
import type { ImageMaskOptions } from "../../compute/masks/imageMasks";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { CreateImageMasksAsync } from "./createImageMasks";
import { GenerateMasksAsync, type GenerateMasksOptions } from "./generateMasks";

/** Masks without a model, the simple way. */
export interface SimpleMasksOptions extends RunOptions {
    /** No model. */
    readonly model?: null;
    /** See ImageMaskOptions. */
    readonly image?: Partial<ImageMaskOptions>;
}

/** Options of {@link MakeMasksAsync}: a model with what goes with it, or none. */
export type MakeMasksOptions = GenerateMasksOptions | SimpleMasksOptions;

/**
 * Masks of all views of a capture: with a model those of {@link GenerateMasksAsync}, without one those of {@link CreateImageMasksAsync}.
 * @throws UltrametricError as these two
 */
export function MakeMasksAsync(capture: Capture, options: MakeMasksOptions = {}): Promise<MaskSet> {
    return options.model
        ? GenerateMasksAsync(capture, options)
        : CreateImageMasksAsync(capture, options.image ?? {}, options);
}
