import { type Dendrogram, NEVER_MERGED } from "./dendrogram";

/** One cut of a hierarchy: parts are intervals of places in the leaf order. */
export interface Partition {
    readonly dendrogram: Dendrogram;
    /** [parts + 1] part p holds the places starts[p] .. starts[p + 1] - 1. */
    readonly starts: Uint32Array;
    readonly partCount: number;
}

/** Starts of the parts when the gaps with `rank < cutRank` are closed. */
function cut(dendrogram: Dendrogram, cutRank: number): Partition {
    const { rank, leafCount } = dendrogram;
    // Ranks are all different: every merge done is one part fewer.
    const partCount = leafCount - cutRank;
    const starts = new Uint32Array(partCount + 1);
    let part = 0;
    for (let place = 0; place < leafCount; place++) {
        if (rank[place] >= cutRank) {
            starts[part++] = place;
        }
    }
    starts[partCount] = leafCount;
    return { dendrogram, starts, partCount };
}

/** Number of merges in the hierarchy. */
function mergeCount(dendrogram: Dendrogram): number {
    return dendrogram.leafCount - dendrogram.componentCount;
}

/**
 * The cut with `count` parts, exactly: the last merges undone, however their heights tie. Fewer than the number of
 * components or more than the number of leaves gives the nearest number there is.
 */
export function CutAtCount(dendrogram: Dendrogram, count: number): Partition {
    return cut(dendrogram, CutRankForCount(dendrogram, count));
}

/** Merges of a rank below this are done in the cut with `count` parts. */
export function CutRankForCount(dendrogram: Dendrogram, count: number): number {
    const wanted = Math.min(Math.max(Math.round(count), dendrogram.componentCount), dendrogram.leafCount);
    return dendrogram.leafCount - wanted;
}

/** The cut at a height: maximal intervals whose inner heights are all <= threshold. */
export function CutAtHeight(dendrogram: Dendrogram, threshold: number): Partition {
    // Heights ascend with rank: count the merges at or below the threshold.
    let cutRank = 0;
    const { rank, height } = dendrogram;
    // Heights are in single precision: a threshold that equals one in the caller's mind has to be rounded as it was.
    const limit = Math.fround(threshold);
    for (let place = 0; place < rank.length; place++) {
        if (rank[place] !== NEVER_MERGED && height[place] <= limit) {
            cutRank++;
        }
    }
    return cut(dendrogram, Math.min(cutRank, mergeCount(dendrogram)));
}

/** [n] part of each leaf. */
export function LabelLeaves(
    partition: Partition,
    labels = new Uint32Array(partition.dendrogram.leafCount),
): Uint32Array {
    const { starts, partCount } = partition;
    const order = partition.dendrogram.order;
    for (let p = 0; p < partCount; p++) {
        for (let place = starts[p]; place < starts[p + 1]; place++) {
            labels[order[place]] = p;
        }
    }
    return labels;
}

/**
 * [parts] rank of each part by size, 0 = largest; -1 for all but the `keep` largest (paper, supplement A.1: N = 200).
 * Parts of equal size rank by their place.
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
 * Number of parts at a granularity of 0..1: 0 is the fewest there are, 1 is `maxParts`; equal steps multiply the number of
 * parts by equal factors.
 */
export function CountAtGranularity(dendrogram: Dendrogram, granularity: number, maxParts = 1000): number {
    const fewest = dendrogram.componentCount;
    const most = Math.max(fewest, Math.min(maxParts, dendrogram.leafCount));
    return fewest === 0 ? 0 : Math.round(fewest * (most / fewest) ** granularity);
}
