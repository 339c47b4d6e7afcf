// Transposes the mask words of the samples (bit = mask) to the sample words of the masks (bit = sample). One invocation
// per 32 x 32 bits.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> views: array<TrainingView>;
@group(0) @binding(2) var<storage, read> cells: array<u32>; // [SAMPLES]
@group(0) @binding(3) var<storage, read> cellMasks: array<u32>; // mask words of every cell
@group(0) @binding(4) var<storage, read_write> inside: array<u32>; // [32 MAX_MASK_WORDS masks, SAMPLES / 32]

const SAMPLE_WORDS = SAMPLES / 32u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let sampleWord = id.x % SAMPLE_WORDS;
    let maskWord = id.x / SAMPLE_WORDS;
    if (maskWord >= views[state.view].maskWords) {
        return;
    }
    var rows: array<u32, 32>;
    for (var i = 0u; i < 32u; i++) {
        rows[i] = cellMasks[cells[32u * sampleWord + i] + maskWord];
    }
    // Swaps the off-diagonal quarters of ever smaller squares (Warren, Hacker's Delight, 7-3).
    var low = 0x0000ffffu;
    for (var half = 16u; half > 0u; half >>= 1u) {
        for (var i = 0u; i < 32u; i = (i + half + 1u) & ~half) {
            let swap = ((rows[i] >> half) ^ rows[i + half]) & low;
            rows[i] ^= swap << half;
            rows[i + half] ^= swap;
        }
        low ^= low << (half >> 1u);
    }
    for (var i = 0u; i < 32u; i++) {
        inside[(32u * maskWord + i) * SAMPLE_WORDS + sampleWord] = rows[i];
    }
}
