// Gathers the values of the kept points from a matrix of columns. One invocation per four points of a column, points
// first.
@group(0) @binding(0) var<storage, read> sources: array<vec4u>; // [KEPT / 4] points
@group(0) @binding(1) var<storage, read> values: array<f32>; // [COLUMNS, POINTS]
@group(0) @binding(2) var<storage, read_write> kept: array<vec4f>; // [COLUMNS, KEPT / 4]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let index = linearIndex(group, groups, local);
    if (index >= COLUMNS * (KEPT / 4u)) {
        return;
    }
    let column = index / (KEPT / 4u) * POINTS;
    let source = min(sources[index % (KEPT / 4u)], vec4u(POINTS - 1u));
    kept[index] = vec4f(
        values[column + source.x],
        values[column + source.y],
        values[column + source.z],
        values[column + source.w],
    );
}
