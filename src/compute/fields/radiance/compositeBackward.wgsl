// The gradient of the networks' outputs at the samples, from the gradient of the rays' results, from back to front: d
// loss / d density_k = step_k (T_{k+1} g_k - sum_{j > k} w_j g_j), g_k = d loss / d w_k. The outputs start as zeros.
// One invocation per ray.
@group(0) @binding(0) var<storage, read> spans: array<vec2u>; // [RAYS] first sample, number of samples
// [POINTS] in the grid, length along the ray
@group(0) @binding(1) var<storage, read> positions: array<vec4f>;
@group(0) @binding(2) var<storage, read> geometry: array<f32>; // [GEOMETRY, POINTS] the first row is the density
@group(0) @binding(3) var<storage, read> colors: array<f32>; // [8, POINTS] before the sigmoid
@group(0) @binding(4) var<storage, read> weights: array<f32>; // [POINTS]
@group(0) @binding(5) var<storage, read> results: array<RayResult>; // [RAYS]
@group(0) @binding(6) var<storage, read_write> densityGradients: array<f32>; // [POINTS] of the logarithm
@group(0) @binding(7) var<storage, read_write> colorGradients: array<f32>; // [8, POINTS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= RAYS || spans[i].y == 0u) {
        return;
    }
    let start = spans[i].x;
    let ray = results[i];
    var transmittance = 1.0 - ray.opacity; // behind the sample
    var pulled = 0.0; // sum of w_j g_j behind the sample
    var weightBehind = 0.0;
    var momentBehind = 0.0;
    for (var k = ray.used; k > 0u; k--) {
        let sample = start + k - 1u;
        let t = positions[sample].w;
        let step = stepAt(positions[sample].xyz);
        let weight = weights[sample];
        let color = colorOf(sample);
        let weightBefore = ray.opacity - weightBehind - weight;
        let momentBefore = ray.depth - momentBehind - weight * t;
        let spread = t * weightBefore - momentBefore + momentBehind - t * weightBehind; // sum_j w_j |t - t_j|
        let gradient = dot(ray.colorGradient, color) + ray.opacityGradient + ray.depthGradient * t
            + ray.distortionGradient * (2.0 * spread + 2.0 / 3.0 * weight * step);
        densityGradients[sample] = densityOf(sample) * step * (transmittance * gradient - pulled);
        let colorGradient = weight * ray.colorGradient * color * (1.0 - color);
        colorGradients[sample] = colorGradient.x;
        colorGradients[POINTS + sample] = colorGradient.y;
        colorGradients[2u * POINTS + sample] = colorGradient.z;
        pulled += weight * gradient;
        transmittance += weight;
        weightBehind += weight;
        momentBehind += weight * t;
    }
}
