/** The keys in the order that `RadixSort` gives: by their bits, floats by value with -0 before +0. */
function OrderedKey(keys: Uint32Array | Float32Array, index: number): number {
    if (keys instanceof Uint32Array) {
        return keys[index];
    }
    const bits = new Uint32Array(Float32Array.of(keys[index]).buffer)[0];
    return (bits & 0x80000000 ? ~bits : bits | 0x80000000) >>> 0;
}

/** Slow twin of `RadixSort`: which element of the input stands at each place of the sorted output; stable. */
export function SortedOrder(keys: Uint32Array | Float32Array): number[] {
    const ordered = Array.from({ length: keys.length }, (_, index) => OrderedKey(keys, index));
    return ordered.map((_, index) => index).sort((a, b) => ordered[a] - ordered[b] || a - b);
}
