import type { EdgeList } from "../../algorithms/edgeList";
import type { MergeList } from "../../algorithms/mergeList";
import { PairHeap } from "../../algorithms/pairHeap";
import { FindRegionBorders, JoinRegionBorders, type RegionBorders } from "../../algorithms/regionBorders";
import { BACKDROP_HEIGHT } from "../cut/suggestedPartCounts";
import type { RegionPriors } from "../priors/regionPriors";
import type { RegionSight } from "../sight/regionSight";
import { type ConsensusOptions, DEFAULT_CONSENSUS_OPTIONS } from "./consensusOptions";
import {
    AddMaskProfiles,
    CompareMaskProfiles,
    CreateMaskProfiles,
    type MaskEvidence,
    type MaskProfile,
} from "./maskProfiles";
import { UNSEEN, type ViewObservation } from "./observations";
import { SeamStrength } from "./seams";
import type { CloudFeatures } from "./surfaceCloud";

/** The share of the mask evidence of adjacent superpoints that separates them at which sight counts by its weight. */
const USUAL_SEPARATION = 0.1;
/** The share below which sight counts no more. */
const MIN_SEPARATION = 0.02;
/** The mean inward bend along a border that counts fully, in radians. Regions that are not adjacent have it. */
const FULL_BEND = 0.6;
/** Bends count by the size of the smaller region to this power. */
const BEND_GROWTH = 1.5;

/** Evidence beside the masks; all of it is optional. */
export interface ConsensusCues {
    /** Features of the points. */
    readonly features?: CloudFeatures | null;
    /**
     * Concave crease along each of the first edges, see EdgeCreases; the other edges are bridges, which lie on no
     * surface.
     */
    readonly creases?: Float32Array | null;
    /** [edges] inward bends, see MeasureSuperpointBends. */
    readonly bends?: Float32Array | null;
    /** Priors of the regions, whose penalties are added. They are changed while regions merge. */
    readonly priors?: RegionPriors | null;
    /** Sight between the regions through the solid. It is changed while regions merge. */
    readonly sight?: RegionSight | null;
    /** [regions] 1 for regions of the backdrop, which merge with each other first and with the others last. */
    readonly backdrop?: Uint8Array | null;
}

/** Merges of regions, with the strength of the seam that each one closes, see {@link SeamStrength}. */
export interface RegionMerges extends MergeList {
    /** [merges] 0..1 */
    readonly strength: Float32Array;
}

/**
 * Merges regions by consensus: repeatedly the two adjacent regions whose mask profiles are least dissimilar merge, and
 * their profiles are added, until no regions are adjacent. The height of a merge is the running maximum of the
 * dissimilarities, which makes it an ultrametric (with ties, which the merge order breaks).
 *
 * @param region [n] region of each point, 0 .. regionCount - 1
 * @param edges pairs of adjacent points, which make their regions adjacent
 * @returns merges of regions, in the order of merging
 */
export function MergeRegions(
    region: Uint32Array,
    regionCount: number,
    edges: EdgeList,
    observations: readonly ViewObservation[],
    options: Partial<ConsensusOptions> = {},
    cues: ConsensusCues = {},
): RegionMerges {
    const settings = { ...DEFAULT_CONSENSUS_OPTIONS, ...options };
    const merging = new RegionMerging(region, regionCount, edges, observations, settings, cues);
    return merging.run();
}

/** The state of one run: the data of every remaining region, and the queue of pairs that may merge. */
class RegionMerging {
    private readonly _profiles: (MaskProfile | null)[];
    private readonly _maskWeights: Float32Array;
    private readonly _sizes: Float64Array;
    /** [regions, dimensions] sums of features; null without features. */
    private readonly _sums: Float64Array | null;
    private readonly _dimensions: number;
    /** Borders whose weights are concave creases. */
    private readonly _borders: RegionBorders;
    /** Borders whose weights are inward bends; null without them. */
    private readonly _bends: RegionBorders | null;
    private readonly _priors: RegionPriors | null;
    /** Evidence against a merge that a crease of 1 gives. */
    private readonly _creaseEvidence: number;
    private readonly _sight: RegionSight | null;
    /** Evidence of sight between regions of the mean size. */
    private readonly _sightEvidence: number;
    /** Evidence of a full bend between regions of the mean size. */
    private readonly _bendEvidence: number;
    /** The share of the strength of seams that counts, 0..1: little if masks separate much. */
    private readonly _seamShare: number;
    private readonly _backdrop: Uint8Array | null;
    /** The mean number of edges of a point. */
    private readonly _degree: number;
    private readonly _heap = new PairHeap();
    /** Number of changes of each region. A queued pair is outdated if either of its two versions has grown since. */
    private readonly _version: Uint32Array;
    private _remaining: number;
    private _mergesNonAdjacent = false;

