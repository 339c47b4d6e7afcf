/** Where bytes are kept from one run to the next: model files, masks. A page has {@link CacheByteStore}; in Node a folder serves. */
export interface ByteStore {
    /** Name for messages. */
    readonly name: string;
    /** What is kept under a key; null where there is nothing. */
    readAsync(key: string): Promise<Uint8Array | null>;
    /** Keeps bytes under a key of letters, digits, "-" and "."; may reject, for instance when there is no room. */
    writeAsync(key: string, bytes: Uint8Array): Promise<void>;
    /** Forgets a key; nothing happens where it is not known. */
    removeAsync(key: string): Promise<void>;
}

/** The lower-case hexadecimal SHA-256 of pieces of bytes or text, one after the other. */
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
