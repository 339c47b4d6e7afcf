import { ConcatenateBytes } from "../../compute/base/concatenate";

/** Returns the SHA-256 of concatenated bytes and texts, in lower-case hexadecimal digits. */
export async function Sha256Async(...pieces: readonly (Uint8Array | string)[]): Promise<string> {
    const parts = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
    const digest = await globalThis.crypto.subtle.digest("SHA-256", ConcatenateBytes(parts));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
