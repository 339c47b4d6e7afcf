// Adds the depth continuity loss of the step's runs and its gradient (He et al. 2024, equation 5), times the cube of
// the angle between neighboring rays, so that the weight does not depend on the image size: the mean over the runs of
// WEIGHT * max(|d0 - 3 d1 + 3 d2 - d3| / max(d)^3 - THRESHOLD * angle^3, 0), with planar depths d. Runs with a ray that
// is not opaque have no loss. One invocation per run.
@group(0) @binding(0) var<storage, read> rayCount: array<u32>;
@group(0) @binding(1) var<storage, read> rays: array<Ray>; // [RAYS]
@group(0) @binding(2) var<storage, read_write> results: array<RayResult>; // [RAYS]
// [RAYS] color, regularizers, squared error, 1 if valid
@group(0) @binding(3) var<storage, read_write> losses: array<vec4f>;

const FACTORS = vec4f(1.0, -3.0, 3.0, -1.0);

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let count = min(rayCount[0], RAYS);
    let runs = count / RAYS_PER_RUN;
    if (i >= runs) {
        return;
    }
    var depths = vec4f(0.0);
    for (var k = 0u; k < 4u; k++) {
        let ray = results[4u * i + k];
        if (ray.isDropped != 0u || ray.opacity <= MIN_OPACITY) {
            return;
        }
        depths[k] = rays[4u * i + k].planar * ray.depth / ray.opacity;
    }
    let angle = length(rays[4u * i + 3u].direction - rays[4u * i].direction) / 3.0;
    let thirdDifference = dot(FACTORS, depths);
    let farthest = max(max(depths.x, depths.y), max(depths.z, depths.w));
    let cube = farthest * farthest * farthest;
    let loss = abs(thirdDifference) / cube - THRESHOLD * angle * angle * angle;
    if (loss <= 0.0) {
        return;
    }
    let share = WEIGHT / f32(runs);
    var gradients = share * sign(thirdDifference) / cube * FACTORS;
    var hasFarthest = false;
    for (var k = 0u; k < 4u; k++) {
        if (depths[k] == farthest && !hasFarthest) {
            gradients[k] -= share * 3.0 * abs(thirdDifference) / (cube * farthest);
            hasFarthest = true;
        }
    }
    for (var k = 0u; k < 4u; k++) {
        let at = 4u * i + k;
        let opacity = results[at].opacity;
        results[at].depthGradient += gradients[k] * rays[at].planar / opacity;
        results[at].opacityGradient -= gradients[k] * depths[k] / opacity;
    }
    // The losses of a step are a mean over its rays.
    losses[4u * i].y += share * f32(count) * loss;
}
