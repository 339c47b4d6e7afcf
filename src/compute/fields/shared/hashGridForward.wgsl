// Interpolates the hash grid at points. One invocation per point and level, points first.
@group(0) @binding(0) var<storage, read> positions: array<vec4f>; // [POINTS] unit cube
@group(0) @binding(1) var<storage, read> levels: array<GridLevel>; // [LEVELS]
@group(0) @binding(2) var<storage, read> table: array<GridFeature>; // [entries] of FEATURES numbers
@group(0) @binding(3) var<storage, read_write> encoding: array<f32>; // [LEVELS * FEATURES (padded), POINTS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let index = linearIndex(group, groups, local);
    if (index >= POINTS * LEVELS) {
        return;
    }
    let point = index % POINTS;
    let level = levels[index / POINTS];
    let scaledPosition = clamp(positions[point].xyz, vec3f(0.0), vec3f(0.99999994)) * f32(level.resolution);
    let cell = vec3u(scaledPosition);
    let inside = scaledPosition - vec3f(cell);
    var sum = GridFeature();
    for (var corner = 0u; corner < 8u; corner++) {
        sum += cornerWeight(inside, corner) * table[cornerEntry(level, cell, corner)];
    }
    for (var f = 0u; f < FEATURES; f++) {
        encoding[(index / POINTS * FEATURES + f) * POINTS + point] = sum[f];
    }
}
