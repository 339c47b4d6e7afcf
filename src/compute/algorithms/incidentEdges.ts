import type { EdgeList } from "./edgeList";

/** The edges at each vertex. */
export interface IncidentEdges {
    /** [n + 1] the edges of vertex i are `edges[start[i]]` .. `edges[start[i + 1] - 1]`. */
    readonly start: Uint32Array;
    /** [2 m] indices into the edge list, ascending at each vertex. */
    readonly edges: Uint32Array;
}

/** Sorts the ends of edges by vertex. */
export function FindIncidentEdges({ vertexCount, from, to }: EdgeList): IncidentEdges {
    const start = new Uint32Array(vertexCount + 1);
    for (let e = 0; e < from.length; e++) {
        start[from[e] + 1]++;
        start[to[e] + 1]++;
    }
    for (let i = 0; i < vertexCount; i++) {
        start[i + 1] += start[i];
    }
    const filled = start.slice(0, vertexCount);
    const edges = new Uint32Array(2 * from.length);
    for (let e = 0; e < from.length; e++) {
        edges[filled[from[e]]++] = e;
        edges[filled[to[e]]++] = e;
    }
    return { start, edges };
}
