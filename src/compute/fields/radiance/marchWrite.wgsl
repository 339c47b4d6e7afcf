// Writes the samples that marchCount.wgsl counted, ray by ray. Drops rays whose samples do not all fit. One invocation
// per ray.
@group(0) @binding(0) var<storage, read> rays: array<Ray>; // [RAYS]
@group(0) @binding(1) var<storage, read> occupancy: array<u32>;
@group(0) @binding(2) var<storage, read> starts: array<u32>; // [RAYS + 1] samples of the rays before
@group(0) @binding(3) var<storage, read_write> spans: array<vec2u>; // [RAYS] first sample, number of samples
@group(0) @binding(4) var<storage, read_write> positions: array<vec4f>; // [POINTS] in the grid, length along the ray
@group(0) @binding(5) var<storage, read_write> sampleRays: array<u32>; // [POINTS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= RAYS) {
        return;
    }
    let start = starts[i];
    let count = starts[i + 1u] - start;
    if (count == 0u || start + count > POINTS) {
        spans[i] = vec2u(select(0u, DROPPED, count > 0u), 0u);
        return;
    }
    let ray = rays[i];
    let range = rayRange(ray);
    var t = firstStep(ray, range.x);
    var written = 0u;
    // Compilers may round a step differently in the two kernels, so the count of marchCount.wgsl is only a limit.
    while (t < range.y && written < count) {
        let gridPosition = toGrid(ray.origin + t * ray.direction);
        let cell = occupancyCell(gridPosition);
        if (((occupancy[cell >> 5u] >> (cell & 31u)) & 1u) != 0u) {
            positions[start + written] = vec4f(gridPosition, t);
            sampleRays[start + written] = i;
            written++;
        }
        t += stepAt(gridPosition);
    }
    spans[i] = vec2u(start, written);
}
