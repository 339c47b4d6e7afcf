// Updates the density of a cell: the larger of its decayed density and the density at the sampled point. One invocation
// per cell.
@group(0) @binding(0) var<storage, read> candidates: array<u32>; // [CANDIDATES] cells
@group(0) @binding(1) var<storage, read> geometry: array<f32>; // [GEOMETRY, POINTS] the first row is the density
@group(0) @binding(2) var<storage, read_write> densities: array<f32>; // [CELLS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= min(POINTS, CANDIDATES)) {
        return;
    }
    let cell = candidates[(uniforms.first + i) % CANDIDATES];
    densities[cell] = max(uniforms.decay * densities[cell], densityBy(geometry[i]));
}
