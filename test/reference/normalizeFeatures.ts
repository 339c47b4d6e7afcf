/** The slow twin of normalizeFeatures.wgsl: [n, dims] -> [n, dims] unit vectors. */
export function NormalizeFeatures(outputs: ArrayLike<number>, dims: number): Float64Array {
    return Float64Array.from(outputs, (value, index) => {
        const first = index - (index % dims);
        let squares = 0;
        for (let d = 0; d < dims; d++) {
            squares += outputs[first + d] ** 2;
        }
        return value / (Math.sqrt(squares) + 1e-8);
    });
}
