// The gradient of a layer's weights: transposed inputs x outputGradients, summed over each of PARTIALS ranges of
// points; adamDense.wgsl sums these partial sums in a fixed order. An invocation computes 8 inputs x 8 outputs of one
// partial sum in registers.
@group(0) @binding(0) var<storage, read> inputs: array<vec4f>; // [INPUTS, POINTS / 4]
@group(0) @binding(1) var<storage, read> outputGradients: array<vec4f>; // [OUTPUTS, POINTS / 4]
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>; // [PARTIALS, WEIGHTS / 4] from WEIGHT_START on

const QUADS = POINTS / 4u;
const QUADS_PER_PARTIAL = (QUADS + PARTIALS - 1u) / PARTIALS;

fn store(partial: u32, row: u32, column: u32, low: vec4f, high: vec4f) {
    let at = (partial * WEIGHTS + WEIGHT_START + row * OUTPUTS + column) / 4u;
    partials[at] = low;
    partials[at + 1u] = high;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    const TILES = (INPUTS / 8u) * (OUTPUTS / 8u);
    if (id.x >= TILES * PARTIALS) {
        return;
    }
    let partial = id.x / TILES;
    let row = id.x % TILES / (OUTPUTS / 8u) * 8u;
    let column = id.x % (OUTPUTS / 8u) * 8u;
    var a0 = vec4f(); var a1 = vec4f(); var a2 = vec4f(); var a3 = vec4f();
    var a4 = vec4f(); var a5 = vec4f(); var a6 = vec4f(); var a7 = vec4f();
    var b0 = vec4f(); var b1 = vec4f(); var b2 = vec4f(); var b3 = vec4f();
    var b4 = vec4f(); var b5 = vec4f(); var b6 = vec4f(); var b7 = vec4f();
    let end = min((partial + 1u) * QUADS_PER_PARTIAL, QUADS);
    for (var q = partial * QUADS_PER_PARTIAL; q < end; q++) {
        // The rows are outputs: the matrix times four points of an input gives four sums over these points.
        let g = transpose(mat4x4f(
            outputGradients[column * QUADS + q],
            outputGradients[(column + 1u) * QUADS + q],
            outputGradients[(column + 2u) * QUADS + q],
            outputGradients[(column + 3u) * QUADS + q],
        ));
        let h = transpose(mat4x4f(
            outputGradients[(column + 4u) * QUADS + q],
            outputGradients[(column + 5u) * QUADS + q],
            outputGradients[(column + 6u) * QUADS + q],
            outputGradients[(column + 7u) * QUADS + q],
        ));
        let x0 = inputs[(row + 0u) * QUADS + q]; a0 += g * x0; b0 += h * x0;
        let x1 = inputs[(row + 1u) * QUADS + q]; a1 += g * x1; b1 += h * x1;
        let x2 = inputs[(row + 2u) * QUADS + q]; a2 += g * x2; b2 += h * x2;
        let x3 = inputs[(row + 3u) * QUADS + q]; a3 += g * x3; b3 += h * x3;
        let x4 = inputs[(row + 4u) * QUADS + q]; a4 += g * x4; b4 += h * x4;
        let x5 = inputs[(row + 5u) * QUADS + q]; a5 += g * x5; b5 += h * x5;
        let x6 = inputs[(row + 6u) * QUADS + q]; a6 += g * x6; b6 += h * x6;
        let x7 = inputs[(row + 7u) * QUADS + q]; a7 += g * x7; b7 += h * x7;
    }
    store(partial, row + 0u, column, a0, b0);
    store(partial, row + 1u, column, a1, b1);
    store(partial, row + 2u, column, a2, b2);
    store(partial, row + 3u, column, a3, b3);
    store(partial, row + 4u, column, a4, b4);
    store(partial, row + 5u, column, a5, b5);
    store(partial, row + 6u, column, a6, b6);
    store(partial, row + 7u, column, a7, b7);
}
