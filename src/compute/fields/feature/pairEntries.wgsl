// Lists the (leaf, level) entries of a step that pairs are drawn from (He et al. 2024, Algorithm 1), in one workgroup.
//
// Counts, for every mask and for its parent minus it, the samples in the words before each word. A mask is usable if it
// holds at least MIN_SAMPLES samples but not all. A leaf is a usable mask without a usable child. The levels of a leaf
// are its ancestors up to the root; a level without samples between the mask and its parent is skipped. An entry has
// the weight of the mask whose inside and outside it separates. drawPairs.wgsl draws by the cumulative weights.
@group(0) @binding(0) var<storage, read_write> state: TrainingState;
@group(0) @binding(1) var<storage, read> views: array<TrainingView>;
// [masks of all views] parent within the view or -1, weight > 0
@group(0) @binding(2) var<storage, read> links: array<vec2i>;
@group(0) @binding(3) var<storage, read> inside: array<u32>; // [masks, SAMPLE_WORDS] bit = sample
// [masks, SAMPLE_WORDS + 1] the last is the total
@group(0) @binding(4) var<storage, read_write> insideBefore: array<u32>;
@group(0) @binding(5) var<storage, read_write> besideBefore: array<u32>; // the same for the parent minus the mask
@group(0) @binding(6) var<storage, read_write> hasChild: array<atomic<u32>>; // [masks]
// Positive mask; cumulative weight << 1 | whether positive pairs leave the mask; negative mask; leaf
@group(0) @binding(7) var<storage, read_write> entries: array<vec4u>;

const SAMPLE_WORDS = SAMPLES / 32u;
const NONE = 0xffffffffu;

var<workgroup> counts: array<vec2u, WORKGROUP_SIZE>; // entries, their weight

fn insideTotal(mask: u32) -> u32 {
    return insideBefore[mask * (SAMPLE_WORDS + 1u) + SAMPLE_WORDS];
}

fn isUsable(mask: u32) -> bool {
    let total = insideTotal(mask);
    return total >= MIN_SAMPLES && total < SAMPLES;
}

// Visits the levels of a leaf, writes its entries if `write`, and adds their number and weight to `before`.
fn climb(leaf: u32, maskStart: u32, before: vec2u, write: bool) -> vec2u {
    var sums = before;
    var positive = leaf;
    var current = i32(leaf);
    while (current >= 0) {
        let mask = u32(current);
        if (besideBefore[mask * (SAMPLE_WORDS + 1u) + SAMPLE_WORDS] > 0u && insideTotal(mask) > 0u) {
            let isFirst = sums.x == before.x;
            sums += vec2u(1u, u32(links[maskStart + mask].y));
            if (write) {
                entries[sums.x - 1u] = vec4u(positive, (sums.y << 1u) | select(1u, 0u, isFirst), mask, leaf);
            }
            positive = mask;
        }
        current = links[maskStart + mask].x;
    }
    return sums;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
    let view = views[state.view];
    for (var mask = local; mask < view.maskCount; mask += WORKGROUP_SIZE) {
        let parent = links[view.maskStart + mask].x;
        let row = mask * (SAMPLE_WORDS + 1u);
        var insideSum = 0u;
        var besideSum = 0u;
        for (var word = 0u; word < SAMPLE_WORDS; word++) {
            insideBefore[row + word] = insideSum;
            besideBefore[row + word] = besideSum;
            let here = inside[mask * SAMPLE_WORDS + word];
            var above = NONE;
            if (parent >= 0) {
                above = inside[u32(parent) * SAMPLE_WORDS + word];
            }
            insideSum += countOneBits(here);
            besideSum += countOneBits(above & ~here);
        }
        insideBefore[row + SAMPLE_WORDS] = insideSum;
        besideBefore[row + SAMPLE_WORDS] = besideSum;
        atomicStore(&hasChild[mask], 0u);
    }
    storageBarrier();
    for (var mask = local; mask < view.maskCount; mask += WORKGROUP_SIZE) {
        let parent = links[view.maskStart + mask].x;
        if (parent >= 0 && isUsable(mask)) {
            atomicStore(&hasChild[u32(parent)], 1u);
        }
    }
    storageBarrier();
    // Each invocation takes consecutive masks, so that the entries are in the order of their leaves.
    let share = (view.maskCount + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;
    let first = min(local * share, view.maskCount);
    let end = min(first + share, view.maskCount);
    var count = vec2u(0u);
    for (var mask = first; mask < end; mask++) {
        if (isUsable(mask) && atomicLoad(&hasChild[mask]) == 0u) {
            count = climb(mask, view.maskStart, count, false);
        }
    }
    counts[local] = count;
    workgroupBarrier();
    if (local == 0u) {
        var sum = vec2u(0u);
        for (var i = 0u; i < WORKGROUP_SIZE; i++) {
            let here = counts[i];
            counts[i] = sum;
            sum += here;
        }
        state.entries = sum.x;
        if (sum.x > 0u) {
            let updates = state.updates + 1u;
            state.updates = updates;
            state.firstCorrection = 1.0 / (1.0 - pow(BETA1, f32(updates)));
            state.secondCorrection = 1.0 / (1.0 - pow(BETA2, f32(updates)));
        }
    }
    workgroupBarrier();
    var at = counts[local];
    for (var mask = first; mask < end; mask++) {
        if (isUsable(mask) && atomicLoad(&hasChild[mask]) == 0u) {
            at = climb(mask, view.maskStart, at, true);
        }
    }
}
