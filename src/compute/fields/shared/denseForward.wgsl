// A layer without bias: outputs = inputs x weights, with ReLU if RELU. Matrices are stored column by column (the points
// of a column are contiguous), weights row by row. An invocation computes 8 points x 8 outputs in registers.
@group(0) @binding(0) var<storage, read> inputs: array<vec4f>; // [INPUTS, POINTS / 4]
@group(0) @binding(1) var<storage, read> weights: array<vec4f>; // [INPUTS, OUTPUTS / 4] from WEIGHT_START on
@group(0) @binding(2) var<storage, read_write> outputs: array<vec4f>; // [OUTPUTS, POINTS / 4]

fn store(column: u32, quad: u32, low: vec4f, high: vec4f) {
    let at = column * (POINTS / 4u) + quad;
    outputs[at] = select(low, max(low, vec4f(0.0)), RELU);
    outputs[at + 1u] = select(high, max(high, vec4f(0.0)), RELU);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quad = id.x % (POINTS / 8u) * 2u;
    let column = id.x / (POINTS / 8u) * 8u;
    if (column >= OUTPUTS) {
        return;
    }
    var a0 = vec4f(); var a1 = vec4f(); var a2 = vec4f(); var a3 = vec4f();
    var a4 = vec4f(); var a5 = vec4f(); var a6 = vec4f(); var a7 = vec4f();
    var b0 = vec4f(); var b1 = vec4f(); var b2 = vec4f(); var b3 = vec4f();
    var b4 = vec4f(); var b5 = vec4f(); var b6 = vec4f(); var b7 = vec4f();
    var inputAt = quad;
    var weightAt = (WEIGHT_START + column) / 4u;
    for (var k = 0u; k < INPUTS; k++) {
        let low = inputs[inputAt];
        let high = inputs[inputAt + 1u];
        let v = weights[weightAt];
        let w = weights[weightAt + 1u];
        a0 = fma(low, vec4f(v.x), a0); b0 = fma(high, vec4f(v.x), b0);
        a1 = fma(low, vec4f(v.y), a1); b1 = fma(high, vec4f(v.y), b1);
        a2 = fma(low, vec4f(v.z), a2); b2 = fma(high, vec4f(v.z), b2);
        a3 = fma(low, vec4f(v.w), a3); b3 = fma(high, vec4f(v.w), b3);
        a4 = fma(low, vec4f(w.x), a4); b4 = fma(high, vec4f(w.x), b4);
        a5 = fma(low, vec4f(w.y), a5); b5 = fma(high, vec4f(w.y), b5);
        a6 = fma(low, vec4f(w.z), a6); b6 = fma(high, vec4f(w.z), b6);
        a7 = fma(low, vec4f(w.w), a7); b7 = fma(high, vec4f(w.w), b7);
        inputAt += POINTS / 4u;
        weightAt += OUTPUTS / 4u;
    }
    store(column, quad, a0, b0);
    store(column + 1u, quad, a1, b1);
    store(column + 2u, quad, a2, b2);
    store(column + 3u, quad, a3, b3);
    store(column + 4u, quad, a4, b4);
    store(column + 5u, quad, a5, b5);
    store(column + 6u, quad, a6, b6);
    store(column + 7u, quad, a7, b7);
}
