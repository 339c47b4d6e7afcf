// Lists the (leaf, level) entries of a step that pairs are drawn from (He et al. 2024, Algorithm 1), in one workgroup.
//
// Of every mask and of its parent minus it: how many samples lie in the words before each word. A mask is usable when it holds at least
// MIN_SAMPLES samples and not all of them. A leaf is a usable mask that is the parent of no usable mask. From every leaf one climbs to the
// root, a level where no sample lies between the mask and its parent is skipped.
@group(0) @binding(0) var<storage, read_write> state: TrainingState;
@group(0) @binding(1) var<storage, read> views: array<TrainingView>;
@group(0) @binding(2) var<storage, read> parents: array<i32>; // of all views' masks, within the view, -1 = root
@group(0) @binding(3) var<storage, read> inside: array<u32>; // [masks, SAMPLE_WORDS] bit = sample
@group(0) @binding(4) var<storage, read_write> insideBefore: array<u32>; // [masks, SAMPLE_WORDS + 1], the last = total
@group(0) @binding(5) var<storage, read_write> besideBefore: array<u32>; // the same of parent minus mask
@group(0) @binding(6) var<storage, read_write> hasChild: array<atomic<u32>>; // [masks]
@group(0) @binding(7) var<storage, read_write> entries: array<vec4u>; // positive mask, whether its pairs reach beside it, negative mask, leaf

const SAMPLE_WORDS = SAMPLES / 32u;
const NONE = 0xffffffffu;

var<workgroup> counts: array<u32, WORKGROUP_SIZE>;

fn insideTotal(mask: u32) -> u32 {
    return insideBefore[mask * (SAMPLE_WORDS + 1u) + SAMPLE_WORDS];
}

fn isUsable(mask: u32) -> bool {
    let total = insideTotal(mask);
    return total >= MIN_SAMPLES && total < SAMPLES;
}

// Climbs from a leaf, writes its entries from `at` on where `write`, and returns their number.
fn climb(leaf: u32, maskStart: u32, at: u32, write: bool) -> u32 {
    var found = 0u;
    var positive = leaf;
    var current = i32(leaf);
    while (current >= 0) {
        let mask = u32(current);
        if (besideBefore[mask * (SAMPLE_WORDS + 1u) + SAMPLE_WORDS] > 0u && insideTotal(mask) > 0u) {
            if (write) {
                entries[at + found] = vec4u(positive, select(0u, 1u, found > 0u), mask, leaf);
            }
            positive = mask;
            found++;
        }
        current = parents[maskStart + mask];
    }
    return found;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
    let view = views[state.view];
    for (var mask = local; mask < view.maskCount; mask += WORKGROUP_SIZE) {
        let parent = parents[view.maskStart + mask];
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
        let parent = parents[view.maskStart + mask];
        if (parent >= 0 && isUsable(mask)) {
            atomicStore(&hasChild[u32(parent)], 1u);
        }
    }
    storageBarrier();
    // Consecutive masks for an invocation, so that the entries come in the order of their leaves.
    let share = (view.maskCount + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;
    let first = min(local * share, view.maskCount);
    let end = min(first + share, view.maskCount);
    var count = 0u;
    for (var mask = first; mask < end; mask++) {
        if (isUsable(mask) && atomicLoad(&hasChild[mask]) == 0u) {
            count += climb(mask, view.maskStart, 0u, false);
        }
    }
    counts[local] = count;
    workgroupBarrier();
    if (local == 0u) {
        var sum = 0u;
        for (var i = 0u; i < WORKGROUP_SIZE; i++) {
            let here = counts[i];
            counts[i] = sum;
            sum += here;
        }
        state.entries = sum;
        if (sum > 0u) {
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
            at += climb(mask, view.maskStart, at, true);
        }
    }
}
