// Turns every edge with a coefficient into two terms of the features' gradient. Many pairs share a bottleneck edge, so
// these are few. One invocation per edge.
@group(0) @binding(0) var<storage, read> neighbors: array<u32>; // [SAMPLES, DEGREE]
// [SAMPLES, DEGREE] fixed point, reset to zeros
@group(0) @binding(1) var<storage, read_write> edgeCoefficients: array<i32>;
@group(0) @binding(2) var<storage, read_write> heads: array<atomic<u32>>; // [SAMPLES] term + 1, 0 = none
@group(0) @binding(3) var<storage, read_write> terms: array<GradientTerm>; // [2 QUERIES + 2 edges]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let edge = linearIndex(group, groups, local);
    if (edge >= SAMPLES * DEGREE) {
        return;
    }
    let fixed = edgeCoefficients[edge];
    if (fixed == 0) {
        return;
    }
    edgeCoefficients[edge] = 0;
    let coefficient = f32(fixed) / EDGE_SCALE;
    let a = edge / DEGREE;
    let b = neighbors[edge];
    let term = 2u * (QUERIES + edge);
    terms[term] = GradientTerm(atomicExchange(&heads[a], term + 1u), b, coefficient, 0u);
    terms[term + 1u] = GradientTerm(atomicExchange(&heads[b], term + 2u), a, coefficient, 0u);
}
