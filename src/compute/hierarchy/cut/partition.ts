import { type Dendrogram, NEVER_MERGED } from "./dendrogram";

/** The parts of one cut, as intervals of the leaf order. */
export interface Partition {
    readonly dendrogram: Dendrogram;
    /** [parts + 1] part p holds the order indices starts[p] .. starts[p + 1] - 1. */
    readonly starts: Uint32Array;
    readonly partCount: number;
}

/** Closes the gaps with a rank below `cutRank`. */
function cut(dendrogram: Dendrogram, cutRank: number): Partition {
    const { rank, leafCount } = dendrogram;
    const partCount = leafCount - cutRank; // ranks are unique
    const starts = new Uint32Array(partCount + 1);
    let part = 0;
    for (let orderIndex = 0; orderIndex < leafCount; orderIndex++) {
        if (rank[orderIndex] >= cutRank) {
            starts[part++] = orderIndex;
        }
    }
    starts[partCount] = leafCount;
    return { dendrogram, starts, partCount };
}

/** Returns the number of merges. */
function mergeCount(dendrogram: Dendrogram): number {
    return dendrogram.leafCount - dendrogram.componentCount;
}

/**
 * Returns the cut with exactly `count` parts, even if heights tie. A count below the number of components or above the
 * number of leaves is clamped.
 */
export function CutAtCount(dendrogram: Dendrogram, count: number): Partition {
    return cut(dendrogram, CutRankForCount(dendrogram, count));
}

/** Returns the cut rank of the cut with `count` parts, which is clamped as in {@link CutAtCount}. */
export function CutRankForCount(dendrogram: Dendrogram, count: number): number {
    const partCount = Math.min(Math.max(Math.round(count), dendrogram.componentCount), dendrogram.leafCount);
    return dendrogram.leafCount - partCount;
}

/** Returns the cut that performs all merges of a height of at most `threshold`. */
export function CutAtHeight(dendrogram: Dendrogram, threshold: number): Partition {
    let cutRank = 0;
    const { rank, height } = dendrogram;
    // Heights have single precision; a threshold taken from a height must be rounded likewise to include it.
    const maxHeight = Math.fround(threshold);
    for (let orderIndex = 0; orderIndex < rank.length; orderIndex++) {
        if (rank[orderIndex] !== NEVER_MERGED && height[orderIndex] <= maxHeight) {
            cutRank++;
        }
    }
    return cut(dendrogram, Math.min(cutRank, mergeCount(dendrogram)));
}

/**
 * Returns the part of each leaf -> [n].
 *
 * @param labels array to write to; a new one by default
 */
export function LabelLeaves(
    partition: Partition,
    labels = new Uint32Array(partition.dendrogram.leafCount),
): Uint32Array {
    const { starts, partCount } = partition;
    const order = partition.dendrogram.order;
    for (let p = 0; p < partCount; p++) {
        for (let orderIndex = starts[p]; orderIndex < starts[p + 1]; orderIndex++) {
            labels[order[orderIndex]] = p;
        }
    }
    return labels;
}

/**
 * Ranks the parts by size, 0 = largest; -1 for all but the `keep` largest -> [parts] (paper, supplement A.1: N = 200).
 * Parts of equal size rank in leaf order.
 */
export function RankPartsBySize(partition: Partition, keep = Number.POSITIVE_INFINITY): Int32Array {
    const { starts, partCount } = partition;
    const bySize = Array.from({ length: partCount }, (_, p) => p);
    bySize.sort((p, q) => starts[q + 1] - starts[q] - (starts[p + 1] - starts[p]) || p - q);
    const ranks = new Int32Array(partCount).fill(-1);
    for (let r = 0; r < Math.min(keep, partCount); r++) {
        ranks[bySize[r]] = r;
    }
    return ranks;
}

/**
 * Returns the number of parts at a granularity of 0..1: 0 gives the smallest possible number, 1 gives `maxParts`, and
 * equal steps multiply the number by equal factors.
 */
export function CountAtGranularity(dendrogram: Dendrogram, granularity: number, maxParts = 1000): number {
    const minPartCount = dendrogram.componentCount;
    const maxPartCount = Math.max(minPartCount, Math.min(maxParts, dendrogram.leafCount));
    return minPartCount === 0 ? 0 : Math.round(minPartCount * (maxPartCount / minPartCount) ** granularity);
}
