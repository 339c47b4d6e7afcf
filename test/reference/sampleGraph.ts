/**
 * Reference implementation of nearestNeighbors.wgsl: all distances sorted in the GPU's arithmetic, ties by index; then
 * the next sample.
 * @param points [n, 3]
 * @returns [n, count + 1]
 */
export function NearestNeighbors(points: Float32Array, count: number): Uint32Array {
    const n = points.length / 3;
    const f = Math.fround;
    const out = new Uint32Array(n * (count + 1));
    for (let i = 0; i < n; i++) {
        const distances = Float64Array.from({ length: n }, (_, j) => {
            const [x, y, z] = [0, 1, 2].map((axis) => f(points[3 * j + axis] - points[3 * i + axis]));
            return x * x + y * y + z * z;
        });
        const order = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
        order.sort((a, b) => distances[a] - distances[b] || a - b);
        out.set(order.slice(0, count), i * (count + 1));
        out[i * (count + 1) + count] = Math.min(i + 1, n - 1);
    }
    return out;
}

/**
 * Reference implementation of edgeWeights.wgsl.
 * @param features [n, dims]
 * @returns similarity of the ends of every edge, and its weight; NaN for edges that only connect, whose weights are at
 * least 100
 */
export function EdgeWeights(
    neighbors: ArrayLike<number>,
    degree: number,
    features: ArrayLike<number>,
    dims: number,
    cells: ArrayLike<number>,
): { similarities: Float64Array; weights: Float64Array } {
    const similarities = new Float64Array(neighbors.length);
    const weights = new Float64Array(neighbors.length);
    for (let edge = 0; edge < neighbors.length; edge++) {
        const a = Math.floor(edge / degree);
        const b = neighbors[edge];
        for (let d = 0; d < dims; d++) {
            similarities[edge] += features[a * dims + d] * features[b * dims + d];
        }
        const isChain = edge % degree === degree - 1;
        weights[edge] = isChain ? Number.NaN : Math.max(1 - similarities[edge], 0) + (cells[a] !== cells[b] ? 10 : 0);
    }
    return { similarities, weights };
}
