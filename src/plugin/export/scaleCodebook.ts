import type { Coroutine } from "../../compute/base/coroutine";

/** The number of values that one time slice handles. */
const VALUES_PER_CHUNK = 1 << 17;
/** Entries of a codebook, which a byte refers to. */
const ENTRIES = 256;
const BINS = 1 << 14;
const ROUNDS = 24;

/** A table of numbers, and the entry that stands for each of many. */
export interface Codebook {
    /** [256] in ascending order. */
    readonly entries: Float64Array;
    /** The index of the entry for each number. */
    readonly indices: Uint8Array;
}

/** Finds 256 numbers that are near all given ones, by Lloyd's algorithm on a histogram. @param values finite */
export function* FindCodebook(values: Float32Array): Coroutine<Codebook> {
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < values.length; i++) {
        if (i % VALUES_PER_CHUNK === 0) {
            yield;
        }
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
    }
    const width = (high - low) / BINS || 1;
    const bins = new Uint16Array(values.length);
    const counts = new Uint32Array(BINS);
    const sums = new Float64Array(BINS);
    for (let i = 0; i < values.length; i++) {
        if (i % VALUES_PER_CHUNK === 0) {
            yield;
        }
        const bin = Math.min(BINS - 1, Math.floor((values[i] - low) / width));
        bins[i] = bin;
        counts[bin]++;
        sums[bin] += values[i];
    }
    const entries = entriesOf(counts, sums, values.length, low, width);
    yield;
    const nearest = nearestEntries(entries, low, width);
    const indices = new Uint8Array(values.length);
    for (let i = 0; i < values.length; i++) {
        if (i % VALUES_PER_CHUNK === 0) {
            yield;
        }
        indices[i] = nearest[bins[i]];
    }
    return { entries, indices };
}

/** Moves entries to the means of the numbers that are nearest to them, again and again. */
function entriesOf(counts: Uint32Array, sums: Float64Array, total: number, low: number, width: number): Float64Array {
    let entries = firstEntries(counts, sums, total);
    for (let round = 0; round < ROUNDS; round++) {
        const nearest = nearestEntries(entries, low, width);
        const [entryCounts, entrySums] = [new Float64Array(ENTRIES), new Float64Array(ENTRIES)];
        for (let bin = 0; bin < BINS; bin++) {
            entryCounts[nearest[bin]] += counts[bin];
            entrySums[nearest[bin]] += sums[bin];
        }
        entries = entries.map((entry, i) => (entryCounts[i] > 0 ? entrySums[i] / entryCounts[i] : entry)).sort();
    }
    return entries;
}

/** Returns means of equally many numbers each. */
function firstEntries(counts: Uint32Array, sums: Float64Array, total: number): Float64Array {
    const entries = new Float64Array(ENTRIES);
    let bin = -1;
    let passed = 0;
    for (let i = 0; i < ENTRIES; i++) {
        while (passed <= (total * (i + 0.5)) / ENTRIES && bin + 1 < BINS) {
            passed += counts[++bin];
        }
        while (bin > 0 && counts[bin] === 0) {
            bin--;
        }
        entries[i] = sums[bin] / counts[bin];
    }
    return entries;
}

/** Returns the nearest entry of each bin's center. @param entries in ascending order */
function nearestEntries(entries: Float64Array, low: number, width: number): Uint8Array {
    const nearest = new Uint8Array(BINS);
    let entry = 0;
    for (let bin = 0; bin < BINS; bin++) {
        const center = low + (bin + 0.5) * width;
        while (entry + 1 < ENTRIES && Math.abs(entries[entry + 1] - center) <= Math.abs(entries[entry] - center)) {
            entry++;
        }
        nearest[bin] = entry;
    }
    return nearest;
}
