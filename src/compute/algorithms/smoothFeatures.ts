import type { EdgeList } from "./edgeList";

/**
 * Averages each unit feature with those of its neighbors, and normalizes the result.
 *
 * @param features [n, dimensions] unit vectors
 */
export function SmoothFeatures(features: Float32Array, dimensions: number, edges: EdgeList, rounds = 2): Float32Array {
    let current = features;
    for (let round = 0; round < rounds; round++) {
        const sum = current.slice();
        for (let e = 0; e < edges.from.length; e++) {
            const a = edges.from[e] * dimensions;
            const b = edges.to[e] * dimensions;
            for (let d = 0; d < dimensions; d++) {
                sum[a + d] += current[b + d];
                sum[b + d] += current[a + d];
            }
        }
        for (let i = 0; i < sum.length; i += dimensions) {
            let square = 0;
            for (let d = 0; d < dimensions; d++) {
                square += sum[i + d] * sum[i + d];
            }
            const scale = 1 / Math.max(Math.sqrt(square), 1e-12);
            for (let d = 0; d < dimensions; d++) {
                sum[i + d] *= scale;
            }
        }
        current = sum;
    }
    return current;
}
