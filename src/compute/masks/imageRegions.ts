import type { MergeList } from "../algorithms/mergeList";
import { PairHeap } from "../algorithms/pairHeap";
import { FindRegionBorders, JoinRegionBorders, type RegionBorder } from "../algorithms/regionBorders";
import type { ImageGraph } from "./imageGraph";

/** Options of {@link MergeImageRegions}. */
export interface ImageRegionOptions {
    /** Factor of the difference of the regions' mean colors. Default 2. */
    readonly meanColor: number;
    /**
     * The dissimilarity is multiplied by the smaller region's share of all pixels to this power, so that small regions
     * merge first. Default 0.75.
     */
    readonly sizeExponent: number;
}

/**
 * Merges the regions of an image: repeatedly the two adjacent regions of least dissimilarity, until no two regions are
 * adjacent. The dissimilarity is the mean weight of the common border plus the difference of the mean colors. The
 * height of a merge is the running maximum of the dissimilarities, which makes it an ultrametric (with ties, which the
 * merge order breaks).
 *
 * @param region [n] region of each vertex, 0 .. regionCount - 1
 * @param weights [edges]
 * @param colors [n, 3]
 * @returns merges of regions, in the order of merging
 */
export function MergeImageRegions(
    region: Uint32Array,
    regionCount: number,
    graph: ImageGraph,
    weights: Float32Array,
    colors: Float32Array,
    { meanColor, sizeExponent }: ImageRegionOptions,
): MergeList {
    const sizes = new Float64Array(regionCount);
    const sums = new Float64Array(3 * regionCount);
    for (let i = 0; i < region.length; i++) {
        const r = region[i];
        sizes[r]++;
        sums[3 * r] += colors[3 * i];
        sums[3 * r + 1] += colors[3 * i + 1];
        sums[3 * r + 2] += colors[3 * i + 2];
    }
    const borders = FindRegionBorders(region, regionCount, graph, weights);
    const heap = new PairHeap();
    // Number of changes of each region. A queued pair is outdated if either of its two versions has grown since.
    const version = new Uint32Array(regionCount);
    const merged = new Uint8Array(regionCount);
    const push = (r: number, s: number, { weight, edges }: RegionBorder): void => {
        const d0 = sums[3 * r] / sizes[r] - sums[3 * s] / sizes[s];
        const d1 = sums[3 * r + 1] / sizes[r] - sums[3 * s + 1] / sizes[s];
        const d2 = sums[3 * r + 2] / sizes[r] - sums[3 * s + 2] / sizes[s];
        const difference = weight / edges + meanColor * Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2);
        const share = Math.min(sizes[r], sizes[s]) / region.length;
        heap.push(difference * share ** sizeExponent, Math.min(r, s), Math.max(r, s), version[r] + version[s]);
    };
    for (let r = 0; r < regionCount; r++) {
        for (const [s, border] of borders[r]) {
            if (s > r) {
                push(r, s, border);
            }
        }
    }
    const first: number[] = [];
    const second: number[] = [];
    const height: number[] = [];
    let altitude = 0;
    for (let top = heap.pop(); top !== undefined; top = heap.pop()) {
        const { a, b } = top;
        if (merged[a] === 1 || merged[b] === 1 || top.stamp !== version[a] + version[b]) {
            continue;
        }
        altitude = Math.max(altitude, top.key);
        first.push(a);
        second.push(b);
        height.push(altitude);
        merged[b] = 1;
        version[a]++;
        sizes[a] += sizes[b];
        for (let d = 0; d < 3; d++) {
            sums[3 * a + d] += sums[3 * b + d];
        }
        JoinRegionBorders(borders, a, b);
        for (const [s, border] of borders[a]) {
            push(a, s, border);
        }
    }
    return {
        leafCount: regionCount,
        first: Uint32Array.from(first),
        second: Uint32Array.from(second),
        height: Float64Array.from(height),
    };
}
