// Draws SAMPLES foreground pixels of the step's view, stratified: sample i comes from the i-th of SAMPLES equal runs of the view's
// pixels, so none is drawn twice where the view has as many.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> views: array<TrainingView>;
@group(0) @binding(2) var<storage, read> pixelPositions: array<f32>; // [pixels, 3] unit cube
@group(0) @binding(3) var<storage, read> pixelPlaces: array<u32>; // [pixels] row << 16 | column
@group(0) @binding(4) var<storage, read> pixelCells: array<u32>; // [pixels] where the mask words of its cell start
@group(0) @binding(5) var<storage, read_write> positions: array<vec4f>; // [SAMPLES] unit cube
@group(0) @binding(6) var<storage, read_write> points: array<vec4f>; // [SAMPLES] what nearness is measured by, in 0..1
@group(0) @binding(7) var<storage, read_write> cells: array<u32>; // [SAMPLES]

// floor(i * n / SAMPLES) without overflow
fn runStart(i: u32, n: u32) -> u32 {
    return i * (n / SAMPLES) + i * (n % SAMPLES) / SAMPLES;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= SAMPLES) {
        return;
    }
    let view = views[state.view];
    let first = runStart(i, view.pixelCount);
    let count = runStart(i + 1u, view.pixelCount) - first;
    let pixel = view.pixelStart + first + randomBelow(randomBits(state.key, STREAM_PIXEL, i), count);
    let position = vec3f(pixelPositions[3u * pixel], pixelPositions[3u * pixel + 1u], pixelPositions[3u * pixel + 2u]);
    positions[i] = vec4f(position, 0.0);
    let place = pixelPlaces[pixel];
    let inImage = vec3f((f32(place & 0xffffu) + 0.5) * PLACE_SCALE, (f32(place >> 16u) + 0.5) * PLACE_SCALE, 0.5);
    points[i] = vec4f(select(position, inImage, IMAGE_NEIGHBORS), 0.0);
    cells[i] = pixelCells[pixel];
}
