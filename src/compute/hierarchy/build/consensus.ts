import type { EdgeList } from "../../algorithms/edgeList";
import type { MergeList } from "../../algorithms/mergeList";
import { PairHeap } from "../../algorithms/pairHeap";
import { FindRegionBorders, JoinRegionBorders, type RegionBorders } from "../../algorithms/regionBorders";
import type { RegionPriors } from "../priors/regionPriors";
import {
    AddMaskProfiles,
    CompareMaskProfiles,
    CreateMaskProfiles,
    type MaskEvidence,
    type MaskProfile,
} from "./maskProfiles";
import { UNSEEN, type ViewObservation } from "./observations";

/** Feature vectors of the points. */
export interface CloudFeatures {
    /** [n, dimensions] unit vectors. */
    readonly features: Float32Array;
    readonly dimensions: number;
}

/** Options of {@link MergeRegions}. */
export interface ConsensusOptions {
    /** A view counts by the lesser number of points seen, to this power: below 1, many views outweigh a close one. Default 0.5. */
    readonly evidenceExponent: number;
    /** Weight of the prior, in points to that power: what few views say is believed less. Default 10. */
    readonly priorWeight: number;
    /** Dissimilarity where no view says anything, 0..1. Default 0.6. */
    readonly prior: number;
    /** Share of the features in the dissimilarity, 0..1. Default 0.15. */
    readonly featureWeight: number;
    /** A mask counts by its share of what its view sees, to minus this power: small masks say more. Default 0.25. */
    readonly maskSizeExponent: number;
    /** Regions below this share of all points are dust, which joins first. Default 0.02. */
    readonly minRegionShare: number;
    /** The dissimilarity of dust is scaled by its share, relative to `minRegionShare`, to this power. Default 0.1. */
    readonly sizeExponent: number;
    /**
     * From this number of regions on, regions that do not touch may merge too: much of an object is hidden inside others,
     * so that what is seen of a part need not hang together. Default 200; 0 never.
     */
    readonly nonAdjacentBelow: number;
    /**
     * A crease counts against a merge: its mean concave crease where two regions meet, times this share of what masks say of two regions at the
     * beginning, on average. The more they say of larger ones, the less comes of it. Default 0.4.
     */
    readonly creaseWeight: number;
    /** Regions that do not touch count as if they met in a crease of this crease. Default 0.3. */
    readonly nonAdjacentCrease: number;
}

/** The defaults of {@link ConsensusOptions}. */
export const DEFAULT_CONSENSUS_OPTIONS: ConsensusOptions = {
    evidenceExponent: 0.5,
    priorWeight: 10,
    prior: 0.6,
    creaseWeight: 0.4,
    featureWeight: 0.15,
    maskSizeExponent: 0.25,
    minRegionShare: 0.02,
    sizeExponent: 0.1,
    nonAdjacentBelow: 200,
    nonAdjacentCrease: 0.3,
};

/** What may be known of the points beside their masks. */
export interface ConsensusCues {
    /** Null needs no training. */
    readonly features?: CloudFeatures | null;
    /** [some] concave crease along each of the first edges, see EdgeCreases; the others are bridges, which are on no surface. */
    readonly creases?: Float32Array | null;
    /** Of the same regions, whose penalties are added; they merge along. */
    readonly priors?: RegionPriors | null;
}

/**
 * Region merging on mask profiles: the two adjacent regions that the masks of all views hold most alike merge, their
 * profiles add up, and again, until nothing adjacent is left. The height is the running maximum of the dissimilarities,
 * which makes it an ultrametric (with ties; the merge order breaks them).
 *
 * @param region [n] region of each point, 0 .. regionCount - 1
 * @param edges which points, and so which regions, are adjacent
 * @returns merges of regions, in the order of merging
 */
