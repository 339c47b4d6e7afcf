// Draws the rays of a step: random pixels of random views, and backgrounds. One invocation per ray.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> rayCount: array<u32>;
@group(0) @binding(2) var<storage, read> cameras: array<RadianceCamera>; // [VIEWS]
@group(0) @binding(3) var<storage, read> pixels: array<u32>; // RGBA bytes, straight alpha, view after view
@group(0) @binding(4) var<storage, read_write> rays: array<Ray>; // [RAYS]
@group(0) @binding(5) var<storage, read_write> targets: array<RayTarget>; // [RAYS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= min(rayCount[0], RAYS)) {
        return;
    }
    let key = state.key;
    let view = randomBelow(randomBits(key, STREAM_VIEW, i), VIEWS);
    let camera = cameras[view];
    let column = randomBelow(randomBits(key, STREAM_PIXEL, 2u * i), camera.size.x);
    let row = randomBelow(randomBits(key, STREAM_PIXEL, 2u * i + 1u), camera.size.y);
    let jitter = randomUnit(randomBits(key, STREAM_JITTER, i));
    rays[i] = cameraRay(camera, vec2f(f32(column) + 0.5, f32(row) + 0.5), jitter);
    var background = vec3f(1.0);
    if (RANDOM_BACKGROUND) {
        background = vec3f(
            randomUnit(randomBits(key, STREAM_BACKGROUND, 3u * i)),
            randomUnit(randomBits(key, STREAM_BACKGROUND, 3u * i + 1u)),
            randomUnit(randomBits(key, STREAM_BACKGROUND, 3u * i + 2u)),
        );
    }
    let color = unpack4x8unorm(pixels[camera.pixelStart + row * camera.size.x + column]);
    targets[i] = RayTarget(color, background, view);
}
