import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Mask } from "../../compute/masks/maskSet";
import type { RgbaImage } from "../formats/pngImage";
import { type GeneratedMasks, MaskGenerator, type MaskGeneratorOptions } from "./maskGenerator";
import type { OnnxRuntime, OnnxRuntimeOptions } from "./onnxRuntime";
import type { SamModel } from "./samModel";
import { SamPredictor } from "./samPredictor";
import { type SamPrompt, SamSession } from "./samSession";

/** What a job is made from: plain data, which survives the way into a worker. */
export interface SamJobInput {
    readonly model: SamModel;
    readonly encoder: Uint8Array;
    readonly decoder: Uint8Array;
    readonly runtime: Partial<OnnxRuntimeOptions>;
}

/** A model that makes masks, on the thread where it lives: in a page usually a worker's. */
export class SamJob {
    private _decoder: SamPredictor | null = null;

    private constructor(
        private readonly _session: SamSession,
        private readonly _runtime: OnnxRuntime,
    ) {}

    /**
     * @param runtime what runs the model
     * @throws UltrametricError see SamSession.CreateAsync
     */
    public static async StartAsync({ model, encoder, decoder }: SamJobInput, runtime: OnnxRuntime): Promise<SamJob> {
        return new SamJob(await SamSession.CreateAsync(runtime, model, encoder, decoder), runtime);
    }

    /** Where the model runs. */
    public get provider(): OnnxRuntime["provider"] {
        return this._runtime.provider;
    }

    /** See {@link MaskGenerator.generateAsync}. */
    public async generateAsync(
        picture: RgbaImage,
        content: Uint8Array | null,
        options: Partial<MaskGeneratorOptions>,
        run: RunOptions,
    ): Promise<GeneratedMasks> {
        return new MaskGenerator(this._session, options).generateAsync(picture, content, run);
    }

    /** Shows the model the picture that prompts are about. */
    public async setImageAsync(picture: RgbaImage): Promise<void> {
        this._decoder = null;
        this._decoder = await SamPredictor.CreateAsync(this._session, picture);
    }

    /** See {@link SamPredictor.predictAsync}. */
    public async predictAsync(prompt: SamPrompt): Promise<Mask[]> {
        if (this._decoder === null) {
            throw new UltrametricError("input", "There is no picture to ask about; set one before.");
        }
        return this._decoder.predictAsync(prompt);
    }

    public async releaseAsync(): Promise<void> {
        await this._session.releaseAsync();
    }
}
