// Features of rays: the weighted sum of unit features along the ray, plus the remaining transmittance times the
// background's feature, 1 / sqrt(DIMS) in every dimension; then normalized (He et al. 2024, section 4.1). One
// invocation per ray.
@group(0) @binding(0) var<storage, read> slots: array<vec4f>; // [RAYS, SLOTS] the fourth is the weight
@group(0) @binding(1) var<storage, read> pointFeatures: array<vec4f>; // [RAYS, SLOTS, DIMS / 4] unit vectors
@group(0) @binding(2) var<storage, read> opacities: array<f32>; // [RAYS]
@group(0) @binding(3) var<storage, read_write> features: array<vec4f>; // [RAYS, DIMS / 4] unit vectors
@group(0) @binding(4) var<storage, read_write> inverseNorms: array<f32>; // [RAYS] 1 / length of the sums

const PARTS = DIMS / 4u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= RAYS) {
        return;
    }
    let background = vec4f((1.0 - opacities[i]) / sqrt(f32(DIMS)));
    var squares = 0.0;
    for (var part = 0u; part < PARTS; part++) {
        var sum = background;
        for (var slot = i * SLOTS; slot < (i + 1u) * SLOTS; slot++) {
            sum += slots[slot].w * pointFeatures[slot * PARTS + part];
        }
        features[i * PARTS + part] = sum;
        squares += dot(sum, sum);
    }
    let scale = 1.0 / (sqrt(squares) + 1e-8);
    for (var part = 0u; part < PARTS; part++) {
        features[i * PARTS + part] *= scale;
    }
    inverseNorms[i] = scale;
}
