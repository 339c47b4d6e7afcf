/** Reference implementation of normalizeFeatures.wgsl: [n, dimensions] -> [n, dimensions] unit vectors. */
export function NormalizeFeatures(outputs: ArrayLike<number>, dimensions: number): Float64Array {
    return Float64Array.from(outputs, (value, index) => {
        const first = index - (index % dimensions);
        let squares = 0;
        for (let d = 0; d < dimensions; d++) {
            squares += outputs[first + d] ** 2;
        }
        return value / (Math.sqrt(squares) + 1e-8);
    });
}
