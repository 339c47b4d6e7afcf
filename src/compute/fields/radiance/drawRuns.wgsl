// Replaces the first rays of a step by runs of four neighboring pixels inside one finest mask: one run per 16 rays, so
// a quarter of the rays. All masks are equally likely. One invocation per run.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> rayCount: array<u32>;
@group(0) @binding(2) var<storage, read> cameras: array<RadianceCamera>;
@group(0) @binding(3) var<storage, read> pixels: array<u32>; // RGBA bytes, straight alpha, view after view
@group(0) @binding(4) var<storage, read> masks: array<u32>; // [MASKS, 3] view, first run, number of runs
// Row << 16 | column of the first pixel, highest bit = along a column
@group(0) @binding(5) var<storage, read> runs: array<u32>;
@group(0) @binding(6) var<storage, read_write> rays: array<Ray>; // [RAYS]
@group(0) @binding(7) var<storage, read_write> targets: array<RayTarget>; // [RAYS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= min(rayCount[0], RAYS) / RAYS_PER_RUN) {
        return;
    }
    let mask = 3u * randomBelow(randomBits(state.key, STREAM_RUN, 2u * i), MASKS);
    let view = masks[mask];
    let run = runs[masks[mask + 1u] + randomBelow(randomBits(state.key, STREAM_RUN, 2u * i + 1u), masks[mask + 2u])];
    let isColumn = (run >> 31u) == 1u;
    let stride = select(vec2u(1u, 0u), vec2u(0u, 1u), isColumn);
    let first = vec2u(run & 0xffffu, (run >> 16u) & 0x7fffu);
    let camera = cameras[view];
    // All four rays of a run have the same jitter.
    let jitter = rays[4u * i].jitter;
    for (var k = 0u; k < 4u; k++) {
        let pixel = first + k * stride;
        rays[4u * i + k] = cameraRay(camera, vec2f(pixel) + 0.5, jitter);
        targets[4u * i + k].color = unpack4x8unorm(pixels[camera.pixelStart + pixel.y * camera.size.x + pixel.x]);
        targets[4u * i + k].view = view;
    }
}
