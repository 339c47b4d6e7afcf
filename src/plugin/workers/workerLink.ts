import { RunCoroutineAsync, RunCoroutineSync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError, type UltrametricErrorKind } from "../../compute/base/ultrametricError";
import { CopyMessageCoroutine } from "./copiedMessage";

/**
 * Returns whether web workers exist. onnxruntime-web installs Node's workers as `Worker`, which have another interface.
 */
export function HasWorkers(): boolean {
    return typeof Worker !== "undefined" && Worker.prototype instanceof EventTarget;
}

/** The response of a worker to a request that failed. */
export interface WorkerFailure {
    readonly kind: "error";
    /** Kind of an UltrametricError; null for all other errors, which are bugs. */
    readonly errorKind: UltrametricErrorKind | null;
    readonly message: string;
}

/** Converts an error to a response. */
export function DescribeFailure(error: unknown): WorkerFailure {
    const errorKind = error instanceof UltrametricError ? error.kind : null;
    return { kind: "error", errorKind, message: (error as Error).message };
}

/** Sends a response from a worker to its page, and transfers large arrays. */
export function Respond<Response>(response: Response): void {
    const { message, transfer } = RunCoroutineSync(CopyMessageCoroutine(response));
    self.postMessage(message, { transfer });
}

/**
 * The connection of a page to a worker that handles one request at a time. Requests and responses have a `kind`; a
 * response is an answer, a {@link WorkerFailure} or a progress notice.
 */
export class WorkerLink<Request, Response extends { readonly kind: string }> {
    private readonly _onAbort = (): void =>
        this.close(new UltrametricError("aborted", `${this._task} was canceled.`, { cause: this._signal?.reason }));
    private _pending: { resolve: (response: Response) => void; reject: (error: Error) => void } | null = null;
    private _failure: Error | null = null;
    /** Settles when the last request has been sent. */
    private _sending: Promise<void> = Promise.resolve();

    /**
     * @param task name of the worker's task, for messages
     * @param takeNotice called with every response that is not a failure; returns true for a notice, after which the
     * answer is still pending
     * @param signal terminates the worker when it is aborted
     */
    public constructor(
        private readonly _worker: Worker,
        private readonly _task: string,
        private readonly _takeNotice: (response: Response) => boolean = () => false,
        private readonly _signal?: AbortSignal,
    ) {
        _worker.onmessage = ({ data }: MessageEvent<Response | WorkerFailure>): void => this._receive(data);
        _worker.onerror = (event): void => {
            this.close(new Error(`${_task}: the worker failed: ${event.message || "it could not be loaded"}.`));
        };
        _signal?.addEventListener("abort", this._onAbort);
    }

    /**
     * Sends a request, copied in time slices, and waits for its answer.
     *
     * @param request plain data; must not change meanwhile
     * @param kind kind of the answer
     * @throws the error of the worker; UltrametricError "input" while another request is pending, "aborted", "disposed"
     */
    public async askAsync<K extends Response["kind"]>(
        request: Request,
        kind: K,
    ): Promise<Extract<Response, { kind: K }>> {
        const response = await new Promise<Response>((resolve, reject) => {
            if (this._failure !== null || this._pending !== null) {
                reject(
                    this._failure ??
                        new UltrametricError(
                            "input",
                            `${this._task}: another request is pending; wait for its answer.`,
                        ),
                );
                return;
            }
            this._pending = { resolve, reject };
            this._sending = this._sendAsync(request).catch((error) => this._takePending()?.reject(error));
        });
        if (response.kind !== kind) {
            throw new UltrametricError(
                "unsupported",
                `${this._task}: the worker answered "${response.kind}" to a request for "${kind}"; its script has ` +
                    "another version than the page.",
            );
        }
        return response as Extract<Response, { kind: K }>;
    }

    /** Sends a message that has no answer, after the pending request. */
    public tell(request: Request): void {
        void this._sending.then(() => this._worker.postMessage(request));
    }

    /** Terminates the worker, and rejects the pending and all later requests with the error. */
    public close(
        error: Error = new UltrametricError("disposed", `${this._task} was ended: its worker has been disposed.`),
    ): void {
        this._failure ??= error;
        this._worker.terminate();
        this._signal?.removeEventListener("abort", this._onAbort);
        this._pending?.reject(error);
        this._pending = null;
    }

    private async _sendAsync(request: Request): Promise<void> {
        const pacer = new Pacer(this._task, this._signal);
        const { message, transfer } = await RunCoroutineAsync(CopyMessageCoroutine(request), pacer);
        this._worker.postMessage(message, transfer);
    }

    private _receive(response: Response | WorkerFailure): void {
        if (isFailure(response)) {
            const { errorKind, message } = response;
            this._takePending()?.reject(
                errorKind === null ? new Error(message) : new UltrametricError(errorKind, message),
            );
        } else if (!this._takeNotice(response)) {
            this._takePending()?.resolve(response);
        }
    }

    private _takePending(): typeof this._pending {
        const pending = this._pending;
        this._pending = null;
        return pending;
    }
}

function isFailure(response: { readonly kind: string }): response is WorkerFailure {
    return response.kind === "error";
}
