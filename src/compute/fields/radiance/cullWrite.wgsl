// Compacts the samples that cullCount.wgsl counted, ray by ray. Drops rays whose samples do not all fit. One invocation
// per ray.
@group(0) @binding(0) var<storage, read> spans: array<vec2u>; // [RAYS] first sample, number of samples
@group(0) @binding(1) var<storage, read> positions: array<vec4f>; // [POINTS]
@group(0) @binding(2) var<storage, read> starts: array<u32>; // [RAYS + 1] kept samples of the rays before
@group(0) @binding(3) var<storage, read_write> keptSpans: array<vec2u>; // [RAYS]
@group(0) @binding(4) var<storage, read_write> keptPositions: array<vec4f>; // [KEPT]
@group(0) @binding(5) var<storage, read_write> keptRays: array<u32>; // [KEPT]
@group(0) @binding(6) var<storage, read_write> sources: array<u32>; // [KEPT] the sample before

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= RAYS) {
        return;
    }
    let span = spans[i];
    let start = starts[i];
    let count = starts[i + 1u] - start;
    if (span.x == DROPPED || count == 0u || start + count > KEPT) {
        keptSpans[i] = vec2u(select(0u, DROPPED, span.x == DROPPED || count > 0u), 0u);
        return;
    }
    keptSpans[i] = vec2u(start, count);
    for (var k = 0u; k < count; k++) {
        keptPositions[start + k] = positions[span.x + k];
        keptRays[start + k] = i;
        sources[start + k] = span.x + k;
    }
}
