import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import { CountAtGranularity, CutRankForCount } from "../../compute/hierarchy/cut/partition";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CreateSplitHistogram, NextSplitCount } from "../../compute/hierarchy/cut/splitSizes";
import type { SuggestedPartCounts } from "../../compute/hierarchy/cut/suggestedPartCounts";
import type { CondensedParts } from "../parts/model/condensedParts";
import type { PartActions } from "../parts/model/part";
import type { PartTree } from "../parts/model/partTree";
import { PartTrees } from "../parts/model/partTrees";
import type { UltrametricSegmentationOptions } from "../saved/segmentationOptions";

/** The granularity without a hierarchy that suggests one. */
const DEFAULT_GRANULARITY = 0.5;

/** A hierarchy with its trees of parts and the criterion that it is cut by. */
interface CutHierarchy {
    readonly hierarchy: SegmentationHierarchy;
    readonly trees: PartTrees;
    readonly criterion: Criterion;
}

/**
 * The cut that is shown. A hierarchy, a criterion and a granularity define it; the number of parts, the cut rank and
 * the parts follow from these three.
 */
export class HierarchyCut {
    private _current: CutHierarchy | null = null;
    private _granularity: number;
    /** True if hierarchies start with their natural number of parts. */
    private _isNatural: boolean;

    public constructor(
        private readonly _options: Pick<UltrametricSegmentationOptions, "granularity" | "maxParts" | "minStepShare">,
    ) {
        const { granularity } = _options;
        this._isNatural = granularity === "natural";
        this._granularity = DEFAULT_GRANULARITY;
        if (granularity !== "natural") {
            this.granularity = granularity;
        }
    }

    /** Null without a hierarchy. */
    public get criterion(): Criterion | null {
        return this._current?.criterion ?? null;
    }

    /** The dendrogram of the criterion; null without a hierarchy. */
    public get dendrogram(): Dendrogram | null {
        const { _current: current } = this;
        return current?.hierarchy.dendrogram(current.criterion) ?? null;
    }

    /** The parts of the dendrogram; null without a hierarchy. */
    public get parts(): PartTree | null {
        const { dendrogram } = this;
        return dendrogram && this._current!.trees.treeOf(dendrogram);
    }

    /** The parts without small fragments; null without a hierarchy. */
    public get condensedParts(): CondensedParts | null {
        const { dendrogram } = this;
        return dendrogram && this._current!.trees.condensedOf(dendrogram);
    }

    /** The granularity, 0..1. Setting it clamps the value. @throws UltrametricError "input" for NaN */
    public get granularity(): number {
        return this._granularity;
    }

    public set granularity(value: number) {
        checkNumber(value, "The granularity");
        this._granularity = clamp(value, 0, 1);
        this._isNatural = false;
    }

    /**
     * The number of parts; 0 without a hierarchy. Setting it takes the nearest count there is.
     *
     * @throws UltrametricError "input"
     */
    public get partCount(): number {
        const { dendrogram } = this;
        return dendrogram ? CountAtGranularity(dendrogram, this._granularity, this._options.maxParts) : 0;
    }

    public set partCount(value: number) {
        checkNumber(value, "The number of parts");
        if (this.minPartCount === 0) {
            throw new UltrametricError("input", "There is no hierarchy yet; set one before the number of parts.");
        }
        this._granularity = this.granularityOf(value);
        this._isNatural = false;
    }

    /** Returns the granularity of a number of parts, of the nearest one there is. */
    public granularityOf(partCount: number): number {
        const { minPartCount: min, maxPartCount: max } = this;
        const count = clamp(Math.round(partCount), min, max);
        return max > min ? Math.log(count / min) / Math.log(max / min) : this._granularity;
    }

    /** The numbers of parts that the hierarchy suggests; null without one, and for criteria other than `consensus`. */
    public get suggestedPartCounts(): SuggestedPartCounts | null {
        const { dendrogram, criterion } = this;
        return dendrogram && criterion === "consensus" ? this._current!.trees.suggestedPartCountsOf(dendrogram) : null;
    }

    /** The number of merges that the cut performs; 0 without a hierarchy. */
    public get rank(): number {
        const { dendrogram } = this;
        return dendrogram ? CutRankForCount(dendrogram, this.partCount) : 0;
    }

    /** The number of parts at granularity 0; 0 without a hierarchy. */
    public get minPartCount(): number {
        return this.dendrogram?.componentCount ?? 0;
    }

