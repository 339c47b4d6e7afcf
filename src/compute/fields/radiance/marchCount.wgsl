// Counts the samples of every ray: one per step in an occupied cell. One invocation per ray.
@group(0) @binding(0) var<storage, read> rayCount: array<u32>; // number of rays
@group(0) @binding(1) var<storage, read> rays: array<Ray>; // [RAYS]
@group(0) @binding(2) var<storage, read> occupancy: array<u32>;
@group(0) @binding(3) var<storage, read_write> starts: array<u32>; // [RAYS + 1] counts, and a final 0

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i > RAYS) {
        return;
    }
    var count = 0u;
    if (i < min(rayCount[0], RAYS)) {
        let ray = rays[i];
        let range = rayRange(ray);
        var t = firstStep(ray, range.x);
        while (t < range.y && count < MAX_SAMPLES) {
            let gridPosition = toGrid(ray.origin + t * ray.direction);
            let cell = occupancyCell(gridPosition);
            count += (occupancy[cell >> 5u] >> (cell & 31u)) & 1u;
            t += stepAt(gridPosition);
        }
    }
    starts[i] = count;
}
