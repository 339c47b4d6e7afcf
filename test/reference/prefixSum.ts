/** Reference implementation of `PrefixSum`: `result[i]` is the sum of the elements before `i`, modulo 2^32. */
export function PrefixSum(values: Uint32Array): Uint32Array<ArrayBuffer> {
    const result = new Uint32Array(values.length);
    for (let i = 1; i < values.length; i++) {
        result[i] = result[i - 1] + values[i - 1];
    }
    return result;
}
