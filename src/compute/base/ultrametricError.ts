/** What kind of thing went wrong, for code that reacts to it. */
export type UltrametricErrorKind = "input" | "gpu" | "deviceLost" | "limits" | "unsupported" | "aborted" | "disposed";

/**
 * Every error of this package: the message says what was wrong, where (file, view, kernel, byte) and what to do about it.
 */
export class UltrametricError extends Error {
    public override readonly name = "UltrametricError";

    public constructor(
        public readonly kind: UltrametricErrorKind,
        message: string,
        options?: ErrorOptions,
    ) {
        super(message, options);
    }
}

/** Throws the error of an aborted run if `signal` is aborted. */
export function ThrowIfAborted(signal: AbortSignal | undefined, what: string): void {
    if (signal?.aborted) {
        throw new UltrametricError("aborted", `${what} was canceled.`, { cause: signal.reason });
    }
}
