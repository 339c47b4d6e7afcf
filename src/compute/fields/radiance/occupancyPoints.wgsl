// Draws a random point in each sampled cell. One invocation per cell.
@group(0) @binding(0) var<storage, read> candidates: array<u32>; // [CANDIDATES] cells
@group(0) @binding(1) var<storage, read_write> positions: array<vec4f>; // [POINTS] in the grid

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= min(POINTS, CANDIDATES)) {
        return;
    }
    let cell = candidates[(uniforms.first + i) % CANDIDATES];
    let corner = vec3u(cell % RESOLUTION, cell / RESOLUTION % RESOLUTION, cell / (RESOLUTION * RESOLUTION));
    let inside = vec3f(
        randomUnit(randomBits(uniforms.key, 0u, i)),
        randomUnit(randomBits(uniforms.key, 1u, i)),
        randomUnit(randomBits(uniforms.key, 2u, i)),
    );
    positions[i] = vec4f((vec3f(corner) + inside) / f32(RESOLUTION), 0.0);
}
