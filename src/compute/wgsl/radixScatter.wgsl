// One pass of the radix sort, second part: moves every key and its value to its place. Stable: a key comes after all
// earlier keys of its digit. Of the 256 keys of a round, each digit has a mask of those that have it; the number of
// bits before a key's own is its rank.

@group(0) @binding(0) var<storage, read> keys: array<u32>;
@group(0) @binding(1) var<storage, read> values: array<u32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>; // the prefix sum of the counts
@group(0) @binding(3) var<storage, read_write> sortedKeys: array<u32>;
@group(0) @binding(4) var<storage, read_write> sortedValues: array<u32>;

const MASK_WORDS = WORKGROUP_SIZE / 32u;

var<workgroup> next: array<u32, 256>; // where the next key of a digit goes
var<workgroup> masks: array<atomic<u32>, 256u * MASK_WORDS>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groupCount: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let tile = group.y * groupCount.x + group.x;
    if (tile < uniforms.tileCount) {
        next[local] = offsets[local * uniforms.tileCount + tile];
    }
    for (var round = 0u; round < ROUNDS; round++) {
        let i = (tile * ROUNDS + round) * WORKGROUP_SIZE + local;
        let isKey = i < uniforms.count;
        var key = 0u;
        if (isKey) {
            key = keys[i];
            if (uniforms.fromFloats != 0u) {
                key = orderedFromFloatBits(key);
            }
            atomicOr(&masks[radixDigit(key) * MASK_WORDS + local / 32u], 1u << (local % 32u));
        }
        workgroupBarrier();
        if (isKey) {
            let digit = radixDigit(key);
            let word = local / 32u;
            var place = next[digit] + countOneBits(atomicLoad(&masks[digit * MASK_WORDS + word]) & ((1u << (local % 32u)) - 1u));
            for (var w = 0u; w < word; w++) {
                place += countOneBits(atomicLoad(&masks[digit * MASK_WORDS + w]));
            }
            sortedKeys[place] = select(key, floatBitsFromOrdered(key), uniforms.toFloats != 0u);
            sortedValues[place] = values[i];
        }
        workgroupBarrier();
        // Invocation `local` now stands for the digit `local`.
        var found = 0u;
        for (var w = 0u; w < MASK_WORDS; w++) {
            found += countOneBits(atomicExchange(&masks[local * MASK_WORDS + w], 0u));
        }
        next[local] += found;
        workgroupBarrier();
    }
}
