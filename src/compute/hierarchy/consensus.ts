import {
    AddMaskProfiles,
    CreateMaskProfiles,
    type EvidenceOptions,
    MaskDissimilarity,
    type MaskProfile,
} from "./maskProfiles";
import type { MergeList } from "./mergeList";
import type { EdgeList } from "./neighbourGraph";
import { UNSEEN, type ViewObservation } from "./observations";
import { PairHeap } from "./pairHeap";
import type { RegionPriors } from "./regionPriors";

/** Feature vectors of the points. */
export interface ConsensusFeatures {
    /** [n, dimensions] unit vectors. */
    readonly features: Float32Array;
    readonly dimensions: number;
}

/** Options of {@link MergeRegions}. */
export interface ConsensusOptions extends EvidenceOptions {
    /** Share of the features in the dissimilarity, 0..1. Default 0.15. */
    readonly featureWeight: number;
    /** A mask counts by its share of what its view sees, to minus this power: small masks say more. Default 0.25. */
    readonly maskSizeExponent: number;
    /** Regions below this share of all points are dust, which joins first. Default 0.02. */
    readonly dustShare: number;
    /** The dissimilarity of dust is scaled by its share, relative to `dustShare`, to this power. Default 0.1. */
    readonly sizeExponent: number;
    /**
     * From this number of regions on, regions that do not touch may merge too: much of an object is hidden inside others,
     * so that what is seen of a part need not hang together. Default 200; 0 never.
     */
    readonly remoteRegions: number;
    /** Added to the dissimilarity of regions that do not touch. Default 0.05. */
    readonly remotePenalty: number;
}

/** The defaults of {@link ConsensusOptions}. */
export const DEFAULT_CONSENSUS_OPTIONS: ConsensusOptions = {
    evidenceExponent: 0.5,
    priorWeight: 10,
    prior: 0.6,
    featureWeight: 0.15,
    maskSizeExponent: 0.25,
    dustShare: 0.02,
    sizeExponent: 0.1,
    remoteRegions: 200,
    remotePenalty: 0.05,
};

/**
 * Region merging on mask profiles: the two adjacent regions that the masks of all views hold most alike merge, their
 * profiles add up, and again, until nothing adjacent is left. The height is the running maximum of the dissimilarities,
 * which makes it an ultrametric (with ties; the merge order breaks them).
 *
 * @param region [n] region of each point, 0 .. regionCount - 1
 * @param edges which points, and so which regions, are adjacent
 * @param features optional; null needs no training
 * @param priors of the same regions, whose penalties are added; they merge along
 * @returns merges of regions, in the order of merging
 */
export function MergeRegions(
    region: Uint32Array,
    regionCount: number,
    edges: EdgeList,
    observations: readonly ViewObservation[],
    features: ConsensusFeatures | null,
    options: Partial<ConsensusOptions> = {},
    priors: RegionPriors | null = null,
): MergeList {
    const settings = { ...DEFAULT_CONSENSUS_OPTIONS, ...options };
    const merging = new RegionMerging(region, regionCount, edges, observations, features, settings, priors);
    return merging.run();
}

/** The state of one run: what every region still alive is made of, and the queue of pairs that may merge. */
class RegionMerging {
    private readonly _profiles: (MaskProfile | null)[];
    private readonly _maskWeights: Float32Array;
    private readonly _sizes: Float64Array;
    /** [regions, dimensions] sums of features; null without features. */
    private readonly _sums: Float64Array | null;
    private readonly _dimensions: number;
    private readonly _touching: Set<number>[];
    private readonly _heap = new PairHeap();
    /** Counts the changes of a region. A queued pair whose two counts have grown since is out of date. */
    private readonly _version: Uint32Array;
    private _alive: number;
    private _remote = false;

    public constructor(
        private readonly _region: Uint32Array,
        private readonly _regionCount: number,
        edges: EdgeList,
        observations: readonly ViewObservation[],
        features: ConsensusFeatures | null,
        private readonly _options: ConsensusOptions,
        private readonly _priors: RegionPriors | null,
    ) {
        this._profiles = CreateMaskProfiles(_region, _regionCount, observations);
        this._maskWeights = weighMasks(observations, _options.maskSizeExponent);
        this._sizes = new Float64Array(_regionCount);
        for (const r of _region) {
            this._sizes[r]++;
        }
        this._sums = features && sumFeatures(_region, _regionCount, features);
        this._dimensions = features?.dimensions ?? 0;
        this._touching = touchingRegions(_region, _regionCount, edges);
        this._version = new Uint32Array(_regionCount);
        this._alive = _regionCount;
    }

