// The mean density of the candidate cells; that of the others is 0. One workgroup, in a fixed order.
@group(0) @binding(0) var<storage, read> densities: array<f32>; // [CELLS]
@group(0) @binding(1) var<storage, read_write> mean: array<f32>; // [1]

var<workgroup> sums: array<f32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
    var sum = 0.0;
    for (var i = local; i < CELLS; i += WORKGROUP_SIZE) {
        sum += densities[i];
    }
    sums[local] = sum;
    workgroupBarrier();
    for (var width = WORKGROUP_SIZE / 2u; width > 0u; width /= 2u) {
        if (local < width) {
            sums[local] += sums[local + width];
        }
        workgroupBarrier();
    }
    if (local == 0u) {
        mean[0] = sums[0] / f32(CANDIDATES);
    }
}
