import { ThrowIfAborted, UltrametricError } from "./ultrametricError";

/** Options of BoundedWaitAsync. */
export interface BoundedWaitOptions {
    /** The name of the awaited work, which begins the messages of errors ("Loading cube.gltf"). */
    readonly what: string;
    /** The longest wait, in milliseconds. */
    readonly milliseconds: number;
    /** Ends the wait with an error of kind "aborted". */
    readonly signal?: AbortSignal;
    /** The kind of the error when the time is over. Default: "unsupported". */
    readonly kind?: "input" | "gpu" | "unsupported";
    /** The remedy named when the time is over, a sentence. Default: none. */
    readonly remedy?: string;
}

/**
 * Waits for a promise of foreign code, which may never settle: a loader that loses its rejection, an effect that never
 * compiles, a lost connection. The promise itself cannot be stopped; a late rejection is ignored.
 *
 * @throws UltrametricError "aborted", or `options.kind` when the time is over; the promise's own rejection as it is
 */
export async function BoundedWaitAsync<T>(promise: PromiseLike<T>, options: BoundedWaitOptions): Promise<T> {
    const { what, milliseconds, signal, kind = "unsupported", remedy } = options;
    ThrowIfAborted(signal, what);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let onAbort = (): void => {};
    const bound = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
            const seconds = Math.round(milliseconds / 100) / 10;
            const message = `${what} did not end within ${seconds} s.${remedy === undefined ? "" : ` ${remedy}`}`;
            reject(new UltrametricError(kind, message));
        }, milliseconds);
        onAbort = () => reject(new UltrametricError("aborted", `${what} was canceled.`, { cause: signal?.reason }));
        signal?.addEventListener("abort", onAbort, { once: true });
    });
    try {
        return await Promise.race([promise, bound]);
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
    }
}
