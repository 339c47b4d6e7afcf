/**
 * A hierarchy as a list of merges, lowest first: at height `height[i]` the component `second[i]` joins the component
 * `first[i]`, which keeps its name. A component is named by one of its leaves. A hierarchy with c components in the end
 * has n - c merges.
 */
export interface MergeList {
    readonly leafCount: number;
    readonly first: Uint32Array;
    readonly second: Uint32Array;
    /** Ascending. */
    readonly height: Float64Array;
}

/**
 * Combines a hierarchy of points and a hierarchy of its regions: first the merges within each region, with heights
 * scaled to at most `floor`, then the merges of regions, at `floor` plus their height.
 *
 * @param inner hierarchy of the points; the regions are one of its cuts
 * @param region [n] region of each point
 * @param outer hierarchy of the regions
 */
export function NestMerges(inner: MergeList, region: Uint32Array, outer: MergeList, floor = 1e-3): MergeList {
    const name = new Uint32Array(outer.leafCount);
    const joined = new Uint8Array(inner.leafCount);
    const kept: number[] = [];
    let highest = 0;
    for (let m = 0; m < inner.first.length; m++) {
        if (region[inner.first[m]] === region[inner.second[m]]) {
            kept.push(m);
            highest = Math.max(highest, inner.height[m]);
            joined[inner.second[m]] = 1;
        }
    }
    for (let i = 0; i < inner.leafCount; i++) {
        if (joined[i] === 0) {
            name[region[i]] = i;
        }
    }
    const count = kept.length + outer.first.length;
    const first = new Uint32Array(count);
    const second = new Uint32Array(count);
    const height = new Float64Array(count);
    const scale = highest > 0 ? floor / highest : 0;
    kept.forEach((m, i) => {
        first[i] = inner.first[m];
        second[i] = inner.second[m];
        height[i] = inner.height[m] * scale;
    });
    for (let m = 0; m < outer.first.length; m++) {
        first[kept.length + m] = name[outer.first[m]];
        second[kept.length + m] = name[outer.second[m]];
        height[kept.length + m] = floor + outer.height[m];
    }
    return { leafCount: inner.leafCount, first, second, height };
}
