// The gradient of a layer's inputs: inputGradients = outputGradients x transposed weights; 0 if RELU_INPUTS and the
// input is 0. An invocation computes 8 points x 8 inputs in registers.
@group(0) @binding(0) var<storage, read> outputGradients: array<vec4f>; // [OUTPUTS, POINTS / 4]
@group(0) @binding(1) var<storage, read> weights: array<vec4f>; // [INPUTS, OUTPUTS / 4] from WEIGHT_START on
@group(0) @binding(2) var<storage, read> inputs: array<vec4f>; // [INPUTS, POINTS / 4]
@group(0) @binding(3) var<storage, read_write> inputGradients: array<vec4f>; // [INPUTS, POINTS / 4]

const OUTPUT_QUADS = OUTPUTS / 4u;

fn store(row: u32, quad: u32, low: vec4f, high: vec4f) {
    let at = row * (POINTS / 4u) + quad;
    if (RELU_INPUTS) {
        inputGradients[at] = select(vec4f(0.0), low, inputs[at] > vec4f(0.0));
        inputGradients[at + 1u] = select(vec4f(0.0), high, inputs[at + 1u] > vec4f(0.0));
    } else {
        inputGradients[at] = low;
        inputGradients[at + 1u] = high;
    }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quad = id.x % (POINTS / 8u) * 2u;
    let row = id.x / (POINTS / 8u) * 8u;
    if (row >= INPUTS) {
        return;
    }
    var a0 = vec4f(); var a1 = vec4f(); var a2 = vec4f(); var a3 = vec4f();
    var a4 = vec4f(); var a5 = vec4f(); var a6 = vec4f(); var a7 = vec4f();
    var b0 = vec4f(); var b1 = vec4f(); var b2 = vec4f(); var b3 = vec4f();
    var b4 = vec4f(); var b5 = vec4f(); var b6 = vec4f(); var b7 = vec4f();
    let weightRow = WEIGHT_START / 4u + row * OUTPUT_QUADS;
    for (var k = 0u; k < OUTPUT_QUADS; k++) {
        let w0 = weights[weightRow + k];
        let w1 = weights[weightRow + OUTPUT_QUADS + k];
        let w2 = weights[weightRow + 2u * OUTPUT_QUADS + k];
        let w3 = weights[weightRow + 3u * OUTPUT_QUADS + k];
        let w4 = weights[weightRow + 4u * OUTPUT_QUADS + k];
        let w5 = weights[weightRow + 5u * OUTPUT_QUADS + k];
        let w6 = weights[weightRow + 6u * OUTPUT_QUADS + k];
        let w7 = weights[weightRow + 7u * OUTPUT_QUADS + k];
        let at = k * POINTS + quad;
        let low = mat4x4f(
            outputGradients[at],
            outputGradients[at + POINTS / 4u],
            outputGradients[at + POINTS / 2u],
            outputGradients[at + POINTS / 4u * 3u],
        );
        let high = mat4x4f(
            outputGradients[at + 1u],
            outputGradients[at + POINTS / 4u + 1u],
            outputGradients[at + POINTS / 2u + 1u],
            outputGradients[at + POINTS / 4u * 3u + 1u],
        );
        a0 += low * w0; b0 += high * w0;
        a1 += low * w1; b1 += high * w1;
        a2 += low * w2; b2 += high * w2;
        a3 += low * w3; b3 += high * w3;
        a4 += low * w4; b4 += high * w4;
        a5 += low * w5; b5 += high * w5;
        a6 += low * w6; b6 += high * w6;
        a7 += low * w7; b7 += high * w7;
    }
    store(row, quad, a0, b0);
    store(row + 1u, quad, a1, b1);
    store(row + 2u, quad, a2, b2);
    store(row + 3u, quad, a3, b3);
    store(row + 4u, quad, a4, b4);
    store(row + 5u, quad, a5, b5);
    store(row + 6u, quad, a6, b6);
    store(row + 7u, quad, a7, b7);
}
