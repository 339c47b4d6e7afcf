// Turns the euclid coefficient of every pair into two terms of the features' gradient, and adds its ultra coefficient
// to that of its bottleneck edge. One invocation per pair.
@group(0) @binding(0) var<storage, read> pairs: array<vec2u>; // [QUERIES]
@group(0) @binding(1) var<storage, read> bottlenecks: array<u32>; // [QUERIES] edges
@group(0) @binding(2) var<storage, read> coefficients: array<vec2f>; // [QUERIES] euclid, ultra
@group(0) @binding(3) var<storage, read_write> heads: array<atomic<u32>>; // [SAMPLES] term + 1, 0 = none
@group(0) @binding(4) var<storage, read_write> terms: array<GradientTerm>; // [2 QUERIES + 2 edges]
@group(0) @binding(5) var<storage, read_write> edgeCoefficients: array<atomic<i32>>; // [edges] fixed point

const NONE = 0xffffffffu;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let i = linearIndex(group, groups, local);
    if (i >= QUERIES) {
        return;
    }
    let pair = pairs[i];
    let coefficient = coefficients[i];
    if (coefficient.x != 0.0) {
        terms[2u * i] = GradientTerm(atomicExchange(&heads[pair.x], 2u * i + 1u), pair.y, coefficient.x, 0u);
        terms[2u * i + 1u] = GradientTerm(atomicExchange(&heads[pair.y], 2u * i + 2u), pair.x, coefficient.x, 0u);
    }
    let edge = bottlenecks[i];
    if (edge != NONE && coefficient.y != 0.0) {
        atomicAdd(&edgeCoefficients[edge], i32(round(coefficient.y * EDGE_SCALE)));
    }
}
