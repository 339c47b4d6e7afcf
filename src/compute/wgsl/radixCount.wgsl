// One pass of the radix sort, first part: how often each of the 256 digits occurs in every tile of the keys.
// counts[digit * tileCount + tile], so that their prefix sum is where each tile's keys of a digit go.

@group(0) @binding(0) var<storage, read> keys: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;

var<workgroup> tileCounts: array<atomic<u32>, 256>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groupCount: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let tile = group.y * groupCount.x + group.x;
    for (var round = 0u; round < ROUNDS; round++) {
        let i = (tile * ROUNDS + round) * WORKGROUP_SIZE + local;
        if (i < uniforms.count) {
            var key = keys[i];
            if (uniforms.fromFloats != 0u) {
                key = orderedFromFloatBits(key);
            }
            atomicAdd(&tileCounts[radixDigit(key)], 1u);
        }
    }
    workgroupBarrier();
    if (tile < uniforms.tileCount) {
        counts[local * uniforms.tileCount + tile] = atomicLoad(&tileCounts[local]);
    }
}
