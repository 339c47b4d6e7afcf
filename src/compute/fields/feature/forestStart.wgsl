// Initializes the spanning forest: every vertex is a component, and no component has picked an edge.
@group(0) @binding(0) var<storage, read_write> components: array<u32>;
@group(0) @binding(1) var<storage, read_write> candidates: array<u32>;
@group(0) @binding(2) var<storage, read_write> progress: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i < VERTICES) {
        components[i] = i;
        progress[closedAt(i)] = 0u;
        for (var round = 0u; round < ROUNDS; round++) {
            candidates[lightestAt(round, i)] = NONE;
            candidates[pickedAt(round, i)] = NONE;
        }
    }
    if (i < ROUNDS + 2u) {
        progress[i] = 0u;
    }
}
