/** Returns bytes one after the other, in a new array. */
export function ConcatenateBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    return fill(new Uint8Array(lengthOf(parts)), parts);
}

/** Returns numbers one after the other, in a new array. */
export function ConcatenateFloats(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
    return fill(new Float32Array(lengthOf(parts)), parts);
}

function lengthOf(parts: readonly ArrayLike<number>[]): number {
    return parts.reduce((sum, { length }) => sum + length, 0);
}

function fill<T extends Uint8Array | Float32Array>(all: T, parts: readonly ArrayLike<number>[]): T {
    let filled = 0;
    for (const part of parts) {
        all.set(part, filled);
        filled += part.length;
    }
    return all;
}
