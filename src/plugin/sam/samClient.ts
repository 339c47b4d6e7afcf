import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import type { Mask } from "../../compute/masks/maskSet";
import type { RgbaImage } from "../formats/base/pngImage";
import { ReviveMask } from "../workers/reviveMask";
import { HasWorkers, WorkerLink } from "../workers/workerLink";
import { StartWorker, WorkerUrls } from "../workers/workerUrls";
import type { GeneratedMasks, MaskGeneratorOptions } from "./maskGenerator";
import { LoadOnnxRuntimeAsync } from "./onnxPackage";
import type { OnnxRuntime } from "./onnxRuntime";
import { SamJob, type SamJobInput } from "./samJob";
import type { SamRequest, SamResponse } from "./samMessages";
import type { SamPrompt } from "./samSession";
import SamWorker from "./samWorker?worker&inline";

const OPERATION = "Making masks";

/**
 * A Segment Anything model: in a worker where workers exist and `moduleUrl` is given, otherwise on the calling thread.
 */
export abstract class SamClient {
    /**
     * @param signal terminates the worker, even during a request
     * @throws UltrametricError see LoadOnnxRuntimeAsync and SamSession.CreateAsync; "aborted"
     */
    public static async StartAsync(input: SamJobInput, signal?: AbortSignal): Promise<SamClient> {
        ThrowIfAborted(signal, "Starting the model");
        if (!HasWorkers() || !input.runtime.moduleUrl) {
            return new InlineClient(await SamJob.StartAsync(input, await LoadOnnxRuntimeAsync(input.runtime)));
        }
        const client = new WorkerClient(signal);
        try {
            await client.startAsync(input);
        } catch (error) {
            client.dispose();
            throw error;
        }
        return client;
    }

    /** The execution provider of the model. */
    public abstract get provider(): OnnxRuntime["provider"];

    /** Segments everything in an image, see MaskGenerator.generateAsync. */
    public abstract generateAsync(
        image: RgbaImage,
        foreground: Uint8Array | null,
        options?: Partial<MaskGeneratorOptions>,
        run?: RunOptions,
    ): Promise<GeneratedMasks>;

    /**
     * Encodes the image of the next prompts.
     *
     * @param slot keeps the encoded images of other slots, a few megabytes each. Default 0
     */
    public abstract setImageAsync(image: RgbaImage, slot?: number): Promise<void>;

    /** Predicts the masks of a prompt on the image of a slot, see SamPredictor.predictAsync. */
    public abstract predictAsync(prompt: SamPrompt, slot?: number): Promise<Mask[]>;

    /** Releases the model, and terminates the worker with its current request. */
    public abstract dispose(): void;
}

class InlineClient extends SamClient {
    public constructor(private readonly _job: SamJob) {
        super();
    }

    public override get provider(): OnnxRuntime["provider"] {
        return this._job.provider;
    }

    public override generateAsync(
        image: RgbaImage,
        foreground: Uint8Array | null,
        options: Partial<MaskGeneratorOptions> = {},
        run: RunOptions = {},
    ): Promise<GeneratedMasks> {
        return this._job.generateAsync(image, foreground, options, run);
    }

    public override setImageAsync(image: RgbaImage, slot = 0): Promise<void> {
        return this._job.setImageAsync(image, slot);
    }

    public override predictAsync(prompt: SamPrompt, slot = 0): Promise<Mask[]> {
        return this._job.predictAsync(prompt, slot);
    }

    public override dispose(): void {
        void this._job.releaseAsync();
    }
}

class WorkerClient extends SamClient {
    private readonly _link: WorkerLink<SamRequest, SamResponse>;
    private _provider: OnnxRuntime["provider"] = "wasm";
    private _onProgress: RunOptions["onProgress"];

    public constructor(signal?: AbortSignal) {
        super();
        const takeProgress = (response: SamResponse): boolean => {
            if (response.kind === "progress") {
                this._onProgress?.(StageProgress("makeMasks", response.fraction));
            }
            return response.kind === "progress";
        };
        this._link = new WorkerLink(StartWorker(WorkerUrls.sam, SamWorker), OPERATION, takeProgress, signal);
    }

    public override get provider(): OnnxRuntime["provider"] {
        return this._provider;
    }

    public async startAsync(input: SamJobInput): Promise<void> {
        // Not the sources of the description: bytes would be copied twice, and a URL cannot be posted.
        const { encoder, decoder } = input.model;
        const model = { ...input.model, encoder: { ...encoder, source: "" }, decoder: { ...decoder, source: "" } };
        this._provider = (await this._link.askAsync({ kind: "start", input: { ...input, model } }, "started")).provider;
    }

    public override async generateAsync(
        image: RgbaImage,
        foreground: Uint8Array | null,
        options: Partial<MaskGeneratorOptions> = {},
        { onProgress, signal }: RunOptions = {},
    ): Promise<GeneratedMasks> {
        ThrowIfAborted(signal, OPERATION);
        this._onProgress = onProgress;
        // Cancels this request only, and keeps the model.
        const cancel = (): void => this._link.tell({ kind: "cancel" });
        signal?.addEventListener("abort", cancel);
        try {
            const request = { kind: "generate", image, foreground, options } as const;
            const { generated } = await this._link.askAsync(request, "generated");
            return { ...generated, masks: generated.masks.map(ReviveMask) };
        } finally {
            signal?.removeEventListener("abort", cancel);
            this._onProgress = undefined;
        }
    }

    public override async setImageAsync(image: RgbaImage, slot = 0): Promise<void> {
        await this._link.askAsync({ kind: "setImage", image, slot }, "imageSet");
    }

    public override async predictAsync(prompt: SamPrompt, slot = 0): Promise<Mask[]> {
        return (await this._link.askAsync({ kind: "predict", prompt, slot }, "masks")).masks.map(ReviveMask);
    }

    public override dispose(): void {
        this._link.close();
    }
}
