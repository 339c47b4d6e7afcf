// For every order index, the last one up to it in the same tile that starts a part; 0 if there is none. A Hillis and
// Steele scan (1986) over the invocations, each of which scans ITEMS order indices sequentially.
@group(0) @binding(0) var<storage, read> ranks: array<u32>;
@group(0) @binding(1) var<storage, read_write> starts: array<u32>;
@group(0) @binding(2) var<storage, read_write> tileStarts: array<u32>;

var<workgroup> last: array<u32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groupCount: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let tile = (group.z * groupCount.y + group.y) * groupCount.x + group.x;
    let first = tile * TILE + local * ITEMS;
    var own: array<u32, ITEMS>;
    var latest = 0u;
    for (var i = 0u; i < ITEMS; i++) {
        let orderIndex = first + i;
        if (orderIndex < uniforms.count && ranks[orderIndex] >= uniforms.cutRank) {
            latest = orderIndex;
        }
        own[i] = latest;
    }
    last[local] = latest;
    for (var step = 1u; step < WORKGROUP_SIZE; step *= 2u) {
        workgroupBarrier();
        let before = select(0u, last[max(local, step) - step], local >= step);
        workgroupBarrier();
        last[local] = max(last[local], before);
    }
    workgroupBarrier();
    let before = select(0u, last[max(local, 1u) - 1u], local > 0u);
    for (var i = 0u; i < ITEMS; i++) {
        if (first + i < uniforms.count) {
            starts[first + i] = max(own[i], before);
        }
    }
    if (local == WORKGROUP_SIZE - 1u && tile < uniforms.tileCount) {
        tileStarts[tile] = last[local];
    }
}
