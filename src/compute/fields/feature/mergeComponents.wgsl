// Boruvka, last of three kernels per round: every component joins the one at the other end of its picked edge. If two
// picked the same edge, the walk along the picks ends at the lower of them. There are no longer cycles, because edges
// are ordered by weight and index. One invocation per vertex.
@group(0) @binding(0) var<storage, read> neighbors: array<u32>; // [VERTICES, DEGREE]
@group(0) @binding(1) var<storage, read_write> components: array<u32>;
@group(0) @binding(2) var<storage, read> candidates: array<u32>;
@group(0) @binding(3) var<storage, read_write> progress: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let round = progress[ROUNDS + 1u] - 1u;
    if (id.x == 0u) {
        progress[ROUNDS] = min(round + 1u, ROUNDS - 1u);
    }
    if (id.x >= VERTICES || progress[round] == 0u) {
        return;
    }
    let row = round * VERTICES;
    var at = components[row + id.x];
    // A walk visits no component twice; the bound keeps invalid input from hanging the GPU.
    for (var hops = 0u; hops < VERTICES; hops++) {
        let edge = candidates[pickedAt(round, at)];
        if (edge == NONE) {
            break;
        }
        let start = components[row + edge / DEGREE];
        let end = components[row + neighbors[edge]];
        let other = select(start, end, start == at);
        if (candidates[pickedAt(round, other)] == edge && at < other) {
            break;
        }
        at = other;
    }
    components[row + VERTICES + id.x] = at;
}
