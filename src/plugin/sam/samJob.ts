import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Mask } from "../../compute/masks/maskSet";
import type { RgbaImage } from "../formats/base/pngImage";
import { type GeneratedMasks, MaskGenerator, type MaskGeneratorOptions } from "./maskGenerator";
import type { OnnxRuntime, OnnxRuntimeOptions } from "./onnxRuntime";
import type { SamModel } from "./samModel";
import { SamPredictor } from "./samPredictor";
import { type SamPrompt, SamSession } from "./samSession";

/** The input of a `SamJob`: plain data that can be posted to a worker. */
export interface SamJobInput {
    readonly model: SamModel;
    readonly encoder: Uint8Array;
    readonly decoder: Uint8Array;
    readonly runtime: Partial<OnnxRuntimeOptions>;
}

/** A Segment Anything model on the current thread, which in a page is usually that of a worker. */
export class SamJob {
    private readonly _predictors = new Map<number, SamPredictor>();

    private constructor(
        private readonly _session: SamSession,
        private readonly _runtime: OnnxRuntime,
    ) {}

    /**
     * @param runtime runs the model
     * @throws UltrametricError see SamSession.CreateAsync
     */
    public static async StartAsync({ model, encoder, decoder }: SamJobInput, runtime: OnnxRuntime): Promise<SamJob> {
        return new SamJob(await SamSession.CreateAsync(runtime, model, encoder, decoder), runtime);
    }

    /** The execution provider of the model. */
    public get provider(): OnnxRuntime["provider"] {
        return this._runtime.provider;
    }

    /** See {@link MaskGenerator.generateAsync}. */
    public async generateAsync(
        image: RgbaImage,
        foreground: Uint8Array | null,
        options: Partial<MaskGeneratorOptions>,
        run: RunOptions,
    ): Promise<GeneratedMasks> {
        return new MaskGenerator(this._session, options).generateAsync(image, foreground, run);
    }

    /** Encodes the image of the next prompts in a slot. */
    public async setImageAsync(image: RgbaImage, slot = 0): Promise<void> {
        this._predictors.delete(slot);
        this._predictors.set(slot, await SamPredictor.CreateAsync(this._session, image));
    }

    /** See {@link SamPredictor.predictAsync}. */
    public async predictAsync(prompt: SamPrompt, slot = 0): Promise<Mask[]> {
        const predictor = this._predictors.get(slot);
        if (!predictor) {
            throw new UltrametricError("input", "There is no image for the prompt; call setImageAsync first.");
        }
        return predictor.predictAsync(prompt);
    }

    public async releaseAsync(): Promise<void> {
        await this._session.releaseAsync();
    }
}
