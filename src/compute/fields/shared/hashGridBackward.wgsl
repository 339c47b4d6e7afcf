// The gradient of the hash grid's entries, summed in integer multiples of columnMaximum * POINTS / 2^30: no sum of
// POINTS weighted terms can overflow, and the result does not depend on the order. `gradients` starts as zeros. One
// invocation per point and level, points first.
@group(0) @binding(0) var<storage, read> positions: array<vec4f>; // [POINTS] unit cube
@group(0) @binding(1) var<storage, read> levels: array<GridLevel>; // [LEVELS]
@group(0) @binding(2) var<storage, read> encodingGradients: array<f32>; // [LEVELS * FEATURES (padded), POINTS]
@group(0) @binding(3) var<storage, read> maxima: array<u32>; // [LEVELS * FEATURES (padded)] float bits
@group(0) @binding(4) var<storage, read_write> gradients: array<atomic<i32>>; // [entries, FEATURES]

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
    let column = index / POINTS * FEATURES;
    let level = levels[index / POINTS];
    var scaled = GridFeature();
    for (var f = 0u; f < FEATURES; f++) {
        let gradient = encodingGradients[(column + f) * POINTS + point];
        if (gradient != 0.0) {
            scaled[f] = gradient / bitcast<f32>(maxima[column + f]) * (1073741824.0 / f32(POINTS));
        }
    }
    if (all(scaled == GridFeature())) {
        return;
    }
    let scaledPosition = clamp(positions[point].xyz, vec3f(0.0), vec3f(0.99999994)) * f32(level.resolution);
    let cell = vec3u(scaledPosition);
    let inside = scaledPosition - vec3f(cell);
    for (var corner = 0u; corner < 8u; corner++) {
        let fixed = GridFixed(round(cornerWeight(inside, corner) * scaled));
        let entry = cornerEntry(level, cell, corner) * FEATURES;
        for (var f = 0u; f < FEATURES; f++) {
            if (fixed[f] != 0) {
                atomicAdd(&gradients[entry + f], fixed[f]);
            }
        }
    }
}
