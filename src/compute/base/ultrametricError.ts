/** The category of an error, for code that handles it. */
export type UltrametricErrorKind = "input" | "gpu" | "deviceLost" | "limits" | "unsupported" | "aborted" | "disposed";

/** The longest message in characters: names and values of untrusted files are part of messages. */
const LONGEST_MESSAGE = 1000;
/** The longest quoted text. */
const LONGEST_QUOTE = 80;

/** Returns text of a file for a message, in double quotes, cut to 80 characters. */
export function Quoted(text: string): string {
    return `"${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 3)}...` : text}"`;
}

/**
 * The error class of this package. The message states the problem, its location (file, view, kernel, byte) and the
 * remedy. It is cut to 1,000 characters.
 */
export class UltrametricError extends Error {
    public override readonly name = "UltrametricError";

    public constructor(
        public readonly kind: UltrametricErrorKind,
        message: string,
        options?: { readonly cause?: unknown },
    ) {
        super(message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 3)}...` : message, options);
    }
}

/** Throws an error of kind "aborted" if `signal` is aborted. @param what name of the work, for the message */
export function ThrowIfAborted(signal: AbortSignal | undefined, what: string): void {
    if (signal?.aborted) {
        throw new UltrametricError("aborted", `${what} was canceled.`, { cause: signal.reason });
    }
}
