import type { MergeList } from "../../algorithms/mergeList";

/** Rank of a gap that no merge closes, between two components. */
export const NEVER_MERGED = 0xffffffff;

/**
 * A hierarchy as flat arrays. The leaf order makes every part of every cut an interval; `rank[i]` and `height[i]`
 * belong to the gap before order index i. The ultrametric distance of the leaves at order indices i < j is max(height[i
 * + 1 .. j]).
 */
export interface Dendrogram {
    readonly leafCount: number;
    /** Number of components, which is the number of parts of the coarsest cut. */
    readonly componentCount: number;
    /** [n] leaf at each order index. */
    readonly order: Uint32Array;
    /**
     * [n] index of the merge that closes the gap, ascending by height and unique; NEVER_MERGED at the start of a
     * component.
     */
    readonly rank: Uint32Array;
    /** [n] height of that merge, in the criterion's own unit; Infinity at the start of a component. */
    readonly height: Float32Array;
}

/**
 * Creates the dendrogram of a merge list: each component is a linked list of its leaves, and a merge links the tail of
 * one to the head of the other.
 */
export function CreateDendrogram(merges: MergeList): Dendrogram {
    const { leafCount, first, second, height } = merges;
    const next = new Int32Array(leafCount).fill(-1);
    const tail = new Uint32Array(leafCount);
    for (let i = 0; i < leafCount; i++) {
        tail[i] = i;
    }
    const rankBefore = new Uint32Array(leafCount).fill(NEVER_MERGED);
    for (let m = 0; m < first.length; m++) {
        const a = first[m];
        const b = second[m];
        next[tail[a]] = b;
        tail[a] = tail[b];
        rankBefore[b] = m;
    }
    const order = new Uint32Array(leafCount);
    const rank = new Uint32Array(leafCount);
    const heights = new Float32Array(leafCount);
    let orderIndex = 0;
    let componentCount = 0;
    for (let head = 0; head < leafCount; head++) {
        if (rankBefore[head] !== NEVER_MERGED) {
            continue;
        }
        componentCount++;
        for (let leaf = head; leaf >= 0; leaf = next[leaf]) {
            const leafRank = rankBefore[leaf];
            order[orderIndex] = leaf;
            rank[orderIndex] = leafRank;
            heights[orderIndex++] = leafRank === NEVER_MERGED ? Number.POSITIVE_INFINITY : height[leafRank];
        }
    }
    return { leafCount, componentCount, order, rank, height: heights };
}
