import { ThrowIfAborted } from "./ultrametricError";

/** Longest run without a pause, milliseconds: a frame of the page still fits in. */
const LONGEST_RUN = 12;

/** Breaks long work on the page's thread into short runs, and ends it when it is canceled. */
export class Pacer {
    private _start = performance.now();

    /** @param _what what is being done, for the message of a cancel */
    public constructor(
        private readonly _what: string,
        private readonly _signal?: AbortSignal,
    ) {}

    /** To be awaited every few milliseconds of work. @throws UltrametricError "aborted" */
    public async yieldIfDueAsync(): Promise<void> {
        if (performance.now() - this._start > LONGEST_RUN) {
            await this.yieldAsync();
        }
        ThrowIfAborted(this._signal, this._what);
    }

    /** Lets the page have its turn in any case. @throws UltrametricError "aborted" */
    public async yieldAsync(): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve));
        this._start = performance.now();
        ThrowIfAborted(this._signal, this._what);
    }
}
