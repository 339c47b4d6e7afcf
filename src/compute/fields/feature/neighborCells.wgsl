// Sorts the samples into the CELLS^3 cells of a grid over the unit cube, as a linked list per cell in random order.
// `heads` starts as zeros. One invocation per sample.
@group(0) @binding(0) var<storage, read> points: array<vec4f>; // [SAMPLES] in 0..1
@group(0) @binding(1) var<storage, read_write> heads: array<atomic<u32>>; // [CELLS^3] sample + 1, 0 = empty
@group(0) @binding(2) var<storage, read_write> next: array<u32>; // [SAMPLES] sample + 1, 0 = end

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= SAMPLES) {
        return;
    }
    let cell = vec3u(clamp(points[i].xyz * f32(CELLS), vec3f(0.0), vec3f(f32(CELLS) - 1.0)));
    next[i] = atomicExchange(&heads[(cell.z * CELLS + cell.y) * CELLS + cell.x], i + 1u);
}
