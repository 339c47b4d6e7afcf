// The heaviest edge on the path in the spanning forest between two vertices (King 1997): the heaviest of the edges that
// their components picked in the rounds in which these differ; of equal weights, the one with the highest index. NONE
// for a vertex and itself, and for unconnected vertices.
@group(0) @binding(0) var<storage, read> weights: array<u32>; // [VERTICES, DEGREE] sortable
@group(0) @binding(1) var<storage, read> components: array<u32>;
@group(0) @binding(2) var<storage, read> candidates: array<u32>;
@group(0) @binding(3) var<storage, read> progress: array<u32>;
@group(0) @binding(4) var<storage, read> pairs: array<vec2u>; // [QUERIES]
@group(0) @binding(5) var<storage, read_write> bottlenecks: array<u32>; // [QUERIES] edges

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
    var heaviest = NONE;
    var weight = 0u;
    for (var round = 0u; ; round++) {
        let a = components[round * VERTICES + pair.x];
        let b = components[round * VERTICES + pair.y];
        if (a == b) {
            break;
        }
        if (round == ROUNDS || progress[round] == 0u) {
            heaviest = NONE;
            break;
        }
        for (var side = 0u; side < 2u; side++) {
            let edge = candidates[pickedAt(round, select(a, b, side == 1u))];
            if (edge != NONE) {
                let here = weights[edge];
                if (heaviest == NONE || here > weight || (here == weight && edge > heaviest)) {
                    heaviest = edge;
                    weight = here;
                }
            }
        }
    }
    bottlenecks[i] = heaviest;
}
