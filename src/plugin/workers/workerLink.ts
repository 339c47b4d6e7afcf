import { RunCoroutineAsync, RunCoroutineSync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError, type UltrametricErrorKind } from "../../compute/base/ultrametricError";
import { CopyMessageCoroutine } from "./copiedMessage";

/** Whether there are workers of the web; Node's own, which onnxruntime-web puts in their place, take other modules and messages. */
export function HasWorkers(): boolean {
    return typeof Worker !== "undefined" && Worker.prototype instanceof EventTarget;
}

/** What a worker answers to a request that failed. */
export interface WorkerFailure {
    readonly kind: "error";
    /** null for an error that is none of ours: a fault of the program. */
    readonly errorKind: UltrametricErrorKind | null;
    readonly message: string;
}

/** An error as the worker sends it. */
export function DescribeFailure(error: unknown): WorkerFailure {
    const errorKind = error instanceof UltrametricError ? error.kind : null;
    return { kind: "error", errorKind, message: (error as Error).message };
}

/** Sends from a worker to its page, which has nothing to copy. */
export function Respond<Response>(response: Response): void {
    const { message, transfer } = RunCoroutineSync(CopyMessageCoroutine(response));
    self.postMessage(message, { transfer });
}

/**
 * The page's end of a worker that answers one request at a time. Requests and responses have a `kind`; a response is an
 * answer, a {@link WorkerFailure}, or a notice of how far the work has come.
 */
export class WorkerLink<Request, Response extends { readonly kind: string }> {
    private readonly _onAbort = (): void =>
        this.close(new UltrametricError("aborted", `${this._what} was canceled.`, { cause: this._signal?.reason }));
    private _pending: { resolve: (response: Response) => void; reject: (error: Error) => void } | null = null;
    private _failure: Error | null = null;
    /** Settles when the last request is on its way. */
    private _sending: Promise<void> = Promise.resolve();

    /**
     * @param what the worker does, for messages
     * @param takeNotice called with every response but failures; true where it is a notice, after which the answer still comes
     * @param signal ends the worker for good when it is aborted
     */
    public constructor(
        private readonly _worker: Worker,
        private readonly _what: string,
        private readonly _takeNotice: (response: Response) => boolean = () => false,
        private readonly _signal?: AbortSignal,
    ) {
        _worker.onmessage = ({ data }: MessageEvent<Response | WorkerFailure>): void => this._receive(data);
        _worker.onerror = (event): void => {
            this.close(new Error(`${_what}: the worker failed: ${event.message || "it could not be loaded"}.`));
        };
        _signal?.addEventListener("abort", this._onAbort);
    }

    /**
     * Sends a request, copied in time slices, and waits for its answer.
     *
     * @param request plain data, not to be changed meanwhile
     * @param kind what kind of answer it has
     * @throws the worker's own errors; UltrametricError "input" while another request is under way, "aborted", "disposed"
     */
    public async askAsync<K extends Response["kind"]>(
        request: Request,
        kind: K,
    ): Promise<Extract<Response, { kind: K }>> {
        const response = await new Promise<Response>((resolve, reject) => {
            if (this._failure !== null || this._pending !== null) {
                reject(
                    this._failure ??
                        new UltrametricError("input", `${this._what}: one thing at a time can be asked for.`),
                );
                return;
            }
            this._pending = { resolve, reject };
            this._sending = this._sendAsync(request).catch((error) => this._answer()?.reject(error));
        });
        if (response.kind !== kind) {
            throw new UltrametricError(
                "unsupported",
                `${this._what}: the worker answered "${response.kind}" to a request for "${kind}"; its script is of another version.`,
            );
        }
        return response as Extract<Response, { kind: K }>;
    }

    /** Sends what has no answer of its own, behind what was asked for. */
    public tell(request: Request): void {
        void this._sending.then(() => this._worker.postMessage(request));
    }

    /** Ends the worker for good; what is asked for now, or later, is rejected with the error. */
    public close(
        error: Error = new UltrametricError("disposed", `${this._what} was ended: its worker has been disposed.`),
    ): void {
        this._failure ??= error;
        this._worker.terminate();
        this._signal?.removeEventListener("abort", this._onAbort);
        this._pending?.reject(error);
        this._pending = null;
    }

    private async _sendAsync(request: Request): Promise<void> {
        const pacer = new Pacer(this._what, this._signal);
        const { message, transfer } = await RunCoroutineAsync(CopyMessageCoroutine(request), pacer);
        this._worker.postMessage(message, transfer);
    }

    private _receive(response: Response | WorkerFailure): void {
        if (isFailure(response)) {
            const { errorKind, message } = response;
            this._answer()?.reject(errorKind === null ? new Error(message) : new UltrametricError(errorKind, message));
        } else if (!this._takeNotice(response)) {
            this._answer()?.resolve(response);
        }
    }

    private _answer(): typeof this._pending {
        const pending = this._pending;
        this._pending = null;
        return pending;
    }
}

function isFailure(response: { readonly kind: string }): response is WorkerFailure {
    return response.kind === "error";
}
