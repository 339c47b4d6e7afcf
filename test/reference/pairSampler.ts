/**
 * A (leaf, level) entry of a step: its positive pairs are two of `positiveA` x `positiveB`, its negative ones of
 * `negativeA` x `negativeB`.
 */
export interface PairEntry {
    readonly leaf: number;
    /** The mask of the level: its weight is the entry's. */
    readonly mask: number;
    readonly positiveA: readonly number[];
    readonly positiveB: readonly number[];
    readonly negativeA: readonly number[];
    readonly negativeB: readonly number[];
}

/**
 * Reference implementation of pairEntries.wgsl: Algorithm 1 of He et al. 2024 on sets of samples, as in the Python
 * prototype.
 * @param members the samples of every mask
 * @param parents -1 = root
 */
export function PairEntries(
    members: readonly ReadonlySet<number>[],
    parents: ArrayLike<number>,
    samples: number,
    minSamples: number,
): PairEntry[] {
    const all = new Set(Array.from({ length: samples }, (_, i) => i));
    const usable = members.map((mask) => mask.size >= minSamples && mask.size < samples);
    const entries: PairEntry[] = [];
    members.forEach((_, leaf) => {
        const isLeaf = usable[leaf] && !members.some((_, child) => usable[child] && parents[child] === leaf);
        if (!isLeaf) {
            return;
        }
        let positive = [[...members[leaf]], [...members[leaf]]];
        for (let current = leaf; current >= 0; current = parents[current]) {
            const above = parents[current] >= 0 ? members[parents[current]] : all;
            const beside = [...above].filter((sample) => !members[current].has(sample));
            if (beside.length > 0 && members[current].size > 0) {
                const negative = [[...members[current]], beside];
                entries.push({
                    leaf,
                    mask: current,
                    positiveA: positive[0],
                    positiveB: positive[1],
                    negativeA: negative[0],
                    negativeB: negative[1],
                });
                positive = negative;
            }
        }
    });
    return entries;
}

/**
 * Reference implementation of entryAt in drawPairs.wgsl: the entry at position `place` when the entries lie end to end,
 * each as long as its weight.
 */
export function EntryAt(weights: readonly number[], place: number): number {
    let end = 0;
    return weights.findIndex((weight) => {
        end += weight;
        return place < end;
    });
}
