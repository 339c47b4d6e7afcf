// Declarations for the kernels of a radiance field. Positions and lengths are in the unit cube, see UnitCube.
struct Ray {
    origin: vec3f,
    jitter: f32, // 0..1, offset of its samples in steps
    direction: vec3f, // unit vector
    planar: f32, // planar depth per length along the ray, the cosine of the angle to the view axis
}

// The target of a ray.
struct RayTarget {
    color: vec4f, // 0..1, straight alpha
    background: vec3f, // color behind the scene
    view: u32,
}

// The result of a ray, and the gradient of the loss with respect to it.
struct RayResult {
    color: vec3f, // weighted sum, without background
    opacity: f32, // sum of the weights
    depth: f32, // weighted sum of the lengths along the ray
    distortion: f32, // see compositeForward.wgsl
    used: u32, // number of samples before the ray is opaque
    isDropped: u32, // 1 if its samples did not fit
    colorGradient: vec3f,
    opacityGradient: f32,
    depthGradient: f32,
    distortionGradient: f32,
    median: f32, // length at a transmittance of one half, 0 if it is higher
}

// A posed view.
struct RadianceCamera {
    rows: array<vec4f, 3>, // camera to unit cube: rotation, position
    focal: vec2f, // pixels
    center: vec2f, // pixels
    size: vec2u, // pixels
    pixelStart: u32,
    unused: u32,
}

const DROPPED = 0xffffffffu; // start of a ray whose samples did not fit

// The ray through an image position in pixels.
fn cameraRay(camera: RadianceCamera, imagePosition: vec2f, jitter: f32) -> Ray {
    let inCamera = vec3f(
        (imagePosition.x - camera.center.x) / camera.focal.x,
        (camera.center.y - imagePosition.y) / camera.focal.y,
        -1.0,
    );
    let planar = 1.0 / length(inCamera);
    let direction = planar * vec3f(
        dot(camera.rows[0].xyz, inCamera),
        dot(camera.rows[1].xyz, inCamera),
        dot(camera.rows[2].xyz, inCamera),
    );
    return Ray(vec3f(camera.rows[0].w, camera.rows[1].w, camera.rows[2].w), jitter, direction, planar);
}
