import type { EdgeList } from "./edgeList";

/** Returns the Euclidean distance between the vectors of each edge's ends, [m]. @param vectors [n, dimensions] */
export function EdgeDistances(vectors: Float32Array, dimensions: number, edges: EdgeList): Float32Array {
    const { from, to } = edges;
    const distances = new Float32Array(from.length);
    for (let e = 0; e < distances.length; e++) {
        const a = from[e] * dimensions;
        const b = to[e] * dimensions;
        let square = 0;
        for (let d = 0; d < dimensions; d++) {
            const difference = vectors[a + d] - vectors[b + d];
            square += difference * difference;
        }
        distances[e] = Math.sqrt(square);
    }
    return distances;
}
