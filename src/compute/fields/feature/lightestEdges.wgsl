// Boruvka, second of three kernels per round: the lowest index among the lightest edges that leave each component. One
// invocation per vertex.
@group(0) @binding(0) var<storage, read> neighbors: array<u32>; // [VERTICES, DEGREE]
@group(0) @binding(1) var<storage, read> weights: array<u32>; // [VERTICES, DEGREE] sortable
@group(0) @binding(2) var<storage, read> components: array<u32>;
@group(0) @binding(3) var<storage, read_write> candidates: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> progress: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let round = progress[ROUNDS];
    if (id.x == 0u) {
        progress[ROUNDS + 1u] = round + 1u;
    }
    if (id.x >= VERTICES || progress[round] == 0u || progress[closedAt(id.x)] != 0u) {
        return;
    }
    let own = components[round * VERTICES + id.x];
    let ownLightest = atomicLoad(&candidates[lightestAt(round, own)]);
    for (var edge = id.x * DEGREE; edge < (id.x + 1u) * DEGREE; edge++) {
        let other = components[round * VERTICES + neighbors[edge]];
        if (other != own) {
            let weight = weights[edge];
            if (weight == ownLightest) {
                atomicMin(&candidates[pickedAt(round, own)], edge);
            }
            if (weight == atomicLoad(&candidates[lightestAt(round, other)])) {
                atomicMin(&candidates[pickedAt(round, other)], edge);
            }
        }
    }
}
