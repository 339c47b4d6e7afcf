// Ends a training step: writes the mean losses, or -1 for a step without pairs, to the row of the step in `losses`.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read_write> sums: array<u32>; // euclid, ultra (fixed point), 1 if one was not finite
@group(0) @binding(2) var<storage, read_write> losses: array<u32>; // [steps, 2] float bits

@compute @workgroup_size(2)
fn main(@builtin(local_invocation_index) which: u32) {
    let mean = f32(sums[which]) / (LOSS_SCALE * f32(LOSS_TERMS));
    var bits = select(bitcast<u32>(mean), 0x7fc00000u, sums[2] != 0u);
    bits = select(bits, 0xbf800000u, state.entries == 0u);
    losses[2u * state.step + which] = bits;
}
