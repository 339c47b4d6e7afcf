// Adam (Kingma & Ba 2015) for the hash grid. Values with gradient 0 do not change, nor do their moments: a step touches
// only a small share of the table. A step without entries updates nothing. Resets the gradient to zeros. One invocation
// per block of entries of one level, four values at a time.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> levelOfBlock: array<u32>; // [entries / BLOCK]
@group(0) @binding(2) var<storage, read> maxima: array<u32>; // [LEVELS * FEATURES (padded)] float bits
@group(0) @binding(3) var<storage, read_write> gradients: array<vec4i>; // [entries * FEATURES / 4] fixed point
@group(0) @binding(4) var<storage, read_write> table: array<vec4f>; // [entries * FEATURES / 4]
@group(0) @binding(5) var<storage, read_write> firstMoments: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> secondMoments: array<vec4f>;

const QUADS = BLOCK * FEATURES / 4u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let block = linearIndex(group, groups, local);
    if (block >= BLOCKS) {
        return;
    }
    let column = levelOfBlock[block] * FEATURES;
    let columns = vec4u(0u, 1u, 2u % FEATURES, 3u % FEATURES) + column;
    let largest = vec4u(maxima[columns.x], maxima[columns.y], maxima[columns.z], maxima[columns.w]);
    let quantum = bitcast<vec4f>(largest) * (f32(POINTS) / 1073741824.0);
    let rate = state.learningRate * state.firstCorrection;
    let correction = state.secondCorrection;
    for (var i = block * QUADS; i < (block + 1u) * QUADS; i++) {
        let fixed = gradients[i];
        if (any(fixed != vec4i(0))) {
            gradients[i] = vec4i(0);
            let isUpdated = (fixed != vec4i(0)) & vec4<bool>(state.entries != 0u);
            let gradient = vec4f(fixed) * quantum;
            let first = select(
                firstMoments[i],
                BETA1 * firstMoments[i] + (1.0 - BETA1) * gradient,
                isUpdated,
            );
            let second = select(
                secondMoments[i],
                BETA2 * secondMoments[i] + (1.0 - BETA2) * gradient * gradient,
                isUpdated,
            );
            firstMoments[i] = first;
            secondMoments[i] = second;
            table[i] -= select(vec4f(0.0), rate * first / (sqrt(second * correction) + EPSILON), isUpdated);
        }
    }
}
