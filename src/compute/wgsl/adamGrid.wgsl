// Adam (Kingma & Ba 2015) on the hash grid, four numbers an invocation. Numbers whose gradient is 0 stay, and so do their moments: almost all
// of a table is untouched in any one step. The gradient is left as zeros.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> levels: array<GridLevel>; // [LEVELS]
@group(0) @binding(2) var<storage, read> maxima: array<u32>; // [LEVELS * FEATURES (padded)] float bits
@group(0) @binding(3) var<storage, read_write> gradients: array<vec4i>; // [entries * FEATURES / 4] fixed point
@group(0) @binding(4) var<storage, read_write> table: array<vec4f>; // [entries * FEATURES / 4]
@group(0) @binding(5) var<storage, read_write> firstMoments: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> secondMoments: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let i = linearIndex(group, groups, local);
    if (i >= QUADS) {
        return;
    }
    let fixed = gradients[i];
    if (all(fixed == vec4i(0))) {
        return;
    }
    gradients[i] = vec4i(0);
    // Levels start at whole quads, so a quad lies in one level.
    var level = 0u;
    while (level + 1u < LEVELS && levels[level + 1u].start * FEATURES <= 4u * i) {
        level++;
    }
    var quantum: vec4f;
    for (var c = 0u; c < 4u; c++) {
        quantum[c] = bitcast<f32>(maxima[level * FEATURES + c % FEATURES]);
    }
    let gradient = vec4f(fixed) * quantum * (f32(POINTS) / 1073741824.0);
    let isTouched = fixed != vec4i(0);
    let first = select(firstMoments[i], BETA1 * firstMoments[i] + (1.0 - BETA1) * gradient, isTouched);
    let second = select(secondMoments[i], BETA2 * secondMoments[i] + (1.0 - BETA2) * gradient * gradient, isTouched);
    firstMoments[i] = first;
    secondMoments[i] = second;
    let step = state.learningRate * first * state.firstCorrection / (sqrt(second * state.secondCorrection) + EPSILON);
    table[i] -= select(vec4f(0.0), step, isTouched);
}
