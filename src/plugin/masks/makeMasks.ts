import { CheckOptions } from "../../compute/base/checkOptions";
import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { ImageMaskOptions } from "../../compute/masks/imageMasks";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { CheckSamModel } from "../sam/checkSamModel";
import { CreateImageMasksAsync } from "./createImageMasks";
import { GenerateMasksAsync, type GenerateMasksOptions } from "./generateMasks";

/** Options of {@link MakeMasksAsync} without a model. */
export interface SimpleMasksOptions extends RunOptions {
    readonly model?: null;
    /** Options of {@link CreateImageMasksAsync}. */
    readonly image?: Partial<ImageMaskOptions>;
}

/** The names of options without a model, and of all. */
const SIMPLE_OPTIONS: readonly string[] = ["model", "image", "onProgress", "signal"];
const OPTIONS: readonly string[] = [
    ...SIMPLE_OPTIONS,
    ...[
        "runtime",
        "generator",
        "quality",
        "imageAsync",
        "modelStore",
        "maskStore",
        "knownAsync",
        "onView",
        "onWarning",
    ],
];

/** Options of {@link MakeMasksAsync}. */
export type MakeMasksOptions = GenerateMasksOptions | SimpleMasksOptions;

/**
 * Makes the masks of all views of a capture: with a model by {@link GenerateMasksAsync}, without one by
 * {@link CreateImageMasksAsync}.
 *
 * @throws UltrametricError as these two; "input" for options that do not exist or need a model
 */
export async function MakeMasksAsync(capture: Capture, options: MakeMasksOptions = {}): Promise<MaskSet> {
    CheckOptions(options, OPTIONS, "generateMasksAsync");
    const without = Object.keys(options).find((name) => !SIMPLE_OPTIONS.includes(name));
    if (options.model) {
        CheckSamModel(options.model);
    } else if (without !== undefined) {
        throw new UltrametricError(
            "input",
            `The option ${without} is one of masks with a model; pass the option model, too, or leave ${without} out.`,
        );
    }
    return options.model
        ? GenerateMasksAsync(capture, options)
        : CreateImageMasksAsync(capture, { ...options.image, signal: options.signal, onProgress: options.onProgress });
}
