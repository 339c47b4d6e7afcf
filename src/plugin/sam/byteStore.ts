/** A persistent store of bytes, such as model files and masks: {@link CacheByteStore} in a page, a folder in Node. */
export interface ByteStore {
    /** The name of the store in messages. */
    readonly name: string;
    /** Returns the bytes of a key; null for an unknown key. */
    readAsync(key: string): Promise<Uint8Array | null>;
    /** Stores bytes under a key of letters, digits, "-" and "."; rejects, for instance, when the quota is exceeded. */
    writeAsync(key: string, bytes: Uint8Array): Promise<void>;
    /** Removes a key; an unknown key is ignored. */
    removeAsync(key: string): Promise<void>;
}

/**
 * Stores bytes. A failure is only a warning.
 *
 * @param label names the bytes in the warning
 */
export async function StoreBytesAsync(
    store: ByteStore | null,
    key: string,
    bytes: Uint8Array,
    label: string,
    onWarning: ((message: string) => void) | undefined,
): Promise<void> {
    try {
        await store?.writeAsync(key, bytes);
    } catch (error) {
        const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
        onWarning?.(
            `${label} (${bytes.length} bytes) could not be stored in ${store?.name}: ` +
                `${isFull ? "the quota is exceeded" : String(error)}. It is used, but not available next time.`,
        );
    }
}
