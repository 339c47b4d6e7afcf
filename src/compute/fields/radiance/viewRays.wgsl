// The rays through given pixels of a view. One invocation per ray.
@group(0) @binding(0) var<storage, read> rayCount: array<u32>;
@group(0) @binding(1) var<storage, read> cameras: array<RadianceCamera>; // the first is used
@group(0) @binding(2) var<storage, read> pixels: array<u32>; // [RAYS] row * width + column
@group(0) @binding(3) var<storage, read_write> rays: array<Ray>; // [RAYS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= min(rayCount[0], RAYS)) {
        return;
    }
    let camera = cameras[0];
    let imagePosition = vec2f(f32(pixels[i] % camera.size.x) + 0.5, f32(pixels[i] / camera.size.x) + 0.5);
    rays[i] = cameraRay(camera, imagePosition, 0.5);
}
