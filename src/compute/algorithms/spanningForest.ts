import type { EdgeList } from "./edgeList";
import { FindForestEdges } from "./forestEdges";
import type { MergeList } from "./mergeList";
import { SortIndices } from "./sortIndices";
import { UnionFind } from "./unionFind";

/** A minimum spanning forest with its edges in ascending order of weight. */
export interface SpanningForest {
    readonly vertexCount: number;
    /** [n - components] indices into the edge list. */
    readonly edges: Uint32Array;
    /** The merges by these edges: single linkage (the ultrametric of He et al. 2024, equations 1 and 2). */
    readonly merges: MergeList;
}

/** Edges per vertex from which on finding the edges of the forest takes less time than sorting all edges. */
const MANY_EDGES = 2;

/**
 * Creates the minimum spanning forest by Kruskal's algorithm; edges of equal weight are ordered by index, so that the
 * result is unique.
 *
 * @param weights [m], without NaN
 */
export function CreateSpanningForest(edges: EdgeList, weights: Float32Array | Float64Array): SpanningForest {
    const count = edges.vertexCount;
    const sorted = sortCandidates(edges, weights);
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

/** Returns the edges that the forest may have, in ascending order of weight; edges of equal weight by index. */
function sortCandidates(edges: EdgeList, weights: Float32Array | Float64Array): Uint32Array {
    if (weights.length < MANY_EDGES * edges.vertexCount) {
        return SortIndices(weights);
    }
    const candidates = FindForestEdges(edges, weights);
    const own = new Float64Array(candidates.length);
    for (let i = 0; i < own.length; i++) {
        own[i] = weights[candidates[i]];
    }
    return SortIndices(own).map((i) => candidates[i]);
}
