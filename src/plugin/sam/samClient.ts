import type { RunOptions } from "../../compute/base/progress";
import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import type { Mask } from "../../compute/masks/maskSet";
import type { RgbaImage } from "../formats/pngImage";
import { ReviveMask } from "../workers/reviveMask";
import { HasWorkers, WorkerLink } from "../workers/workerLink";
import type { GeneratedMasks, MaskGeneratorOptions } from "./maskGenerator";
import { LoadOnnxRuntimeAsync } from "./onnxPackage";
import type { OnnxRuntime } from "./onnxRuntime";
import { SamJob, type SamJobInput } from "./samJob";
import type { SamRequest, SamResponse } from "./samMessages";
import type { SamPrompt } from "./samSession";
import SamWorker from "./samWorker?worker&inline";

const WHAT = "Making masks";

/** Runs a model of Segment Anything: in a worker where there are workers and one knows its onnxruntime-web (`moduleUrl`), otherwise here. */
export abstract class SamClient {
    /**
     * @param signal ends the worker at once and for good, whatever it is at
     * @throws UltrametricError see LoadOnnxRuntimeAsync and SamSession.CreateAsync; "aborted"
     */
    public static async StartAsync(input: SamJobInput, signal?: AbortSignal): Promise<SamClient> {
        ThrowIfAborted(signal, "Starting the masks' model");
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

    /** Where the model runs. */
    public abstract get provider(): OnnxRuntime["provider"];

    /** Segments everything in a picture, see MaskGenerator.generateAsync. */
    public abstract generateAsync(
        picture: RgbaImage,
        content: Uint8Array | null,
        options?: Partial<MaskGeneratorOptions>,
        run?: RunOptions,
    ): Promise<GeneratedMasks>;

    /** Shows the model the picture that prompts are about. */
    public abstract setImageAsync(picture: RgbaImage): Promise<void>;

    /** Answers a prompt about the picture, see SamPredictor.predictAsync. */
    public abstract predictAsync(prompt: SamPrompt): Promise<Mask[]>;

    /** Ends the worker, where there is one, and what it is asked for meanwhile. */
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
        picture: RgbaImage,
        content: Uint8Array | null,
        options: Partial<MaskGeneratorOptions> = {},
        run: RunOptions = {},
    ): Promise<GeneratedMasks> {
        return this._job.generateAsync(picture, content, options, run);
    }

    public override setImageAsync(picture: RgbaImage): Promise<void> {
        return this._job.setImageAsync(picture);
    }

    public override predictAsync(prompt: SamPrompt): Promise<Mask[]> {
        return this._job.predictAsync(prompt);
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
        const takeNotice = (response: SamResponse): boolean => {
            if (response.kind === "progress") {
                this._onProgress?.({ stage: WHAT, fraction: response.fraction });
            }
            return response.kind === "progress";
        };
        this._link = new WorkerLink(new SamWorker(), WHAT, takeNotice, signal);
    }

    public override get provider(): OnnxRuntime["provider"] {
        return this._provider;
    }

    public async startAsync(input: SamJobInput): Promise<void> {
        // The files' bytes go along once, not in the description too; an address object cannot go at all.
        const { encoder, decoder } = input.model;
        const model = { ...input.model, encoder: { ...encoder, source: "" }, decoder: { ...decoder, source: "" } };
        this._provider = (await this._link.askAsync({ kind: "start", input: { ...input, model } }, "started")).provider;
    }

    public override async generateAsync(
        picture: RgbaImage,
        content: Uint8Array | null,
        options: Partial<MaskGeneratorOptions> = {},
        { onProgress, signal }: RunOptions = {},
    ): Promise<GeneratedMasks> {
        ThrowIfAborted(signal, WHAT);
        this._onProgress = onProgress;
        // The model stays: only this request ends.
        const cancel = (): void => this._link.tell({ kind: "cancel" });
        signal?.addEventListener("abort", cancel);
        try {
            const request = { kind: "generate", picture, content, options } as const;
            const { generated } = await this._link.askAsync(request, "generated");
            return { ...generated, masks: generated.masks.map(ReviveMask) };
        } finally {
            signal?.removeEventListener("abort", cancel);
            this._onProgress = undefined;
        }
    }

    public override async setImageAsync(picture: RgbaImage): Promise<void> {
        await this._link.askAsync({ kind: "setPicture", picture }, "pictureSet");
    }

    public override async predictAsync(prompt: SamPrompt): Promise<Mask[]> {
        return (await this._link.askAsync({ kind: "prompt", prompt }, "masks")).masks.map(ReviveMask);
    }

    public override dispose(): void {
        this._link.close();
    }
}
