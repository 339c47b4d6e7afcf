/** Ends every run that was started within it when it is disposed. */
export class RunScope {
    private readonly _disposal = new AbortController();

    /** Returns a signal that aborts with the given one, and when the scope is disposed. */
    public signal(signal?: AbortSignal): AbortSignal {
        return signal ? AbortSignal.any([signal, this._disposal.signal]) : this._disposal.signal;
    }

    public dispose(): void {
        this._disposal.abort();
    }
}
