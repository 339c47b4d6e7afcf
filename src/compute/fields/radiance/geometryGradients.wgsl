// The gradient of the density network's outputs: that of the color network's inputs, plus, for the first output, that
// of the compositing. One invocation per sample.
@group(0) @binding(0) var<storage, read> colorInputGradients: array<f32>; // [16 + GEOMETRY, POINTS]
@group(0) @binding(1) var<storage, read> densityGradients: array<f32>; // [POINTS]
@group(0) @binding(2) var<storage, read_write> geometryGradients: array<f32>; // [GEOMETRY, POINTS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= POINTS) {
        return;
    }
    for (var g = 0u; g < GEOMETRY; g++) {
        let here = colorInputGradients[(16u + g) * POINTS + i];
        geometryGradients[g * POINTS + i] = here + select(0.0, densityGradients[i], g == 0u);
    }
}
