// First half of the exclusive prefix sum: every workgroup replaces its tile by its exclusive prefix sum, and writes the
// total of the tile.

@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@group(0) @binding(1) var<storage, read_write> totals: array<u32>;

var<workgroup> sums: array<u32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groupCount: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let tile = group.y * groupCount.x + group.x;
    let first = tile * TILE + local * ITEMS;
    var items: array<u32, ITEMS>;
    var sum = 0u;
    for (var i = 0u; i < ITEMS; i++) {
        items[i] = sum;
        if (first + i < uniforms.count) {
            sum += values[first + i];
        }
    }
    sums[local] = sum;
    workgroupBarrier();
    // Hillis & Steele 1986: after each iteration, an entry holds the sum of the 2 * distance entries up to itself.
    for (var distance = 1u; distance < WORKGROUP_SIZE; distance *= 2u) {
        var before = 0u;
        if (local >= distance) {
            before = sums[local - distance];
        }
        workgroupBarrier();
        sums[local] += before;
        workgroupBarrier();
    }
    let start = sums[local] - sum;
    for (var i = 0u; i < ITEMS; i++) {
        if (first + i < uniforms.count) {
            values[first + i] = start + items[i];
        }
    }
    if (local == WORKGROUP_SIZE - 1u && tile < uniforms.tileCount) {
        totals[tile] = sums[local];
    }
}
