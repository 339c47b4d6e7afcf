import type { RunOptions } from "../../compute/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/ultrametricError";
import type { Mask } from "../../compute/views/maskSet";
import { RunLengthMask } from "../../compute/views/runLengthMask";
import type { RgbaImage } from "../captures/pngImage";
import type { GeneratedMasks, MaskGeneratorOptions } from "../masks/maskGenerator";
import { LoadOnnxRuntimeAsync } from "../masks/onnxPackage";
import type { OnnxRuntime } from "../masks/onnxRuntime";
import type { SamPrompt } from "../masks/samSession";
import { SamJob, type SamJobInput } from "./samJob";
import type { SamRequest, SamResponse } from "./samMessages";
import SamWorker from "./samWorker?worker&inline";

/** Runs a {@link SamJob}: in a worker where there are workers and one knows its onnxruntime-web (`moduleUrl`), otherwise here. */
export abstract class SamClient {
    /** @throws UltrametricError see LoadOnnxRuntimeAsync and SamSession.CreateAsync; "aborted" */
    public static async StartAsync(input: SamJobInput, signal?: AbortSignal): Promise<SamClient> {
        ThrowIfAborted(signal, "Starting the masks' model");
        if (typeof Worker === "undefined" || !input.runtime.moduleUrl) {
            return new InlineClient(await SamJob.StartAsync(input, await LoadOnnxRuntimeAsync(input.runtime)));
        }
        const client = new WorkerClient();
        try {
            await client.startAsync(input);
            ThrowIfAborted(signal, "Starting the masks' model");
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
    public abstract setPictureAsync(picture: RgbaImage): Promise<void>;

    /** Answers a prompt about the picture, see PromptDecoder.promptAsync. */
    public abstract promptAsync(prompt: SamPrompt): Promise<Mask[]>;

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

    public override setPictureAsync(picture: RgbaImage): Promise<void> {
        return this._job.setPictureAsync(picture);
    }

    public override promptAsync(prompt: SamPrompt): Promise<Mask[]> {
        return this._job.promptAsync(prompt);
    }

    public override dispose(): void {
        void this._job.releaseAsync();
    }
}

class WorkerClient extends SamClient {
    private readonly _worker = new SamWorker();
    private _provider: OnnxRuntime["provider"] = "wasm";
    private _pending: { resolve: (response: SamResponse) => void; reject: (error: Error) => void } | null = null;
    private _onProgress: RunOptions["onProgress"];
    private _failure: Error | null = null;

    public constructor() {
        super();
        this._worker.onmessage = ({ data }: MessageEvent<SamResponse>): void => this._receive(data);
        this._worker.onerror = (event): void => {
            this._fail(new Error(`The worker that makes masks failed: ${event.message || "it could not be loaded"}.`));
        };
    }

    public override get provider(): OnnxRuntime["provider"] {
        return this._provider;
    }

    public async startAsync(input: SamJobInput): Promise<void> {
        // The files' bytes go along once, not in the description too; an address object cannot go at all.
        const { encoder, decoder } = input.model;
        const model = { ...input.model, encoder: { ...encoder, source: "" }, decoder: { ...decoder, source: "" } };
        this._provider = expect(
            await this._askAsync({ kind: "start", input: { ...input, model } }),
            "started",
        ).provider;
    }

    public override async generateAsync(
        picture: RgbaImage,
        content: Uint8Array | null,
        options: Partial<MaskGeneratorOptions> = {},
        { onProgress, signal }: RunOptions = {},
    ): Promise<GeneratedMasks> {
        ThrowIfAborted(signal, "Making masks");
        this._onProgress = onProgress;
        const cancel = (): void => this._worker.postMessage({ kind: "cancel" } satisfies SamRequest);
        signal?.addEventListener("abort", cancel);
        try {
            const response = await this._askAsync({ kind: "generate", picture, content, options });
            const { generated } = expect(response, "generated");
            return { ...generated, masks: generated.masks.map(reviveMask) };
        } finally {
            signal?.removeEventListener("abort", cancel);
            this._onProgress = undefined;
        }
    }

    public override async setPictureAsync(picture: RgbaImage): Promise<void> {
        expect(await this._askAsync({ kind: "setPicture", picture }), "pictureSet");
    }

    public override async promptAsync(prompt: SamPrompt): Promise<Mask[]> {
        return expect(await this._askAsync({ kind: "prompt", prompt }), "masks").masks.map(reviveMask);
    }

    public override dispose(): void {
        this._fail(new UltrametricError("disposed", "The masks' model was disposed while it was at work."));
    }

    private _askAsync(request: SamRequest): Promise<SamResponse> {
        return new Promise((resolve, reject) => {
            if (this._failure !== null || this._pending !== null) {
                reject(
                    this._failure ?? new UltrametricError("input", "The masks' model is asked one thing at a time."),
                );
                return;
            }
            this._pending = { resolve, reject };
            this._worker.postMessage(request);
        });
    }

    private _receive(response: SamResponse): void {
        if (response.kind === "progress") {
            this._onProgress?.({ stage: "masks", fraction: response.fraction });
            return;
        }
        const pending = this._pending;
        this._pending = null;
        if (response.kind === "error") {
            pending?.reject(
                response.errorKind === null
                    ? new Error(response.message)
                    : new UltrametricError(response.errorKind, response.message),
            );
        } else {
            pending?.resolve(response);
        }
    }

    /** Stops the worker for good. */
    private _fail(error: Error): void {
        this._failure ??= error;
        this._worker.terminate();
        this._pending?.reject(error);
        this._pending = null;
    }
}

function reviveMask(mask: Mask): Mask {
    const { counts, width, height } = mask.region;
    return { ...mask, region: RunLengthMask.FromCounts(counts, width, height) };
}

function expect<K extends SamResponse["kind"]>(response: SamResponse, kind: K): Extract<SamResponse, { kind: K }> {
    if (response.kind !== kind) {
        throw new Error(`The worker answered "${response.kind}" where "${kind}" was asked for.`);
    }
    return response as Extract<SamResponse, { kind: K }>;
}
