// Counts the samples of every ray up to the transmittance at which compositeForward.wgsl ends. One invocation per ray.
@group(0) @binding(0) var<storage, read> spans: array<vec2u>; // [RAYS] first sample, number of samples
@group(0) @binding(1) var<storage, read> positions: array<vec4f>; // [POINTS] in the grid
@group(0) @binding(2) var<storage, read> geometry: array<f32>; // [GEOMETRY, POINTS] the first row is the density
@group(0) @binding(3) var<storage, read_write> starts: array<u32>; // [RAYS + 1] counts, and a final 0

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i > RAYS) {
        return;
    }
    var count = 0u;
    if (i < RAYS) {
        let span = spans[i];
        var transmittance = 1.0;
        while (count < span.y && transmittance >= MIN_TRANSMITTANCE) {
            let sample = span.x + count;
            transmittance *= exp(-densityBy(geometry[sample]) * stepAt(positions[sample].xyz));
            count++;
        }
    }
    starts[i] = count;
}
