// Sums the terms of the features' gradient and propagates it through the normalization: with f = y / |y| and g = d loss
// / d f, d loss / d y = (g - (g . f) f) / |y|. Sums are integer multiples of 1 / GRADIENT_SCALE, so their order does
// not matter. One invocation per sample.
@group(0) @binding(0) var<storage, read> features: array<vec4f>; // [SAMPLES, DIMS / 4] f
@group(0) @binding(1) var<storage, read> inverseNorms: array<f32>; // [SAMPLES] 1 / |y|
@group(0) @binding(2) var<storage, read_write> heads: array<u32>; // [SAMPLES] term + 1, reset to zeros
@group(0) @binding(3) var<storage, read> terms: array<GradientTerm>;
@group(0) @binding(4) var<storage, read_write> featureGradients: array<vec4f>; // [SAMPLES, DIMS / 4] g
@group(0) @binding(5) var<storage, read_write> outputGradients: array<f32>; // [DIMS, SAMPLES] d loss / d y

const PARTS = DIMS / 4u;
const CHUNK = 8u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= SAMPLES) {
        return;
    }
    var radial = 0.0;
    for (var firstPart = 0u; firstPart < PARTS; firstPart += CHUNK) {
        let count = min(CHUNK, PARTS - firstPart);
        var sums: array<vec4i, CHUNK>;
        for (var part = 0u; part < CHUNK; part++) {
            sums[part] = vec4i(0);
        }
        var at = heads[i];
        while (at != 0u) {
            let term = terms[at - 1u];
            let scaled = term.coefficient * GRADIENT_SCALE;
            let row = term.column * PARTS + firstPart;
            for (var part = 0u; part < count; part++) {
                sums[part] += vec4i(round(scaled * features[row + part]));
            }
            at = term.next;
        }
        for (var part = 0u; part < count; part++) {
            let index = i * PARTS + firstPart + part;
            let gradient = vec4f(sums[part]) / GRADIENT_SCALE;
            featureGradients[index] = gradient;
            radial += dot(gradient, features[index]);
        }
    }
    heads[i] = 0u;
    let scale = inverseNorms[i];
    for (var part = 0u; part < PARTS; part++) {
        let gradient = (featureGradients[i * PARTS + part] - radial * features[i * PARTS + part]) * scale;
        outputGradients[(4u * part) * SAMPLES + i] = gradient.x;
        outputGradients[(4u * part + 1u) * SAMPLES + i] = gradient.y;
        outputGradients[(4u * part + 2u) * SAMPLES + i] = gradient.z;
        outputGradients[(4u * part + 3u) * SAMPLES + i] = gradient.w;
    }
}
