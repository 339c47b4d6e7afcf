// Initial values of a hash grid, uniform in -0.01..0.01: value i from the i-th number of CreateRandom in random.ts. One
// invocation per value.
@group(0) @binding(0) var<storage, read_write> table: array<f32>; // [count]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let i = linearIndex(group, groups, local);
    if (i < uniforms.count) {
        table[i] = (randomUnit(pcgHash(uniforms.start + (i + 1u) * 0x9e3779b9u)) - 0.5) * 2e-2;
    }
}
