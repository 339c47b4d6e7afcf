// Exclusive in-place scan of the tiles' last starts by maximum, by a single workgroup.
@group(0) @binding(0) var<storage, read_write> tileStarts: array<u32>;

var<workgroup> last: array<u32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
    var carried = 0u;
    for (var base = 0u; base < uniforms.tileCount; base += WORKGROUP_SIZE) {
        let tile = base + local;
        let isInside = tile < uniforms.tileCount;
        workgroupBarrier();
        last[local] = 0u;
        if (isInside) {
            last[local] = tileStarts[tile];
        }
        for (var step = 1u; step < WORKGROUP_SIZE; step *= 2u) {
            workgroupBarrier();
            let before = select(0u, last[max(local, step) - step], local >= step);
            workgroupBarrier();
            last[local] = max(last[local], before);
        }
        workgroupBarrier();
        if (isInside) {
            tileStarts[tile] = max(carried, select(0u, last[max(local, 1u) - 1u], local > 0u));
        }
        carried = max(carried, last[WORKGROUP_SIZE - 1u]);
    }
}
