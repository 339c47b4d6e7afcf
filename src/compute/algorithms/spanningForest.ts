import type { MergeList } from "./mergeList";
import type { EdgeList } from "./neighborGraph";
import { SortIndices } from "./sortIndices";
import { UnionFind } from "./unionFind";

/** A minimum spanning forest, its edges ascending by weight. */
export interface SpanningForest {
    readonly vertexCount: number;
    /** [n - components] indices into the edge list. */
    readonly edges: Uint32Array;
    /** The merges that the edges make: single linkage (the ultrametric of paper, equations 1 and 2). */
    readonly merges: MergeList;
}

/**
 * Kruskal's minimum spanning forest; edges of equal weight enter by their index, so the answer is unique.
 *
 * @param weights [m], without NaN
 */
export function CreateSpanningForest(edges: EdgeList, weights: Float32Array | Float64Array): SpanningForest {
    const count = edges.vertexCount;
    const sorted = SortIndices(weights);
    const sets = new UnionFind(count);
    const chosen = new Uint32Array(Math.max(count - 1, 0));
    const first = new Uint32Array(chosen.length);
    const second = new Uint32Array(chosen.length);
    const height = new Float64Array(chosen.length);
    let merged = 0;
    for (let s = 0; s < sorted.length && sets.count > 1; s++) {
        const e = sorted[s];
        const a = sets.find(edges.from[e]);
        const b = sets.find(edges.to[e]);
        if (a !== b) {
            sets.union(a, b);
            const kept = sets.find(a);
            chosen[merged] = e;
            first[merged] = kept;
            second[merged] = kept === a ? b : a;
            height[merged++] = weights[e];
        }
    }
    return {
        vertexCount: count,
        edges: chosen.slice(0, merged),
        merges: {
            leafCount: count,
            first: first.slice(0, merged),
            second: second.slice(0, merged),
            height: height.slice(0, merged),
        },
    };
}
