// Weighs the edges of the samples' graph. One invocation per sample.
//
// Weight: 1 - similarity, plus 10 if the ends lie in different cells of the mask arrangement (the edge crosses the
// border of a mask); 100 and a random fraction for the edges to the next sample. Weights are stored as float bits,
// which sort like the weights because none is negative.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> features: array<vec4f>; // [SAMPLES, DIMS / 4] unit vectors
@group(0) @binding(2) var<storage, read> cells: array<u32>; // [SAMPLES]
@group(0) @binding(3) var<storage, read> neighbors: array<u32>; // [SAMPLES, DEGREE]
@group(0) @binding(4) var<storage, read_write> weights: array<u32>; // [SAMPLES, DEGREE]
@group(0) @binding(5) var<storage, read_write> similarities: array<f32>; // [SAMPLES, DEGREE]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= SAMPLES) {
        return;
    }
    let first = i * DEGREE;
    let cell = cells[i];
    var sums: array<f32, DEGREE>;
    var others: array<u32, DEGREE>;
    for (var j = 0u; j < DEGREE; j++) {
        others[j] = neighbors[first + j];
        sums[j] = 0.0;
    }
    for (var part = 0u; part < DIMS / 4u; part++) {
        let feature = features[i * (DIMS / 4u) + part];
        for (var j = 0u; j < DEGREE; j++) {
            sums[j] += dot(feature, features[others[j] * (DIMS / 4u) + part]);
        }
    }
    for (var j = 0u; j < DEGREE; j++) {
        var weight = max(1.0 - sums[j], 0.0) + select(0.0, 10.0, cells[others[j]] != cell);
        if (j == DEGREE - 1u) {
            weight = 100.0 + f32(randomBits(state.key, STREAM_CHAIN, i) >> 8u) / 16777216.0;
        }
        weights[first + j] = bitcast<u32>(weight);
        similarities[first + j] = sums[j];
    }
}
