/** The category of an error, for code that handles it. */
export type UltrametricErrorKind = "input" | "gpu" | "deviceLost" | "limits" | "unsupported" | "aborted" | "disposed";

/**
 * The error class of this package. The message states the problem, its location (file, view, kernel, byte) and the
 * remedy.
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

/** Throws an error of kind "aborted" if `signal` is aborted. @param what name of the work, for the message */
export function ThrowIfAborted(signal: AbortSignal | undefined, what: string): void {
    if (signal?.aborted) {
        throw new UltrametricError("aborted", `${what} was canceled.`, { cause: signal.reason });
    }
}
