import type { MergeList } from "../../algorithms/mergeList";

/** Rank of a gap that no merge closes: the two leaves lie in different components. */
export const NEVER_MERGED = 0xffffffff;

/**
 * A hierarchy as flat arrays. The leaves stand in an order in which every part, at every granularity, is an interval;
 * `rank[i]` and `height[i]` belong to the gap between the leaves at places i - 1 and i:
 * the ultrametric distance of the leaves at places i < j is max(height[i + 1 .. j]).
 */
export interface Dendrogram {
    readonly leafCount: number;
    /** Number of parts at the coarsest cut: components that are never merged. */
    readonly componentCount: number;
    /** [n] leaf at each place. */
    readonly order: Uint32Array;
    /** [n] place of the merge in the list of all merges, ascending by height and all different; NEVER_MERGED at the start of a component. */
    readonly rank: Uint32Array;
    /** [n] altitude at which the gap closes, in the criterion's own unit; Infinity at the start of a component. */
    readonly height: Float32Array;
}

/** The leaf order and the heights of a merge list: each component is a linked list of its leaves, a merge links tail to head. */
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
    let place = 0;
    let componentCount = 0;
    for (let head = 0; head < leafCount; head++) {
        if (rankBefore[head] !== NEVER_MERGED) {
            continue;
        }
        componentCount++;
        for (let leaf = head; leaf >= 0; leaf = next[leaf]) {
            order[place] = leaf;
            rank[place] = rankBefore[leaf];
            heights[place++] = rankBefore[leaf] === NEVER_MERGED ? Number.POSITIVE_INFINITY : height[rankBefore[leaf]];
        }
    }
    return { leafCount, componentCount, order, rank, height: heights };
}
