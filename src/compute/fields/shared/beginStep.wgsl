// Starts a training step: counts it, draws its view, and sets the learning rate, which falls by a cosine to FINAL_RATE
// of the first.
@group(0) @binding(0) var<storage, read_write> state: TrainingState;

@compute @workgroup_size(1)
fn main() {
    let step = state.step + 1u;
    let key = pcgHash(step ^ pcgHash(uniforms.seed));
    state.step = step;
    state.key = key;
    state.view = randomBelow(randomBits(key, STREAM_VIEW, 0u), uniforms.viewCount);
    let progress = f32(step) / f32(uniforms.steps);
    let cosine = 0.5 * (1.0 + cos(3.14159265358979 * progress));
    state.learningRate = uniforms.learningRate * (cosine * (1.0 - FINAL_RATE) + FINAL_RATE);
}
