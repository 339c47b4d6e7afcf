// Sums the losses of a step in a fixed order, decides whether the step updates the parameters, and sets the number of
// rays of the next step so that their samples fill the capacity. After a loss that is not finite, no step updates the
// parameters.
@group(0) @binding(0) var<storage, read_write> state: TrainingState;
@group(0) @binding(1) var<storage, read_write> rayCount: array<u32>; // number of rays, 1 if a loss was not finite
@group(0) @binding(2) var<storage, read> starts: array<u32>; // [RAYS + 1] the last is the total number of samples
@group(0) @binding(3) var<storage, read> losses: array<vec4f>; // [RAYS]
// [steps] mean loss of color, of all, mean squared error, rays
@group(0) @binding(4) var<storage, read_write> history: array<vec4f>;
// [RAYS + 1] the same before culling, or `starts` again
@group(0) @binding(5) var<storage, read> scoutStarts: array<u32>;

var<workgroup> sums: array<vec4f, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
    let count = min(rayCount[0], RAYS);
    var sum = vec4f(0.0);
    for (var i = local; i < count; i += WORKGROUP_SIZE) {
        sum += losses[i];
    }
    sums[local] = sum;
    workgroupBarrier();
    for (var width = WORKGROUP_SIZE / 2u; width > 0u; width /= 2u) {
        if (local < width) {
            sums[local] += sums[local + width];
        }
        workgroupBarrier();
    }
    if (local != 0u) {
        return;
    }
    let total = sums[0];
    let rays = max(total.w, 1.0);
    // Compares the bits, because compilers may assume that floats are not NaN.
    let bits = bitcast<u32>(total.x + total.y) & 0x7fffffffu;
    if (bits >= 0x7f800000u) {
        rayCount[1] = 1u;
    }
    history[state.step] = vec4f(total.x, total.x + total.y, total.z, total.w * rays) / rays;
    let sampleCount = starts[RAYS];
    state.entries = select(min(sampleCount, POINTS), 0u, rayCount[1] != 0u);
    if (state.entries > 0u) {
        let updates = state.updates + 1u;
        state.updates = updates;
        state.firstCorrection = 1.0 / (1.0 - pow(BETA1, f32(updates)));
        state.secondCorrection = 1.0 / (1.0 - pow(BETA2, f32(updates)));
    }
    let fill = min(f32(POINTS) / f32(max(sampleCount, 1u)), f32(SCOUTS) / f32(max(scoutStarts[RAYS], 1u)));
    let fitting = f32(count) * FILL * fill;
    rayCount[0] = u32(clamp(fitting, min(32.0, f32(RAYS)), min(2.0 * f32(count), f32(RAYS))));
}