export function MergeRegions(
    region: Uint32Array,
    regionCount: number,
    edges: EdgeList,
    observations: readonly ViewObservation[],
    options: Partial<ConsensusOptions> = {},
    cues: ConsensusCues = {},
): MergeList {
    const settings = { ...DEFAULT_CONSENSUS_OPTIONS, ...options };
    const merging = new RegionMerging(region, regionCount, edges, observations, settings, cues);
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
    /** Weighed by the concave creases. */
    private readonly _borders: RegionBorders;
    private readonly _priors: RegionPriors | null;
    /** Evidence against a merge, of a crease whose crease is 1. */
    private readonly _creaseEvidence: number;
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
        private readonly _options: ConsensusOptions,
        { features = null, creases = null, priors = null }: ConsensusCues,
    ) {
        this._profiles = CreateMaskProfiles(_region, _regionCount, observations);
        this._maskWeights = weighMasks(observations, _options.maskSizeExponent);
        this._sizes = new Float64Array(_regionCount);
        for (const r of _region) {
            this._sizes[r]++;
        }
        this._sums = features && sumFeatures(_region, _regionCount, features);
        this._dimensions = features?.dimensions ?? 0;
        this._borders = FindRegionBorders(_region, _regionCount, edges, creases);
        this._priors = priors;
        this._version = new Uint32Array(_regionCount);
        this._alive = _regionCount;
        this._creaseEvidence = _options.creaseWeight * this._meanEvidence();
    }

    public run(): MergeList {
        const first: number[] = [];
        const second: number[] = [];
        const height: number[] = [];
        let altitude = 0;
        for (let r = 0; r < this._regionCount; r++) {
            for (const s of this._borders[r].keys()) {
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
        const borders = this._borders;
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
        JoinRegionBorders(borders, a, b);
        if (this._remote) {
            for (let s = 0; s < this._regionCount; s++) {
                if (s !== a && this._profiles[s] !== null) {
                    this._push(a, s);
                }
            }
        } else {
            for (const s of borders[a].keys()) {
                this._push(a, s);
            }
            this._considerRemote();
        }
    }

    /** Once few regions are left, queues the pairs that do not touch. */
    private _considerRemote(): void {
        if (this._remote || this._alive > this._options.nonAdjacentBelow) {
            return;
        }
        this._remote = true;
        for (let r = 0; r < this._regionCount; r++) {
            for (let s = r + 1; s < this._regionCount && this._profiles[r] !== null; s++) {
                if (this._profiles[s] !== null && !this._borders[r].has(s)) {
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

    /** Of regions that touch. */
    private _meanEvidence(): number {
        let sum = 0;
        let pairs = 0;
        for (let r = 0; r < this._regionCount; r++) {
            for (const s of this._borders[r].keys()) {
                if (s > r) {
                    sum += this._compare(r, s).total;
                    pairs++;
                }
            }
        }
        return sum / Math.max(pairs, 1);
    }

    private _compare(r: number, s: number): MaskEvidence {
        const profiles = this._profiles;
        return CompareMaskProfiles(profiles[r]!, profiles[s]!, this._maskWeights, this._options.evidenceExponent);
    }

    private _dissimilarity(r: number, s: number): number {
        const { minRegionShare, featureWeight, sizeExponent, nonAdjacentCrease, prior, priorWeight } = this._options;
        const border = this._borders[r].get(s);
        const crease = border ? border.weight / border.edges : nonAdjacentCrease;
        const { shared, total } = this._compare(r, s);
        const apart = total - shared + priorWeight * prior + this._creaseEvidence * crease;
        let dissimilarity = total + priorWeight > 0 ? apart / (total + priorWeight) : prior;
        if (this._sums !== null) {
            const features = directionDistance(this._sums, this._dimensions, r, s) / 2;
            dissimilarity = (1 - featureWeight) * dissimilarity + featureWeight * features;
        }
        const share = Math.min(this._sizes[r], this._sizes[s]) / this._region.length;
        // Priors count for dust as well: it is dust that shells are put together from.
        return dissimilarity * Math.min(share / minRegionShare, 1) ** sizeExponent + (this._priors?.penalty(r, s) ?? 0);
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

/** Sum of the features of each region's points -> [regionCount, dimensions]. */
function sumFeatures(region: Uint32Array, regionCount: number, { features, dimensions }: CloudFeatures): Float64Array {
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
