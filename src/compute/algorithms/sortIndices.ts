import { type Coroutine, RunCoroutineSync } from "../base/coroutine";

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
/** Keys that one time slice handles. */
const KEYS_PER_CHUNK = 1 << 17;

/** Sorts `indices` by `words[index]`, by a stable radix sort that skips passes with equal digits. */
function* sortByWord(
    words: Uint32Array,
    indices: Uint32Array,
    spare: Uint32Array,
): Coroutine<[sorted: Uint32Array, spare: Uint32Array]> {
    const count = indices.length;
    let from = indices;
    let to = spare;
    const histogram = new Uint32Array(DIGITS);
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
        histogram.fill(0);
        for (let start = 0; start < count; start += KEYS_PER_CHUNK) {
            yield;
            countDigits(words.subarray(start, start + KEYS_PER_CHUNK), shift, histogram);
        }
        if (count > 0 && histogram[(words[0] >>> shift) & (DIGITS - 1)] === count) {
            continue;
        }
        let sum = 0;
        for (let d = 0; d < DIGITS; d++) {
            const size = histogram[d];
            histogram[d] = sum;
            sum += size;
        }
        for (let start = 0; start < count; start += KEYS_PER_CHUNK) {
            yield;
            moveIndices(words, shift, histogram, from.subarray(start, start + KEYS_PER_CHUNK), to);
        }
        [from, to] = [to, from];
    }
    return [from, to];
}

// A function of its own, because the loop takes twice the time inside of a generator.
function countDigits(words: Uint32Array, shift: number, histogram: Uint32Array): void {
    for (let i = 0; i < words.length; i++) {
        histogram[(words[i] >>> shift) & (DIGITS - 1)]++;
    }
}

/** @param slots for each digit, the slot of its next index; advanced */
function moveIndices(words: Uint32Array, shift: number, slots: Uint32Array, from: Uint32Array, to: Uint32Array): void {
    for (let i = 0; i < from.length; i++) {
        const index = from[i];
        to[slots[(words[index] >>> shift) & (DIGITS - 1)]++] = index;
    }
}

function identity(count: number): Uint32Array {
    const indices = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
        indices[i] = i;
    }
    return indices;
}

/**
 * Returns the indices that sort `keys` in ascending order, by a stable radix sort in O(n).
 *
 * @param keys [n] unsigned integers, or floats without NaN
 * @returns [n] indices into `keys`
 */
export function SortIndices(keys: Uint32Array | Float32Array | Float64Array): Uint32Array {
    return RunCoroutineSync(SortIndicesCoroutine(keys));
}

/** Does the same as {@link SortIndices}, in time slices. */
export function* SortIndicesCoroutine(keys: Uint32Array | Float32Array | Float64Array): Coroutine<Uint32Array> {
    const count = keys.length;
    const indices = identity(count);
    const spare = new Uint32Array(count);
    if (keys instanceof Uint32Array) {
        return (yield* sortByWord(keys, indices, spare))[0];
    }
    if (keys instanceof Float32Array) {
        const words = new Uint32Array(count);
        const bits = new Uint32Array(keys.buffer, keys.byteOffset, count);
        for (let i = 0; i < count; i++) {
            const word = bits[i] === 0x80000000 ? 0 : bits[i];
            words[i] = word & 0x80000000 ? ~word : word | 0x80000000;
        }
        return (yield* sortByWord(words, indices, spare))[0];
    }
    // Sorts by the low words, then by the high ones: radix sort is stable.
    const low = new Uint32Array(count);
    const high = new Uint32Array(count);
    const bits = new Uint32Array(keys.buffer, keys.byteOffset, 2 * count);
    for (let i = 0; i < count; i++) {
        const isMinusZero = bits[2 * i] === 0 && bits[2 * i + 1] === 0x80000000;
        const word = isMinusZero ? 0 : bits[2 * i + 1];
        const negative = (word & 0x80000000) !== 0;
        low[i] = negative ? ~bits[2 * i] : bits[2 * i];
        high[i] = negative ? ~word : word | 0x80000000;
    }
    const [sorted, other] = yield* sortByWord(low, indices, spare);
    return (yield* sortByWord(high, sorted, other))[0];
}
