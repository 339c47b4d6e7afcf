// The points and weights of a ray's feature: at most SLOTS points, weighted by a trained radiance field, from front to
// back. If a ray has at most SLOTS samples before it is opaque, all are used. Otherwise SLOTS are drawn with
// probabilities proportional to their weights, each with the same share of the ray's opacity, so that the expected sum
// is that of the ray. One invocation per ray.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> rays: array<Ray>; // [RAYS] in the cube of the radiance field
@group(0) @binding(2) var<storage, read> spans: array<vec2u>; // [RAYS] first sample, number of samples
// [POINTS] in the grid, length along the ray
@group(0) @binding(3) var<storage, read> positions: array<vec4f>;
@group(0) @binding(4) var<storage, read> geometry: array<f32>; // [GEOMETRY, POINTS] the first row is the density
@group(0) @binding(5) var<storage, read> surface: array<vec4f>; // [RAYS] in the cube of the feature field
// [RAYS, SLOTS] in the cube of the feature field, weight
@group(0) @binding(6) var<storage, read_write> slots: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> opacities: array<f32>; // [RAYS]

fn passedBy(sample: u32) -> f32 {
    return exp(-densityBy(geometry[sample]) * stepAt(positions[sample].xyz));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= RAYS) {
        return;
    }
    let first = i * SLOTS;
    for (var slot = 0u; slot < SLOTS; slot++) {
        slots[first + slot] = vec4f(surface[i].xyz, 0.0);
    }
    let span = spans[i];
    if (span.x == DROPPED) {
        // Its samples did not fit, so only its surface point is known.
        slots[first].w = 1.0;
        opacities[i] = 1.0;
        return;
    }
    let ray = rays[i];
    var transmittance = 1.0;
    var used = 0u;
    while (used < span.y && transmittance >= MIN_TRANSMITTANCE) {
        transmittance *= passedBy(span.x + used);
        used++;
    }
    let opacity = 1.0 - transmittance;
    opacities[i] = opacity;
    let isDrawn = used > SLOTS;
    let share = opacity / f32(SLOTS);
    let offset = randomUnit(randomBits(state.key, STREAM_SLOTS, i));
    transmittance = 1.0;
    var written = 0u;
    for (var k = 0u; k < used; k++) {
        let sample = span.x + k;
        let position = (ray.origin + positions[sample].w * ray.direction - CUBE_OFFSET) / CUBE_SCALE;
        let transmittanceAfter = transmittance * passedBy(sample);
        if (!isDrawn) {
            slots[first + k] = vec4f(position, transmittance - transmittanceAfter);
        } else {
            // The last sample takes the slots that rounding left empty.
            while (written < SLOTS && ((f32(written) + offset) * share < 1.0 - transmittanceAfter || k == used - 1u)) {
                slots[first + written] = vec4f(position, share);
                written++;
            }
        }
        transmittance = transmittanceAfter;
    }
}
