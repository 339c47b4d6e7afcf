import type { MergeList } from "../../src/compute/algorithms/mergeList";

/** Merges random pairs of components until `components` are left; heights 1, 2, 3... */
export function RandomMerges(leafCount: number, components: number, random: () => number): MergeList {
    const alive = Uint32Array.from({ length: leafCount }, (_, i) => i);
    const count = Math.max(0, leafCount - components);
    const first = new Uint32Array(count);
    const second = new Uint32Array(count);
    for (let m = 0; m < count; m++) {
        const left = leafCount - m;
        const a = Math.floor(random() * left);
        let b = Math.floor(random() * (left - 1));
        b += b >= a ? 1 : 0;
        first[m] = alive[a];
        second[m] = alive[b];
        alive[b] = alive[left - 1];
    }
    return { leafCount, first, second, height: Float64Array.from({ length: count }, (_, m) => m + 1) };
}
