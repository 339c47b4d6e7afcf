// The inputs of the color network: the real spherical harmonics up to degree 3 (16 numbers) of the ray's direction,
// then the outputs of the density network. One invocation per sample.
@group(0) @binding(0) var<storage, read> rays: array<Ray>; // [RAYS]
@group(0) @binding(1) var<storage, read> sampleRays: array<u32>; // [POINTS]
@group(0) @binding(2) var<storage, read> geometry: array<f32>; // [GEOMETRY, POINTS]
@group(0) @binding(3) var<storage, read_write> inputs: array<f32>; // [16 + GEOMETRY, POINTS]

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= POINTS) {
        return;
    }
    let d = rays[min(sampleRays[i], RAYS - 1u)].direction;
    let s = d * d;
    var at = i;
    inputs[at] = 0.28209479; at += POINTS;
    inputs[at] = -0.48860251 * d.y; at += POINTS;
    inputs[at] = 0.48860251 * d.z; at += POINTS;
    inputs[at] = -0.48860251 * d.x; at += POINTS;
    inputs[at] = 1.09254843 * d.x * d.y; at += POINTS;
    inputs[at] = -1.09254843 * d.y * d.z; at += POINTS;
    inputs[at] = 0.94617470 * s.z - 0.31539157; at += POINTS;
    inputs[at] = -1.09254843 * d.x * d.z; at += POINTS;
    inputs[at] = 0.54627422 * (s.x - s.y); at += POINTS;
    inputs[at] = 0.59004359 * d.y * (s.y - 3.0 * s.x); at += POINTS;
    inputs[at] = 2.89061144 * d.x * d.y * d.z; at += POINTS;
    inputs[at] = 0.45704580 * d.y * (1.0 - 5.0 * s.z); at += POINTS;
    inputs[at] = 0.37317633 * d.z * (5.0 * s.z - 3.0); at += POINTS;
    inputs[at] = 0.45704580 * d.x * (1.0 - 5.0 * s.z); at += POINTS;
    inputs[at] = 1.44530572 * d.z * (s.x - s.y); at += POINTS;
    inputs[at] = 0.59004359 * d.x * (3.0 * s.y - s.x); at += POINTS;
    for (var g = 0u; g < GEOMETRY; g++) {
        inputs[at] = geometry[g * POINTS + i];
        at += POINTS;
    }
}
