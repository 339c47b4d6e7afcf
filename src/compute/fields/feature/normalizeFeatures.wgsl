// Normalizes the outputs of the last layer, and transposes them from columns to rows. One invocation per point.
@group(0) @binding(0) var<storage, read> outputs: array<f32>; // [DIMS, POINTS]
@group(0) @binding(1) var<storage, read_write> features: array<vec4f>; // [POINTS, DIMS / 4]
@group(0) @binding(2) var<storage, read_write> inverseNorms: array<f32>; // [POINTS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= POINTS) {
        return;
    }
    var squares = 0.0;
    for (var d = 0u; d < DIMS; d++) {
        let value = outputs[d * POINTS + i];
        squares += value * value;
    }
    let scale = 1.0 / (sqrt(squares) + 1e-8);
    for (var part = 0u; part < DIMS / 4u; part++) {
        let at = 4u * part * POINTS + i;
        features[i * (DIMS / 4u) + part] =
            scale * vec4f(outputs[at], outputs[at + POINTS], outputs[at + 2u * POINTS], outputs[at + 3u * POINTS]);
    }
    inverseNorms[i] = scale;
}
