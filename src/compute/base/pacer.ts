import { ThrowIfAborted } from "./ultrametricError";

/** Milliseconds. Short enough that the page still draws a frame at 60 Hz. */
const TIME_SLICE = 12;

/** Splits long work on the main thread into time slices, and ends it when it is canceled. */
export class Pacer {
    private _start = performance.now();

    /** @param _what name of the work, for the message when it is canceled */
    public constructor(
        private readonly _what: string,
        private readonly _signal?: AbortSignal,
    ) {}

    /**
     * Yields to the page if the time slice is over; await it every few milliseconds.
     * @throws UltrametricError "aborted"
     */
    public async yieldIfDueAsync(): Promise<void> {
        if (performance.now() - this._start > TIME_SLICE) {
            await this.yieldAsync();
        }
        ThrowIfAborted(this._signal, this._what);
    }

    /** Yields to the page. @throws UltrametricError "aborted" */
    public async yieldAsync(): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve));
        this._start = performance.now();
        ThrowIfAborted(this._signal, this._what);
    }
}
