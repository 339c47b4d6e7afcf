// Marks a cell as occupied if a step through it has an optical depth of MIN_DEPTH or more, or if its density is above
// half the mean; the latter is for the start of the training, when all densities are low. One invocation per word of 32
// cells.
@group(0) @binding(0) var<storage, read> densities: array<f32>; // [CELLS]
@group(0) @binding(1) var<storage, read> mean: array<f32>; // [1]
@group(0) @binding(2) var<storage, read_write> occupancy: array<u32>; // [CELLS / 32]

fn stepIn(cell: u32) -> f32 {
    let corner = vec3u(cell % RESOLUTION, cell / RESOLUTION % RESOLUTION, cell / (RESOLUTION * RESOLUTION));
    return stepAt((vec3f(corner) + 0.5) / f32(RESOLUTION));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let word = id.x;
    if (word >= CELLS / 32u) {
        return;
    }
    var bits = 0u;
    for (var b = 0u; b < 32u; b++) {
        let cell = 32u * word + b;
        let density = densities[cell];
        if (density > min(MIN_DEPTH / stepIn(cell), 0.5 * mean[0])) {
            bits |= 1u << b;
        }
    }
    occupancy[word] = bits;
}
