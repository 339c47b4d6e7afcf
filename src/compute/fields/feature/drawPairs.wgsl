// Draws the pairs of a step, distributed over its (leaf, level) entries by their weights; each gives one positive and
// NEGATIVES negative pairs. A negative pair is a sample in the entry's mask and one in its parent minus the mask. A
// positive pair is two samples of the leaf on the first level, and a negative pair of the level below on the others.
// Without WITHIN_LEVEL the negative pairs are of any entries. One invocation per positive pair.
@group(0) @binding(0) var<storage, read> state: TrainingState;
@group(0) @binding(1) var<storage, read> views: array<TrainingView>;
@group(0) @binding(2) var<storage, read> links: array<vec2i>; // parent, weight
@group(0) @binding(3) var<storage, read> inside: array<u32>; // [masks, SAMPLE_WORDS] bit = sample
@group(0) @binding(4) var<storage, read> insideBefore: array<u32>; // [masks, SAMPLE_WORDS + 1]
@group(0) @binding(5) var<storage, read> besideBefore: array<u32>; // [masks, SAMPLE_WORDS + 1]
@group(0) @binding(6) var<storage, read> entries: array<vec4u>; // see pairEntries.wgsl
// [PAIRS, 1 + NEGATIVES] samples, the positive pair first
@group(0) @binding(7) var<storage, read_write> pairs: array<vec2u>;

const SAMPLE_WORDS = SAMPLES / 32u;

// Returns the position of the set bit of the given rank; the lowest has rank 0.
fn selectBit(word: u32, rank: u32) -> u32 {
    var position = 0u;
    var rest = rank;
    for (var width = 16u; width > 0u; width >>= 1u) {
        let below = countOneBits((word >> position) & ((1u << width) - 1u));
        if (rest >= below) {
            rest -= below;
            position += width;
        }
    }
    return position;
}

// The same as randomBelow, for any count: the high word of the product.
fn randomBelowWide(bits: u32, count: u32) -> u32 {
    let a = vec2u(bits & 0xffffu, bits >> 16u);
    let b = vec2u(count & 0xffffu, count >> 16u);
    let crossed = a.yx * b.xy; // high half of bits times low half of count, and vice versa
    let carry = (crossed.x & 0xffffu) + (crossed.y & 0xffffu) + ((a.x * b.x) >> 16u);
    return a.y * b.y + (crossed.x >> 16u) + (crossed.y >> 16u) + (carry >> 16u);
}

// Returns the entry at a position in the cumulative weights, 0 .. sum of all weights - 1.
fn entryAt(position: u32) -> vec4u {
    var low = 0u;
    var high = state.entries - 1u;
    while (low < high) {
        let middle = (low + high) >> 1u;
        if ((entries[middle].y >> 1u) <= position) { low = middle + 1u; } else { high = middle; }
    }
    return entries[low];
}

fn drawInside(mask: u32, bits: u32) -> u32 {
    let row = mask * (SAMPLE_WORDS + 1u);
    let rank = randomBelow(bits, insideBefore[row + SAMPLE_WORDS]);
    var low = 0u;
    var high = SAMPLE_WORDS;
    while (high - low > 1u) {
        let middle = (low + high) >> 1u;
        if (insideBefore[row + middle] <= rank) { low = middle; } else { high = middle; }
    }
    return 32u * low + selectBit(inside[mask * SAMPLE_WORDS + low], rank - insideBefore[row + low]);
}

fn drawBeside(mask: u32, maskStart: u32, bits: u32) -> u32 {
    let row = mask * (SAMPLE_WORDS + 1u);
    let rank = randomBelow(bits, besideBefore[row + SAMPLE_WORDS]);
    var low = 0u;
    var high = SAMPLE_WORDS;
    while (high - low > 1u) {
        let middle = (low + high) >> 1u;
        if (besideBefore[row + middle] <= rank) { low = middle; } else { high = middle; }
    }
    let parent = links[maskStart + mask].x;
    var above = 0xffffffffu;
    if (parent >= 0) {
        above = inside[u32(parent) * SAMPLE_WORDS + low];
    }
    return 32u * low + selectBit(above & ~inside[mask * SAMPLE_WORDS + low], rank - besideBefore[row + low]);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= PAIRS) {
        return;
    }
    let maskStart = views[state.view].maskStart;
    let first = i * (1u + NEGATIVES);
    if (state.entries == 0u) {
        for (var j = 0u; j <= NEGATIVES; j++) {
            pairs[first + j] = vec2u(0u);
        }
        return;
    }
    let key = state.key;
    // Stratified over the weights: (i * total + a random number below the total) / PAIRS, computed without overflow.
    let total = entries[state.entries - 1u].y >> 1u;
    let within = randomBelowWide(randomBits(key, STREAM_ENTRY, i), total);
    let entry = entryAt(i * (total / PAIRS) + (i * (total % PAIRS) + within) / PAIRS);
    let a = drawInside(entry.x, randomBits(key, STREAM_PAIR, 2u * first));
    let bits = randomBits(key, STREAM_PAIR, 2u * first + 1u);
    if ((entry.y & 1u) == 0u) {
        pairs[first] = vec2u(a, drawInside(entry.x, bits));
    } else {
        pairs[first] = vec2u(a, drawBeside(entry.x, maskStart, bits));
    }
    for (var j = 1u; j <= NEGATIVES; j++) {
        let stream = 2u * (first + j);
        var mask = entry.z;
        if (!WITHIN_LEVEL) {
            mask = entryAt(randomBelowWide(randomBits(key, STREAM_NEGATIVE, first + j), total)).z;
        }
        pairs[first + j] = vec2u(
            drawInside(mask, randomBits(key, STREAM_PAIR, stream)),
            drawBeside(mask, maskStart, randomBits(key, STREAM_PAIR, stream + 1u)),
        );
    }
}
