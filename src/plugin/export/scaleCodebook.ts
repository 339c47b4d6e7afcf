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
export function FindCodebook(values: Float32Array): Codebook {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
    }
    const width = (high - low) / BINS || 1;
    const binOf = (value: number): number => Math.min(BINS - 1, Math.floor((value - low) / width));
    const counts = new Uint32Array(BINS);
    const sums = new Float64Array(BINS);
    for (const value of values) {
        const bin = binOf(value);
        counts[bin]++;
        sums[bin] += value;
    }
    let entries = firstEntries(counts, sums, values.length);
    const nearest = new Uint8Array(BINS);
    for (let round = 0; round < ROUNDS; round++) {
        assign(entries, low, width, nearest);
        const [entryCounts, entrySums] = [new Float64Array(ENTRIES), new Float64Array(ENTRIES)];
        for (let bin = 0; bin < BINS; bin++) {
            entryCounts[nearest[bin]] += counts[bin];
            entrySums[nearest[bin]] += sums[bin];
        }
        entries = entries.map((entry, i) => (entryCounts[i] > 0 ? entrySums[i] / entryCounts[i] : entry)).sort();
    }
    assign(entries, low, width, nearest);
    return { entries, indices: Uint8Array.from(values, (value) => nearest[binOf(value)]) };
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

/** Sets the nearest entry of each bin's center. @param entries in ascending order */
function assign(entries: Float64Array, low: number, width: number, nearest: Uint8Array): void {
    let entry = 0;
    for (let bin = 0; bin < BINS; bin++) {
        const center = low + (bin + 0.5) * width;
        while (entry + 1 < ENTRIES && Math.abs(entries[entry + 1] - center) <= Math.abs(entries[entry] - center)) {
            entry++;
        }
        nearest[bin] = entry;
    }
}
