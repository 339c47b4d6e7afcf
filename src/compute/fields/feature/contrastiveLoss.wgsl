// The contrastive loss softplus((s_negative - s_positive) / tau) of every positive pair with each of its NEGATIVES
// negative pairs, once with the pairs' own similarities (euclid) and once with those of their bottleneck edges (ultra).
// One invocation per positive pair. Source: He et al. 2024, equations 3 and 4 (equation 3 with the sign corrected).
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> features: array<vec4f>; // [SAMPLES, DIMS / 4] unit vectors
@group(0) @binding(2) var<storage, read> pairs: array<vec2u>; // [PAIRS, 1 + NEGATIVES]
@group(0) @binding(3) var<storage, read> bottlenecks: array<u32>; // [PAIRS, 1 + NEGATIVES] edges, or NONE
@group(0) @binding(4) var<storage, read> similarities: array<f32>; // of the edges
// [PAIRS, 1 + NEGATIVES] d loss / d similarity: euclid, ultra
@group(0) @binding(5) var<storage, read_write> coefficients: array<vec2f>;
// Euclid, ultra (fixed point), 1 if one was not finite
@group(0) @binding(6) var<storage, read_write> sums: array<atomic<u32>>;

const NONE = 0xffffffffu;

fn pairSimilarity(pair: vec2u) -> f32 {
    var sum = 0.0;
    for (var part = 0u; part < DIMS / 4u; part++) {
        sum += dot(features[pair.x * (DIMS / 4u) + part], features[pair.y * (DIMS / 4u) + part]);
    }
    return sum;
}

// Returns the euclid and ultra similarity of a pair. A sample has similarity 1 to itself.
fn similarity(index: u32) -> vec2f {
    let edge = bottlenecks[index];
    var ultra = 1.0;
    if (edge != NONE) {
        ultra = similarities[edge];
    }
    return vec2f(pairSimilarity(pairs[index]), ultra);
}

fn isFinite(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= PAIRS) {
        return;
    }
    let first = i * (1u + NEGATIVES);
    if (state.entries == 0u) {
        for (var j = 0u; j <= NEGATIVES; j++) {
            coefficients[first + j] = vec2f(0.0);
        }
        return;
    }
    let positive = similarity(first);
    var loss = vec2f(0.0);
    var pull = vec2f(0.0);
    for (var j = 1u; j <= NEGATIVES; j++) {
        let z = (similarity(first + j) - positive) / TAU;
        // Softplus and its derivative without overflow.
        let e = exp(-abs(z));
        loss += max(z, vec2f(0.0)) + log(1.0 + e);
        let slope = select(e, vec2f(1.0), z >= vec2f(0.0)) / (1.0 + e);
        let push = slope * LOSS_WEIGHTS / (TAU * f32(LOSS_TERMS));
        coefficients[first + j] = push;
        pull += push;
    }
    coefficients[first] = -pull;
    if (isFinite(loss.x) && isFinite(loss.y)) {
        atomicAdd(&sums[0], u32(loss.x * LOSS_SCALE));
        atomicAdd(&sums[1], u32(loss.y * LOSS_SCALE));
    } else {
        atomicOr(&sums[2], 1u);
    }
}
