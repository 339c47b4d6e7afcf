// Gradient of a layer's weights: transposed inputs x outputGradients, over one of CHUNKS runs of points, adamDense adds the runs up, always in
// the same order. An invocation computes 8 inputs x 8 outputs of one run in registers.
@group(0) @binding(0) var<storage, read> inputs: array<vec4f>; // [INPUTS, POINTS / 4]
@group(0) @binding(1) var<storage, read> outputGradients: array<vec4f>; // [OUTPUTS, POINTS / 4]
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>; // [CHUNKS, WEIGHTS / 4], this layer's from WEIGHT_START on

const QUADS = POINTS / 4u;
const CHUNK_QUADS = (QUADS + CHUNKS - 1u) / CHUNKS;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    const TILES = (INPUTS / 8u) * (OUTPUTS / 8u);
    if (id.x >= TILES * CHUNKS) {
        return;
    }
    let chunk = id.x / TILES;
    let row = id.x % TILES / (OUTPUTS / 8u) * 8u;
    let column = id.x % (OUTPUTS / 8u) * 8u;
    var low: array<vec4f, 8>;
    var high: array<vec4f, 8>;
    let end = min((chunk + 1u) * CHUNK_QUADS, QUADS);
    for (var q = chunk * CHUNK_QUADS; q < end; q++) {
        let g = array<vec4f, 8>(
            outputGradients[column * QUADS + q],
            outputGradients[(column + 1u) * QUADS + q],
            outputGradients[(column + 2u) * QUADS + q],
            outputGradients[(column + 3u) * QUADS + q],
            outputGradients[(column + 4u) * QUADS + q],
            outputGradients[(column + 5u) * QUADS + q],
            outputGradients[(column + 6u) * QUADS + q],
            outputGradients[(column + 7u) * QUADS + q],
        );
        for (var i = 0u; i < 8u; i++) {
            let x = inputs[(row + i) * QUADS + q];
            low[i] += vec4f(dot(x, g[0]), dot(x, g[1]), dot(x, g[2]), dot(x, g[3]));
            high[i] += vec4f(dot(x, g[4]), dot(x, g[5]), dot(x, g[6]), dot(x, g[7]));
        }
    }
    for (var i = 0u; i < 8u; i++) {
        let at = (chunk * WEIGHTS + WEIGHT_START + (row + i) * OUTPUTS + column) / 4u;
        partials[at] = low[i];
        partials[at + 1u] = high[i];
    }
}
