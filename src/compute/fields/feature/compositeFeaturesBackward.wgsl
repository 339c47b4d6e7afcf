// The gradient of the outputs y of the feature field's network at the points along the rays, from the gradient of the
// rays' sums. The weights are constant. With f = y / |y| and g = weight * d loss / d sum: d loss / d y = (g - (g . f)
// f) / |y|. One invocation per point.
@group(0) @binding(0) var<storage, read> slots: array<vec4f>; // [POINTS] the fourth is the weight
@group(0) @binding(1) var<storage, read> pointFeatures: array<vec4f>; // [POINTS, DIMS / 4] f
@group(0) @binding(2) var<storage, read> pointInverseNorms: array<f32>; // [POINTS] 1 / |y|
@group(0) @binding(3) var<storage, read> sumGradients: array<f32>; // [DIMS, RAYS] d loss / d sum
@group(0) @binding(4) var<storage, read_write> pointGradients: array<f32>; // [DIMS, POINTS] d loss / d y

const POINTS = RAYS * SLOTS;
const PARTS = DIMS / 4u;

fn sumGradient(ray: u32, part: u32) -> vec4f {
    let at = 4u * part * RAYS + ray;
    return vec4f(sumGradients[at], sumGradients[at + RAYS], sumGradients[at + 2u * RAYS], sumGradients[at + 3u * RAYS]);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= POINTS) {
        return;
    }
    let ray = i / SLOTS;
    var radial = 0.0;
    for (var part = 0u; part < PARTS; part++) {
        radial += dot(sumGradient(ray, part), pointFeatures[i * PARTS + part]);
    }
    let scale = slots[i].w * pointInverseNorms[i];
    for (var part = 0u; part < PARTS; part++) {
        let gradient = scale * (sumGradient(ray, part) - radial * pointFeatures[i * PARTS + part]);
        let at = 4u * part * POINTS + i;
        pointGradients[at] = gradient.x;
        pointGradients[at + POINTS] = gradient.y;
        pointGradients[at + 2u * POINTS] = gradient.z;
        pointGradients[at + 3u * POINTS] = gradient.w;
    }
}
