// The state that the kernels of a training step share. The host writes it only at the start, see stepCounter.ts.
struct TrainingState {
    step: u32, // counts from 0, 0xffffffff before the first
    key: u32, // hash of seed and step, for randomBits
    view: u32, // view that this step samples
    entries: u32, // (leaf, level) entries of this step, 0 = it updates no parameter
    updates: u32, // Adam's t: steps that updated the parameters, including this one
    learningRate: f32,
    firstCorrection: f32, // 1 / (1 - beta1^t)
    secondCorrection: f32, // 1 / (1 - beta2^t)
}

// A view of the training data, see trainingViews.ts.
struct TrainingView {
    pixelStart: u32,
    pixelCount: u32,
    maskStart: u32,
    maskCount: u32,
    maskWords: u32, // words of 32 masks
}
