import type { EdgeList } from "../../src/compute/algorithms/edgeList";

/**
 * Reference implementation of CreateSpanningForest: edges sorted by weight, then index; one label per vertex, relabeled
 * at every merge.
 */
export function ReferenceForest(edges: EdgeList, weights: ArrayLike<number>): number[] {
    const label = Array.from({ length: edges.vertexCount }, (_, i) => i);
    const sorted = Array.from(edges.from.keys()).sort((a, b) => weights[a] - weights[b] || a - b);
    return sorted.filter((e) => {
        const [a, b] = [label[edges.from[e]], label[edges.to[e]]];
        if (a !== b) {
            label.forEach((own, i) => {
                label[i] = own === b ? a : own;
            });
        }
        return a !== b;
    });
}

/**
 * The ultrametric of a graph by its definition (paper, equations 1 and 2): for each pair the minimum over all paths of
 * the path's largest weight -> [n, n], Infinity without a path. Uses the Floyd-Warshall algorithm.
 */
export function ReferenceUltrametric(edges: EdgeList, weights: ArrayLike<number>): Float64Array {
    const n = edges.vertexCount;
    const distance = new Float64Array(n * n).fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < n; i++) {
        distance[i * n + i] = Number.NEGATIVE_INFINITY;
    }
    edges.from.forEach((a, e) => {
        const b = edges.to[e];
        distance[a * n + b] = distance[b * n + a] = Math.min(distance[a * n + b], weights[e]);
    });
    for (let k = 0; k < n; k++) {
        for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) {
                const around = Math.max(distance[i * n + k], distance[k * n + j]);
                distance[i * n + j] = Math.min(distance[i * n + j], around);
            }
        }
    }
    return distance;
}