    /** The number of parts at granularity 1; 0 without a hierarchy. */
    public get maxPartCount(): number {
        const { dendrogram } = this;
        return dendrogram
            ? Math.max(dendrogram.componentCount, Math.min(this._options.maxParts, dendrogram.leafCount))
            : 0;
    }

    /** The number of leaves below which a part is a small fragment. */
    public get minStepLeaves(): number {
        return minStepLeaves(this._current?.hierarchy ?? null, this._options.minStepShare);
    }

    /** Returns the next finer (1) or coarser (-1) number of parts at which a part that is no small fragment splits. */
    public nextPartCount(direction: 1 | -1): number {
        return NextSplitCount(this._splitSizes, this.minPartCount, this.partCount, direction, this.minStepLeaves);
    }

    /** Returns the leaves that split off within each of `bars` equal ranges of granularity, relative to the largest. */
    public splitHistogram(bars: number): Float32Array {
        return CreateSplitHistogram(this._splitSizes, this.minPartCount, bars);
    }

    /** Returns the part of the cut that holds a leaf. */
    public partOfLeaf(leaf: number): ReturnType<PartTree["partOfLeaf"]> {
        return this.parts!.partOfLeaf(leaf, this.rank);
    }

    /** Returns the dendrogram of a criterion. @throws UltrametricError "input" without it */
    public dendrogramOf(criterion: Criterion): Dendrogram {
        if (!this._current) {
            throw new UltrametricError("input", `There is no hierarchy yet that could be cut by "${criterion}".`);
        }
        return this._current.hierarchy.dendrogram(criterion);
    }

    /** Prepares the parts of a criterion in time slices, after which setting it is quick. */
    public async prepareAsync(criterion: Criterion, pacer: Pacer): Promise<PartTree> {
        return this._current!.trees.prepareAsync(this.dendrogramOf(criterion), pacer);
    }

    /** Prepares the parts of a dendrogram of another hierarchy of the same leaves, in time slices. */
    public async prepareOtherAsync(
        hierarchy: SegmentationHierarchy,
        dendrogram: Dendrogram,
        pacer: Pacer,
    ): Promise<PartTree> {
        return this._current!.trees.prepareAsync(dendrogram, pacer, hierarchy);
    }

    /** Cuts another hierarchy of the same leaves, with the same criterion and, where it has it, number of parts. */
    public replaceHierarchy(hierarchy: SegmentationHierarchy): void {
        const { partCount, _granularity: granularity } = this;
        this._current!.trees.setHierarchy(hierarchy);
        this._current = { ...this._current!, hierarchy };
        this._granularity = this.partCount === partCount ? granularity : this.granularityOf(partCount);
    }

    /** Cuts by another criterion of the hierarchy. */
    public setCriterion(criterion: Criterion): void {
        this._current = { ...this._current!, criterion };
    }

    /** Cuts another hierarchy, or none. A granularity that was set stays. */
    public setHierarchy(current: CutHierarchy | null): void {
        this._current = current;
        const suggested = this._isNatural ? this.suggestedPartCounts : null;
        if (suggested) {
            this._granularity = this.granularityOf(suggested.natural.count);
        }
    }

    /**
     * Creates the trees of a hierarchy's parts, for {@link setHierarchy}.
     *
     * @param actions returns the actions of the parts
     */
    public createTrees(hierarchy: SegmentationHierarchy, actions: () => PartActions): PartTrees {
        const { maxParts, minStepShare } = this._options;
        return new PartTrees(hierarchy, actions, { maxParts, minStepLeaves: minStepLeaves(hierarchy, minStepShare) });
    }

    private get _splitSizes(): Uint32Array {
        const { dendrogram } = this;
        return dendrogram ? this._current!.trees.splitSizesOf(dendrogram) : new Uint32Array(0);
    }
}

function minStepLeaves(hierarchy: SegmentationHierarchy | null, share: number): number {
    return Math.max(1, Math.round(share * (hierarchy?.leafCount ?? 0)));
}

function checkNumber(value: number, name: string): void {
    if (typeof value !== "number" || Number.isNaN(value)) {
        throw new UltrametricError("input", `${name} must be a number, not ${String(value)}.`);
    }
}

function clamp(value: number, low: number, high: number): number {
    return Math.min(Math.max(value, low), high);
}
