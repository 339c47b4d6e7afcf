// Composites the samples of a ray from front to back (Mildenhall et al. 2020, equation 3) until the transmittance is
// below MIN_TRANSMITTANCE. `distortion` is sum_ij w_i w_j |t_i - t_j| + 1/3 sum_i w_i^2 step_i (Barron et al. 2022,
// equation 15). One invocation per ray.
@group(0) @binding(0) var<storage, read> spans: array<vec2u>; // [RAYS] first sample, number of samples
// [POINTS] in the grid, length along the ray
@group(0) @binding(1) var<storage, read> positions: array<vec4f>;
@group(0) @binding(2) var<storage, read> geometry: array<f32>; // [GEOMETRY, POINTS] the first row is the density
@group(0) @binding(3) var<storage, read> colors: array<f32>; // [8, POINTS] before the sigmoid, three rows are used
@group(0) @binding(4) var<storage, read_write> weights: array<f32>; // [POINTS]
@group(0) @binding(5) var<storage, read_write> results: array<RayResult>; // [RAYS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= RAYS) {
        return;
    }
    let span = spans[i];
    var result = RayResult();
    result.isDropped = select(0u, 1u, span.x == DROPPED);
    var transmittance = 1.0;
    for (var k = 0u; k < span.y; k++) {
        let sample = span.x + k;
        if (transmittance < MIN_TRANSMITTANCE) {
            weights[sample] = 0.0;
            continue;
        }
        let t = positions[sample].w;
        let step = stepAt(positions[sample].xyz);
        let density = densityOf(sample);
        let passed = exp(-density * step);
        let weight = transmittance * (1.0 - passed);
        weights[sample] = weight;
        result.distortion += weight * (2.0 * (t * result.opacity - result.depth) + weight * step / 3.0);
        result.color += weight * colorOf(sample);
        result.opacity += weight;
        result.depth += weight * t;
        result.used++;
        if (transmittance >= 0.5 && transmittance * passed < 0.5) {
            // Inside of the step, whose middle is the sample.
            result.median = t - 0.5 * step + log(2.0 * transmittance) / density;
        }
        transmittance *= passed;
    }
    results[i] = result;
}
