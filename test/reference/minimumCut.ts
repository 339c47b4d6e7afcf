/** An undirected edge with its capacity. */
export type CapacityEdge = readonly [a: number, b: number, capacity: number];

/** Costs of having the vertices in `isSink` on the sink's side. */
export function ReferenceCutCost(
    terminals: readonly number[],
    edges: readonly CapacityEdge[],
    isSink: (vertex: number) => boolean,
): number {
    let cost = 0;
    terminals.forEach((terminal, vertex) => {
        cost += isSink(vertex) ? Math.max(terminal, 0) : Math.max(-terminal, 0);
    });
    for (const [a, b, capacity] of edges) {
        cost += isSink(a) === isSink(b) ? 0 : capacity;
    }
    return cost;
}

/** The slow twin of MinimumCut: the least cost of all ways to part the vertices. */
export function ReferenceMinimumCut(terminals: readonly number[], edges: readonly CapacityEdge[]): number {
    let least = Number.POSITIVE_INFINITY;
    for (let choice = 0; choice < 2 ** terminals.length; choice++) {
        least = Math.min(
            least,
            ReferenceCutCost(terminals, edges, (vertex) => ((choice >> vertex) & 1) === 1),
        );
    }
    return least;
}
