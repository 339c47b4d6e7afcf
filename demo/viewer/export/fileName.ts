/** Returns a name for a file, without the characters that file systems refuse. */
export function FileName(name: string): string {
    const safe = name.replace(/[^\p{L}\p{M}\p{N} ._-]+/gu, "_").trim();
    return /^\.*$/.test(safe) ? "part" : safe;
}