    public run(): MergeList {
        const first: number[] = [];
        const second: number[] = [];
        const height: number[] = [];
        let altitude = 0;
        for (let r = 0; r < this._regionCount; r++) {
            for (const s of this._touching[r]) {
                if (s > r) {
                    this._push(r, s);
                }
            }
        }
        this._considerRemote();
        for (let top = this._heap.pop(); top !== undefined; top = this._heap.pop()) {
            const { a, b } = top;
            const isCurrent = top.stamp === this._version[a] + this._version[b];
            if (this._profiles[a] === null || this._profiles[b] === null || !isCurrent) {
                continue;
            }
            altitude = Math.max(altitude, top.key);
            first.push(a);
            second.push(b);
            height.push(altitude);
            this._merge(a, b);
        }
        return {
            leafCount: this._regionCount,
            first: Uint32Array.from(first),
            second: Uint32Array.from(second),
            height: Float64Array.from(height),
        };
    }

    /** Region b becomes part of region a. */
    private _merge(a: number, b: number): void {
        const touching = this._touching;
        this._profiles[a] = AddMaskProfiles(this._profiles[a]!, this._profiles[b]!);
        this._profiles[b] = null;
        this._sizes[a] += this._sizes[b];
        this._priors?.merge(a, b);
        this._version[a]++;
        this._alive--;
        if (this._sums !== null) {
            for (let d = 0; d < this._dimensions; d++) {
                this._sums[a * this._dimensions + d] += this._sums[b * this._dimensions + d];
            }
        }
        for (const s of touching[b]) {
            touching[s].delete(b);
            if (s !== a) {
                touching[s].add(a);
                touching[a].add(s);
            }
        }
        touching[b].clear();
        if (this._remote) {
            for (let s = 0; s < this._regionCount; s++) {
                if (s !== a && this._profiles[s] !== null) {
                    this._push(a, s);
                }
            }
        } else {
            for (const s of touching[a]) {
                this._push(a, s);
            }
            this._considerRemote();
        }
    }

    /** Once few regions are left, queues the pairs that do not touch. */
    private _considerRemote(): void {
        if (this._remote || this._alive > this._options.remoteRegions) {
            return;
        }
        this._remote = true;
        for (let r = 0; r < this._regionCount; r++) {
            for (let s = r + 1; s < this._regionCount && this._profiles[r] !== null; s++) {
                if (this._profiles[s] !== null && !this._touching[r].has(s)) {
                    this._push(r, s);
                }
            }
        }
    }

    private _push(r: number, s: number): void {
        const a = Math.min(r, s);
        const b = Math.max(r, s);
        this._heap.push(this._dissimilarity(a, b), a, b, this._version[a] + this._version[b]);
    }

    private _dissimilarity(r: number, s: number): number {
        const { dustShare, featureWeight, sizeExponent, remotePenalty } = this._options;
        let dissimilarity = MaskDissimilarity(this._profiles[r]!, this._profiles[s]!, this._maskWeights, this._options);
        if (this._sums !== null) {
            const features = directionDistance(this._sums, this._dimensions, r, s) / 2;
            dissimilarity = (1 - featureWeight) * dissimilarity + featureWeight * features;
        }
        if (!this._touching[r].has(s)) {
            dissimilarity += remotePenalty;
        }
        const share = Math.min(this._sizes[r], this._sizes[s]) / this._region.length;
        // Priors count for dust as well: it is dust that shells are put together from.
        return dissimilarity * Math.min(share / dustShare, 1) ** sizeExponent + (this._priors?.penalty(r, s) ?? 0);
    }
}

/** [all masks] confidence times the mask's share of the points that its view sees, to the power -exponent. */
function weighMasks(observations: readonly ViewObservation[], exponent: number): Float32Array {
    const weights: number[] = [];
    for (const { cells, arrangement, confidence } of observations) {
        const inside = new Uint32Array(arrangement.maskCount);
        const inCell = new Uint32Array(arrangement.cellCount);
        let seen = 0;
        for (const cell of cells) {
            if (cell !== UNSEEN) {
                inCell[cell]++;
                seen++;
            }
        }
        for (let cell = 0; cell < inCell.length; cell++) {
            for (let c = arrangement.cellStart[cell]; c < arrangement.cellStart[cell + 1]; c++) {
                inside[arrangement.cellMasks[c]] += inCell[cell];
            }
        }
        for (let mask = 0; mask < inside.length; mask++) {
            weights.push(confidence[mask] * (seen / Math.max(inside[mask], 1)) ** exponent);
        }
    }
    return Float32Array.from(weights);
}

function touchingRegions(region: Uint32Array, regionCount: number, edges: EdgeList): Set<number>[] {
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
