// Adds the losses of a step up, always in the same order; decides whether the parameters move; sets how many rays the next step draws so that
// their samples fill the room there is. After a loss that is not finite nothing moves any more: the parameters stay as they were.
@group(0) @binding(0) var<storage, read_write> state: TrainingState;
@group(0) @binding(1) var<storage, read_write> rayCount: array<u32>; // rays, whether a loss was not finite
@group(0) @binding(2) var<storage, read> starts: array<u32>; // [RAYS + 1] the last is the number of samples wanted
@group(0) @binding(3) var<storage, read> losses: array<vec4f>; // [RAYS]
@group(0) @binding(4) var<storage, read_write> history: array<vec4f>; // [steps] mean loss of color, of all, mean squared error, rays
@group(0) @binding(5) var<storage, read> scoutStarts: array<u32>; // [RAYS + 1] the same before culling, or `starts` again

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
    // A comparison with NaN is false, also where the compiler takes NaN for impossible, as this one is made on the bits.
    let bits = bitcast<u32>(total.x + total.y) & 0x7fffffffu;
    if (bits >= 0x7f800000u) {
        rayCount[1] = 1u;
    }
    history[state.step] = vec4f(total.x, total.x + total.y, total.z, total.w * rays) / rays;
    let wanted = starts[RAYS];
    state.entries = select(min(wanted, POINTS), 0u, rayCount[1] != 0u);
    if (state.entries > 0u) {
        let updates = state.updates + 1u;
        state.updates = updates;
        state.firstCorrection = 1.0 / (1.0 - pow(BETA1, f32(updates)));
        state.secondCorrection = 1.0 / (1.0 - pow(BETA2, f32(updates)));
    }
    let room = min(f32(POINTS) / f32(max(wanted, 1u)), f32(SCOUTS) / f32(max(scoutStarts[RAYS], 1u)));
    let fitting = f32(count) * FILL * room;
    rayCount[0] = u32(clamp(fitting, min(32.0, f32(RAYS)), min(2.0 * f32(count), f32(RAYS))));
}
