// Boruvka, first of three kernels per round: the smallest weight of the edges that leave each component. One invocation
// per vertex.
@group(0) @binding(0) var<storage, read> neighbors: array<u32>; // [VERTICES, DEGREE]
@group(0) @binding(1) var<storage, read> weights: array<u32>; // [VERTICES, DEGREE] sortable
@group(0) @binding(2) var<storage, read> components: array<u32>;
@group(0) @binding(3) var<storage, read_write> candidates: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> progress: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let round = atomicLoad(&progress[ROUNDS]);
    if (id.x >= VERTICES || (round > 0u && atomicLoad(&progress[round - 1u]) == 0u)) {
        return;
    }
    if (atomicLoad(&progress[closedAt(id.x)]) != 0u) {
        return;
    }
    let own = components[round * VERTICES + id.x];
    var smallest = NONE;
    for (var edge = id.x * DEGREE; edge < (id.x + 1u) * DEGREE; edge++) {
        let other = components[round * VERTICES + neighbors[edge]];
        if (other != own) {
            let weight = weights[edge];
            smallest = min(smallest, weight);
            atomicMin(&candidates[lightestAt(round, other)], weight);
        }
    }
    if (smallest != NONE) {
        atomicMin(&candidates[lightestAt(round, own)], smallest);
        atomicStore(&progress[round], 1u);
    } else {
        atomicStore(&progress[closedAt(id.x)], 1u);
    }
}
