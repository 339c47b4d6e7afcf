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

/** Returns the SHA-256 of concatenated bytes and texts, in lower-case hexadecimal digits. */
export async function Sha256Async(...pieces: readonly (Uint8Array | string)[]): Promise<string> {
    const parts = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    const digest = await globalThis.crypto.subtle.digest("SHA-256", all);
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
