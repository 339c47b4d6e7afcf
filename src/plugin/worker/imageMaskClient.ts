import type { ImageMaskOptions } from "../../compute/hierarchy/imageMasks";
import { UltrametricError } from "../../compute/ultrametricError";
import type { View } from "../../compute/views/capture";
import type { ViewMasks } from "../../compute/views/maskSet";
import { RunLengthMask } from "../../compute/views/runLengthMask";
import type { ImageMaskRequest, ImageMaskResponse } from "./imageMaskMessages";
import ImageMaskWorker from "./imageMaskWorker?worker&inline";

/** Runs CreateImageMasks in a worker, one view at a time. */
export class ImageMaskClient {
    private readonly _worker = new ImageMaskWorker();
    private readonly _onAbort = (): void =>
        this._fail(new UltrametricError("aborted", `${this._what} was cancelled.`, { cause: this._signal?.reason }));
    private _pending: { resolve: (viewMasks: ViewMasks) => void; reject: (error: Error) => void } | null = null;
    private _failure: Error | null = null;

    /** @param _what what is being done, for messages */
    public constructor(
        private readonly _what: string,
        private readonly _signal?: AbortSignal,
    ) {
        this._worker.onmessage = ({ data }: MessageEvent<ImageMaskResponse>): void => this._receive(data);
        this._worker.onerror = (event): void => {
            this._fail(new Error(`The worker that makes masks failed: ${event.message || "it could not be loaded"}.`));
        };
        _signal?.addEventListener("abort", this._onAbort);
    }

    /** The masks of a view. @throws UltrametricError see CreateImageMasks; "aborted", "disposed" */
    public createAsync(view: View, options: Partial<ImageMaskOptions>): Promise<ViewMasks> {
        return new Promise((resolve, reject) => {
            if (this._failure !== null) {
                reject(this._failure);
                return;
            }
            this._pending = { resolve, reject };
            // Only what the worker looks at: a view of scene content may hold more.
            const { name, camera, image, depth } = view;
            const request: ImageMaskRequest = { view: { name, camera, image, depth }, options };
            this._worker.postMessage(request);
        });
    }

    public dispose(): void {
        this._fail(new UltrametricError("disposed", "The worker that makes masks was disposed."));
    }

    private _receive(response: ImageMaskResponse): void {
        const pending = this._pending;
        this._pending = null;
        if (response.kind === "error") {
            const { errorKind, message } = response;
            pending?.reject(errorKind === null ? new Error(message) : new UltrametricError(errorKind, message));
            return;
        }
        // Copies from another thread are no instances of their class any more.
        const masks = response.viewMasks.masks.map((mask) => {
            const { counts, width, height } = mask.region;
            return { ...mask, region: RunLengthMask.FromCounts(counts, width, height) };
        });
        pending?.resolve({ masks });
    }

    /** Stops the worker for good. */
    private _fail(error: Error): void {
        this._failure ??= error;
        this._worker.terminate();
        this._signal?.removeEventListener("abort", this._onAbort);
        this._pending?.reject(error);
        this._pending = null;
    }
}