    public constructor(
        private readonly _region: Uint32Array,
        private readonly _regionCount: number,
        edges: EdgeList,
        observations: readonly ViewObservation[],
        private readonly _options: ConsensusOptions,
        { features = null, creases = null, bends = null, priors = null, sight = null, backdrop = null }: ConsensusCues,
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
        this._bends = bends && FindRegionBorders(_region, _regionCount, edges, bends);
        this._priors = priors;
        this._backdrop = backdrop;
        this._degree = (2 * edges.from.length) / Math.max(_region.length, 1);
        this._version = new Uint32Array(_regionCount);
        this._remaining = _regionCount;
        const { shared, total } = this._meanEvidence();
        this._creaseEvidence = _options.creaseWeight * total;
        this._sight = sight;
        const separation = total > 0 ? Math.max((total - shared) / total, MIN_SEPARATION) : 1;
        const geometryEvidence = (total * USUAL_SEPARATION) / separation;
        this._sightEvidence = _options.sightWeight * geometryEvidence;
        this._bendEvidence = _options.bendWeight * geometryEvidence;
        this._seamShare = Math.min(1, USUAL_SEPARATION / separation);
    }

    public run(): RegionMerges {
        const first: number[] = [];
        const second: number[] = [];
        const height: number[] = [];
        const strength: number[] = [];
        let maxDissimilarity = 0;
        for (let r = 0; r < this._regionCount; r++) {
            for (const s of this._borders[r].keys()) {
                if (s > r) {
                    this._push(r, s);
                }
            }
        }
        this._queueNonAdjacent();
        const join = (a: number, b: number): void => {
            first.push(a);
            second.push(b);
            height.push(maxDissimilarity);
            strength.push(this._seamBetween(a, b));
            this._merge(a, b);
        };
        const backdrop = this._backdrop?.indexOf(1) ?? -1;
        for (let r = backdrop + 1; backdrop >= 0 && r < this._regionCount; r++) {
            if (this._backdrop![r] === 1) {
                join(backdrop, r);
            }
        }
        for (let top = this._heap.pop(); top !== undefined; top = this._heap.pop()) {
            const { a, b } = top;
            const isCurrent = top.stamp === this._version[a] + this._version[b];
            if (this._profiles[a] === null || this._profiles[b] === null || !isCurrent) {
                continue;
            }
            maxDissimilarity = Math.max(maxDissimilarity, top.key);
            join(a, b);
        }
        maxDissimilarity = Math.max(maxDissimilarity, BACKDROP_HEIGHT);
        for (let r = 0; backdrop >= 0 && r < this._regionCount; r++) {
            if (r !== backdrop && this._profiles[r] !== null) {
                join(backdrop, r);
            }
        }
        return {
            leafCount: this._regionCount,
            first: Uint32Array.from(first),
            second: Uint32Array.from(second),
            height: Float64Array.from(height),
            strength: Float32Array.from(strength),
        };
    }

    /** Merges region b into region a. */
    private _merge(a: number, b: number): void {
        const borders = this._borders;
        this._profiles[a] = AddMaskProfiles(this._profiles[a]!, this._profiles[b]!);
        this._profiles[b] = null;
        this._sizes[a] += this._sizes[b];
        this._priors?.merge(a, b);
        this._sight?.merge(a, b);
        this._version[a]++;
        this._remaining--;
        if (this._sums !== null) {
            for (let d = 0; d < this._dimensions; d++) {
                this._sums[a * this._dimensions + d] += this._sums[b * this._dimensions + d];
            }
        }
        JoinRegionBorders(borders, a, b);
        if (this._bends) {
            JoinRegionBorders(this._bends, a, b);
        }
        if (this._mergesNonAdjacent) {
            for (let s = 0; s < this._regionCount; s++) {
                if (s !== a && this._profiles[s] !== null) {
                    this._push(a, s);
                }
            }
        } else {
            for (const s of borders[a].keys()) {
                this._push(a, s);
            }
            this._queueNonAdjacent();
        }
    }

