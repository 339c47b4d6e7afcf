import type { RunOptions } from "../../compute/base/progress";
import type { ImageMaskOptions } from "../../compute/masks/imageMasks";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { CreateImageMasksAsync } from "./createImageMasks";
import { GenerateMasksAsync, type GenerateMasksOptions } from "./generateMasks";

/** Options of {@link MakeMasksAsync} without a model. */
export interface SimpleMasksOptions extends RunOptions {
    readonly model?: null;
    /** Options of {@link CreateImageMasksAsync}. */
    readonly image?: Partial<ImageMaskOptions>;
}

/** Options of {@link MakeMasksAsync}. */
export type MakeMasksOptions = GenerateMasksOptions | SimpleMasksOptions;

/**
 * Makes the masks of all views of a capture: with a model by {@link GenerateMasksAsync}, without one by
 * {@link CreateImageMasksAsync}.
 *
 * @throws UltrametricError as these two
 */
export function MakeMasksAsync(capture: Capture, options: MakeMasksOptions = {}): Promise<MaskSet> {
    return options.model
        ? GenerateMasksAsync(capture, options)
        : CreateImageMasksAsync(capture, { ...options.image, signal: options.signal, onProgress: options.onProgress });
}
