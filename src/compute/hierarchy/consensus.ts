import { AddMaskProfiles, CreateMaskProfiles, MaskDissimilarity, type MaskProfile } from "./maskProfiles";
import type { MergeList } from "./mergeList";
import type { EdgeList } from "./neighbourGraph";
import type { ViewObservation } from "./observations";
import { PairHeap } from "./pairHeap";

/** Feature vectors of the points, and how much they count. */
export interface ConsensusFeatures {
    /** [n, dimensions] unit vectors. */
    readonly features: Float32Array;
    readonly dimensions: number;
    /** Share of the features in the dissimilarity, 0..1. */
    readonly weight: number;
}

/**
 * Region merging on mask profiles: the two adjacent regions that the masks of all views hold most alike merge, their
 * profiles add up, and again, until nothing adjacent is left. The height is the running maximum of the dissimilarities,
 * which makes it an ultrametric (with ties; the merge order breaks them).
 *
 * @param region [n] region of each point, 0 .. regionCount - 1
 * @param edges which points, and so which regions, are adjacent
 * @param features optional; null needs no training
 * @returns merges of regions, in the order of merging
 */
export function MergeRegions(
    region: Uint32Array,
    regionCount: number,
    edges: EdgeList,
    observations: readonly ViewObservation[],
    features: ConsensusFeatures | null,
): MergeList {
    const profiles: (MaskProfile | null)[] = CreateMaskProfiles(region, regionCount, observations);
    const confidence = Float32Array.from(observations.flatMap((view) => [...view.confidence]));
    const near = adjacentRegions(region, regionCount, edges);
    const sums = features ? sumFeatures(region, regionCount, features) : null;
    const dimensions = features?.dimensions ?? 0;
    const lambda = features?.weight ?? 0;

    const dissimilarity = (r: number, s: number): number => {
        const masks = MaskDissimilarity(profiles[r]!, profiles[s]!, confidence);
        return sums === null ? masks : (1 - lambda) * masks + (lambda / 2) * directionDistance(sums, dimensions, r, s);
    };
    const heap = new PairHeap();
    // A pair is out of date as soon as one of its regions has changed: both stamps in one number.
    const version = new Uint32Array(regionCount);
    const push = (r: number, s: number): void => {
        const a = Math.min(r, s);
        const b = Math.max(r, s);
        heap.push(dissimilarity(a, b), a, b, version[a] + version[b]);
    };
    for (let r = 0; r < regionCount; r++) {
        for (const s of near[r]) {
            if (s > r) {
                push(r, s);
            }
        }
    }

    const first: number[] = [];
    const second: number[] = [];
    const height: number[] = [];
    let altitude = 0;
    for (let top = heap.pop(); top !== undefined; top = heap.pop()) {
        const { a, b } = top;
        if (profiles[a] === null || profiles[b] === null || top.stamp !== version[a] + version[b]) {
            continue;
        }
        altitude = Math.max(altitude, top.key);
        first.push(a);
        second.push(b);
        height.push(altitude);
        profiles[a] = AddMaskProfiles(profiles[a], profiles[b]);
        profiles[b] = null;
        version[a]++;
        if (sums !== null) {
            for (let d = 0; d < dimensions; d++) {
                sums[a * dimensions + d] += sums[b * dimensions + d];
            }
        }
        near[a].delete(b);
        near[b].delete(a);
        for (const s of near[b]) {
            near[s].delete(b);
            near[s].add(a);
            near[a].add(s);
        }
        near[b].clear();
        for (const s of near[a]) {
            push(a, s);
        }
    }
    return {
        leafCount: regionCount,
        first: Uint32Array.from(first),
        second: Uint32Array.from(second),
        height: Float64Array.from(height),
    };
}

function adjacentRegions(region: Uint32Array, regionCount: number, edges: EdgeList): Set<number>[] {
    const near = Array.from({ length: regionCount }, () => new Set<number>());
    for (let e = 0; e < edges.from.length; e++) {
        const r = region[edges.from[e]];
        const s = region[edges.to[e]];
        if (r !== s) {
            near[r].add(s);
            near[s].add(r);
        }
    }
    return near;
}

/** Sum of the features of each region's points -> [regionCount, dimensions]. */
function sumFeatures(
    region: Uint32Array,
    regionCount: number,
    { features, dimensions }: ConsensusFeatures,
): Float64Array {
    const sums = new Float64Array(regionCount * dimensions);
    for (let i = 0; i < region.length; i++) {
        for (let d = 0; d < dimensions; d++) {
            sums[region[i] * dimensions + d] += features[i * dimensions + d];
        }
    }
    return sums;
}

/** Distance of two vectors' directions, 0..2. */
function directionDistance(vectors: Float64Array, dimensions: number, r: number, s: number): number {
    let rr = 0;
    let ss = 0;
    let rs = 0;
    for (let d = 0; d < dimensions; d++) {
        const x = vectors[r * dimensions + d];
        const y = vectors[s * dimensions + d];
        rr += x * x;
        ss += y * y;
        rs += x * y;
    }
    const cosine = rs / Math.max(Math.sqrt(rr * ss), 1e-12);
    return Math.sqrt(Math.max(0, 2 - 2 * cosine));
}

/**
 * One hierarchy of the points out of a fine one and a merging of its parts: within a region the merges of `inner`, their
 * heights scaled to lie below `floor`; above it the merges of regions, `floor` + their height.
 *
 * @param inner hierarchy of the points of which the regions are a cut
 * @param region [n] region of each point
 * @param outer merges of the regions
 */
export function NestMerges(inner: MergeList, region: Uint32Array, outer: MergeList, floor = 1e-3): MergeList {
    const name = new Uint32Array(outer.leafCount);
    const joined = new Uint8Array(inner.leafCount);
    const kept: number[] = [];
    let highest = 0;
    for (let m = 0; m < inner.first.length; m++) {
        highest = Math.max(highest, inner.height[m]);
        if (region[inner.first[m]] === region[inner.second[m]]) {
            kept.push(m);
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