    /** Queues the pairs of regions that are not adjacent, once few regions remain. */
    private _queueNonAdjacent(): void {
        if (this._mergesNonAdjacent || this._remaining > this._options.nonAdjacentBelow) {
            return;
        }
        this._mergesNonAdjacent = true;
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
        if (this._backdrop && this._backdrop[a] !== this._backdrop[b]) {
            return;
        }
        this._heap.push(this._dissimilarity(a, b), a, b, this._version[a] + this._version[b]);
    }

    /** Returns the mean mask evidence of two adjacent regions. */
    private _meanEvidence(): MaskEvidence {
        let shared = 0;
        let total = 0;
        let pairs = 0;
        for (let r = 0; r < this._regionCount; r++) {
            for (const s of this._borders[r].keys()) {
                if (s > r) {
                    const evidence = this._compare(r, s);
                    shared += evidence.shared;
                    total += evidence.total;
                    pairs++;
                }
            }
        }
        return { shared: shared / Math.max(pairs, 1), total: total / Math.max(pairs, 1) };
    }

    private _compare(r: number, s: number): MaskEvidence {
        const profiles = this._profiles;
        return CompareMaskProfiles(profiles[r]!, profiles[s]!, this._maskWeights, this._options.evidenceExponent);
    }

    /** Returns the evidence against a merge from the bend along the common border. */
    private _bendBetween(r: number, s: number): number {
        const border = this._bends?.[r].get(s);
        const bend = border ? Math.min(border.weight / border.edges / FULL_BEND, 1) : 1;
        const size = (Math.min(this._sizes[r], this._sizes[s]) * this._regionCount) / this._region.length;
        return this._bendEvidence * bend * Math.min(size, this._options.sightLimit) ** BEND_GROWTH;
    }

    /** Returns the strength of the seam between two regions; 1 without sight or bends, and where there is no inside. */
    private _seamBetween(r: number, s: number): number {
        const border = this._bends?.[r].get(s);
        if (!border || !this._sight) {
            return 1;
        }
        const size = Math.min(this._sizes[r], this._sizes[s]);
        const ownSight = Math.min(this._sight.sight(r, r), this._sight.sight(s, s));
        const strength = SeamStrength(border.edges, border.weight / border.edges, size, ownSight, this._degree);
        return 1 - this._seamShare * this._sight.enclosed(r, s) * (1 - strength);
    }

    private _dissimilarity(r: number, s: number): number {
        const { minRegionShare, featureWeight, sizeExponent, nonAdjacentCrease, priorWeight } = this._options;
        const border = this._borders[r].get(s);
        const crease = border ? border.weight / border.edges : nonAdjacentCrease;
        const prior = border ? this._options.prior : this._options.nonAdjacentPrior;
        const masks = this._compare(r, s);
        let against = masks.total - masks.shared + priorWeight * prior + this._creaseEvidence * crease;
        let total = masks.total + priorWeight;
        if (this._sight) {
            const evidence = this._sightEvidence * this._sight.evidence(r, s, this._options.sightLimit);
            against += evidence * (1 - this._sight.sight(r, s));
            total += evidence;
        }
        if (this._bends) {
            const bend = this._bendBetween(r, s);
            against += bend;
            total += bend;
        }
        let dissimilarity = total > 0 ? against / total : prior;
        if (this._sums !== null) {
            const features = directionDistance(this._sums, this._dimensions, r, s) / 2;
            dissimilarity = (1 - featureWeight) * dissimilarity + featureWeight * features;
        }
        const share = Math.min(this._sizes[r], this._sizes[s]) / this._region.length;
        // Priors are not scaled down for small fragments, because it is small fragments that a shell is merged from.
        return dissimilarity * Math.min(share / minRegionShare, 1) ** sizeExponent + (this._priors?.penalty(r, s) ?? 0);
    }
}

/** Returns each mask's confidence times its share of its view's points to the power -exponent -> [all masks]. */
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

/** Sums the features of each region's points -> [regionCount, dimensions]. */
function sumFeatures(region: Uint32Array, regionCount: number, { features, dimensions }: CloudFeatures): Float64Array {
    const sums = new Float64Array(regionCount * dimensions);
    for (let i = 0; i < region.length; i++) {
        for (let d = 0; d < dimensions; d++) {
            sums[region[i] * dimensions + d] += features[i * dimensions + d];
        }
    }
    return sums;
}

/** Returns the distance of two vectors' directions, 0..2. */
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
