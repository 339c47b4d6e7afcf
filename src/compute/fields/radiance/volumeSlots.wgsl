// What a ray's feature is made of: at most SLOTS places with the weights of a trained radiance field, from front to back. A ray with as many
// samples before it is opaque, or fewer, gives all of them. Of others SLOTS are drawn so that each stands for the same share of the
// ray's opacity and is drawn as often as its weight says, so that the sum is the ray's in the mean. One invocation per ray.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> rays: array<Ray>; // [RAYS] in the radiance field's cube
@group(0) @binding(2) var<storage, read> spans: array<vec2u>; // [RAYS] first sample, number of samples
@group(0) @binding(3) var<storage, read> positions: array<vec4f>; // [POINTS] in the grid, the fourth is the length along the ray
@group(0) @binding(4) var<storage, read> geometry: array<f32>; // [GEOMETRY, POINTS] the first row says the density
@group(0) @binding(5) var<storage, read> surface: array<vec4f>; // [RAYS] in the feature field's cube
@group(0) @binding(6) var<storage, read_write> slots: array<vec4f>; // [RAYS, SLOTS] in the feature field's cube, weight
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
        // There was no room for its samples: what is known of it is where it meets the surface.
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
    let draws = used > SLOTS;
    let share = opacity / f32(SLOTS);
    let offset = randomUnit(randomBits(state.key, STREAM_SLOTS, i));
    transmittance = 1.0;
    var written = 0u;
    for (var k = 0u; k < used; k++) {
        let sample = span.x + k;
        let place = (ray.origin + positions[sample].w * ray.direction - CUBE_OFFSET) / CUBE_SCALE;
        let left = transmittance * passedBy(sample);
        if (!draws) {
            slots[first + k] = vec4f(place, transmittance - left);
        } else {
            // The last one takes what rounding may have left over.
            while (written < SLOTS && ((f32(written) + offset) * share < 1.0 - left || k == used - 1u)) {
                slots[first + written] = vec4f(place, share);
                written++;
            }
        }
        transmittance = left;
    }
}
