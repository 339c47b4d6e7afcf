// Adam (Kingma & Ba 2015) for the weights of the layers, after summing the gradient's partial sums in a fixed order.
// One invocation per four weights.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> partials: array<vec4f>; // [PARTIALS, WEIGHTS / 4]
@group(0) @binding(2) var<storage, read_write> weights: array<vec4f>; // [WEIGHTS / 4]
@group(0) @binding(3) var<storage, read_write> firstMoments: array<vec4f>; // [WEIGHTS / 4]
@group(0) @binding(4) var<storage, read_write> secondMoments: array<vec4f>; // [WEIGHTS / 4]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= WEIGHTS / 4u || state.entries == 0u) {
        return;
    }
    var gradient = vec4f(0.0);
    for (var partial = 0u; partial < PARTIALS; partial++) {
        gradient += partials[partial * (WEIGHTS / 4u) + i];
    }
    let first = BETA1 * firstMoments[i] + (1.0 - BETA1) * gradient;
    let second = BETA2 * secondMoments[i] + (1.0 - BETA2) * gradient * gradient;
    firstMoments[i] = first;
    secondMoments[i] = second;
    weights[i] -=
        state.learningRate * first * state.firstCorrection / (sqrt(second * state.secondCorrection) + EPSILON);
}
