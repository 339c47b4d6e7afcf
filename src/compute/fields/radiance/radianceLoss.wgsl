// The loss of every ray and its gradient, both divided by the number of rays. Color: smooth L1 (quadratic below HUBER,
// linear above), or squared error if HUBER is 0, mean of the channels. Opacity: -o log o, which prefers 0 and 1. One
// invocation per ray.
@group(0) @binding(0) var<storage, read> rayCount: array<u32>;
@group(0) @binding(1) var<storage, read> targets: array<RayTarget>; // [RAYS]
@group(0) @binding(2) var<storage, read_write> results: array<RayResult>; // [RAYS]
// [RAYS] color, regularizers, squared error, 1 if valid
@group(0) @binding(3) var<storage, read_write> losses: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= RAYS) {
        return;
    }
    let count = min(rayCount[0], RAYS);
    if (i >= count || results[i].isDropped != 0u) {
        losses[i] = vec4f(0.0);
        return;
    }
    let share = 1.0 / f32(count);
    let ray = results[i];
    let goal = targets[i];
    let goalColor = mix(goal.background, goal.color.rgb, goal.color.a);
    let error = ray.color + (1.0 - ray.opacity) * goal.background - goalColor;
    var loss = error * error;
    var slope = 2.0 * error;
    if (HUBER > 0.0) {
        let isSmall = abs(error) < vec3f(HUBER);
        loss = select(abs(error) - 0.5 * HUBER, loss / (2.0 * HUBER), isSmall);
        slope = select(sign(error), error / HUBER, isSmall);
    }
    slope *= share / 3.0;
    let opacity = clamp(ray.opacity, 1e-5, 1.0);
    let entropy = -opacity * log(opacity);
    results[i].colorGradient = slope;
    results[i].opacityGradient = -dot(slope, goal.background) - ENTROPY * share * (log(opacity) + 1.0);
    results[i].depthGradient = 0.0;
    results[i].distortionGradient = DISTORTION * share;
    losses[i] = vec4f(
        (loss.x + loss.y + loss.z) / 3.0,
        ENTROPY * entropy + DISTORTION * ray.distortion,
        dot(error, error) / 3.0,
        1.0,
    );
}
