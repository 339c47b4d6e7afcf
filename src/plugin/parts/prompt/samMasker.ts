import { type RunOptions, StageProgress } from "../../../compute/base/progress";
import { ThrowIfAborted } from "../../../compute/base/ultrametricError";
import type { Mask } from "../../../compute/masks/maskSet";
import type { ByteStore } from "../../sam/byteStore";
import { LoadModelFileAsync } from "../../sam/loadModelFile";
import type { OnnxRuntimeOptions } from "../../sam/onnxRuntime";
import { SamClient } from "../../sam/samClient";
import type { SamModel } from "../../sam/samModel";
import type { SamPrompt } from "../../sam/samSession";
import type { PromptView } from "./promptView";
import type { ViewMasker } from "./viewMasker";

/** A Segment Anything model that answers clicks. */
export interface PromptModel {
    readonly model: SamModel;
    /** Options of onnxruntime-web. Only with `moduleUrl` does the model run in a worker. */
    readonly runtime?: Partial<OnnxRuntimeOptions>;
    /** The store of model files, in a page usually a CacheByteStore; null for none. Default null. */
    readonly modelStore?: ByteStore | null;
    /** The size of the download in bytes, for the offer to load it. Default: not told. */
    readonly byteCount?: number;
    /** Called with warnings, such as an exceeded storage quota. */
    readonly onWarning?: (message: string) => void;
}

/** The number of views whose encoded images are kept. */
const SLOT_COUNT = 4;
/** The time between two reports of the progress of an encoder, which itself tells none, in milliseconds. */
const REPORT_INTERVAL = 200;

/** Segment Anything for clicks on views. Requests wait for each other, since the model does one thing at a time. */
export class SamMasker implements ViewMasker {
    public readonly name = "Segment Anything";
    /** The views of the slots, the one that was used last at the end. */
    private _slots: { readonly key: string; readonly slot: number }[] = [];
    private _work: Promise<unknown> = Promise.resolve();
    /** Milliseconds that the encoder took last; 0 before. */
    private _encodingTime = 0;

    private constructor(private readonly _client: SamClient) {}

    /**
     * Loads and starts a model.
     *
     * @throws UltrametricError see GenerateMasksAsync
     */
    public static async StartAsync(
        { model, runtime = {}, modelStore: store = null, onWarning }: PromptModel,
        { onProgress, signal }: RunOptions = {},
    ): Promise<SamMasker> {
        const loading = { store, onProgress, signal, onWarning };
        const encoder = await LoadModelFileAsync(model.encoder, loading);
        const decoder = await LoadModelFileAsync(model.decoder, loading);
        onProgress?.(StageProgress("startModel", 0));
        const input = { model, encoder: encoder.bytes, decoder: decoder.bytes, runtime };
        const client = await SamClient.StartAsync(input);
        if (signal?.aborted) {
            client.dispose();
            ThrowIfAborted(signal, "Starting the model");
        }
        return new SamMasker(client);
    }

    public isPrepared({ key }: PromptView): boolean {
        return this._slots.some((slot) => slot.key === key);
    }

    /**
     * Encodes a view. The encoder cannot be interrupted; when canceled, its result is kept for later.
     *
     * @param run gets the progress by the time that the encoder took before
     */
    public async prepareAsync(view: PromptView, { onProgress, signal }: RunOptions): Promise<void> {
        await this._enqueueAsync(async () => {
            ThrowIfAborted(signal, "Looking at the view");
            if (this.isPrepared(view)) {
                return;
            }
            const { key } = view;
            const { camera, image: data } = view.view;
            const slot = this._slots.length < SLOT_COUNT ? this._slots.length : this._slots.shift()!.slot;
            const start = performance.now();
            const report = (): void => {
                const fraction = this._encodingTime > 0 ? (performance.now() - start) / this._encodingTime : 0;
                onProgress?.(StageProgress("lookAtView", Math.min(fraction, 0.99)));
            };
            report();
            const timer = setInterval(report, REPORT_INTERVAL);
            try {
                await this._client.setImageAsync({ width: camera.width, height: camera.height, data }, slot);
            } finally {
                clearInterval(timer);
            }
            this._encodingTime = performance.now() - start;
            this._slots.push({ key, slot });
            ThrowIfAborted(signal, "Looking at the view");
        });
    }

    public predictAsync({ key }: PromptView, prompt: SamPrompt): Promise<readonly Mask[]> {
        return this._enqueueAsync(() => {
            const used = this._slots.find((slot) => slot.key === key)!;
            this._slots = [...this._slots.filter((slot) => slot !== used), used];
            return this._client.predictAsync(prompt, used.slot);
        });
    }

    /** Releases the model, and ends its worker. */
    public dispose(): void {
        this._client.dispose();
    }

    private _enqueueAsync<T>(workAsync: () => Promise<T>): Promise<T> {
        const result = this._work.then(workAsync);
        this._work = result.catch(() => {});
        return result;
    }
}
