// Second half of the exclusive prefix sum: adds to every element the sum of the tiles before its own.

@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groupCount: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let i = linearIndex(group, groupCount, local);
    if (i < uniforms.count) {
        values[i] += offsets[i / TILE];
    }
}
