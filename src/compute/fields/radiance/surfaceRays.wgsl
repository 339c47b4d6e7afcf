// The rays from the camera of the step's view through the surface points of its samples. One invocation per ray.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> eyes: array<f32>; // [views, 3] in the cube of the feature field
@group(0) @binding(2) var<storage, read> surface: array<vec4f>; // [RAYS] in the cube of the feature field
@group(0) @binding(3) var<storage, read_write> rays: array<Ray>; // [RAYS] in the cube of the radiance field

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= RAYS) {
        return;
    }
    let first = 3u * state.view;
    let eye = vec3f(eyes[first], eyes[first + 1u], eyes[first + 2u]);
    let toward = CUBE_SCALE * (surface[i].xyz - eye);
    let jitter = randomUnit(randomBits(state.key, STREAM_JITTER, i));
    rays[i] = Ray(CUBE_SCALE * eye + CUBE_OFFSET, jitter, toward / max(length(toward), 1e-9), 1.0);
}
