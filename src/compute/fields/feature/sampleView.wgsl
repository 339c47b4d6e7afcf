// Draws SAMPLES foreground pixels of the step's view, stratified: sample i comes from the i-th of SAMPLES equal ranges
// of the view's pixels, so that none is drawn twice if the view has enough. One invocation per sample.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> views: array<TrainingView>;
@group(0) @binding(2) var<storage, read> pixelPositions: array<f32>; // [pixels, 3] unit cube
@group(0) @binding(3) var<storage, read> pixelCoordinates: array<u32>; // [pixels] row << 16 | column
@group(0) @binding(4) var<storage, read> pixelCells: array<u32>; // [pixels] start of the mask words of its cell
@group(0) @binding(5) var<storage, read_write> positions: array<vec4f>; // [SAMPLES] unit cube
@group(0) @binding(6) var<storage, read_write> points: array<vec4f>; // [SAMPLES] points to find neighbors by, in 0..1
@group(0) @binding(7) var<storage, read_write> cells: array<u32>; // [SAMPLES]

// Returns floor(i * n / SAMPLES) without overflow.
fn rangeStart(i: u32, n: u32) -> u32 {
    return i * (n / SAMPLES) + i * (n % SAMPLES) / SAMPLES;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= SAMPLES) {
        return;
    }
    let view = views[state.view];
    let first = rangeStart(i, view.pixelCount);
    let count = rangeStart(i + 1u, view.pixelCount) - first;
    let pixel = view.pixelStart + first + randomBelow(randomBits(state.key, STREAM_PIXEL, i), count);
    let position = vec3f(pixelPositions[3u * pixel], pixelPositions[3u * pixel + 1u], pixelPositions[3u * pixel + 2u]);
    positions[i] = vec4f(position, 0.0);
    let coordinates = pixelCoordinates[pixel];
    let inImage = vec3f(
        (f32(coordinates & 0xffffu) + 0.5) * IMAGE_SCALE,
        (f32(coordinates >> 16u) + 0.5) * IMAGE_SCALE,
        0.5,
    );
    points[i] = vec4f(select(position, inImage, IMAGE_NEIGHBORS), 0.0);
    cells[i] = pixelCells[pixel];
}
