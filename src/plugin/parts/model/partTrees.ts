import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import type { Pacer } from "../../../compute/base/pacer";
import { CartesianTreeCoroutine } from "../../../compute/hierarchy/cut/cartesianTree";
import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import { CreateSplitSizes } from "../../../compute/hierarchy/cut/splitSizes";
import { type SuggestedPartCounts, SuggestPartCounts } from "../../../compute/hierarchy/cut/suggestedPartCounts";
import { CondensedParts } from "./condensedParts";
import type { PartActions } from "./part";
import { PartTree } from "./partTree";

/** Options of {@link PartTrees}. */
export interface PartTreesOptions {
    /** The number of leaves from which a part is not a small fragment. */
    readonly minStepLeaves: number;
    /** The number of parts up to which splits are listed. */
    readonly maxParts: number;
}

/** The number of trees that are kept of dendrograms before the latest edits. */
const KEPT_TREES = 4;

/** The trees of a hierarchy's parts, created once per dendrogram on first use. */
export class PartTrees {
    private readonly _trees = new Map<Dendrogram, PartTree>();
    private readonly _condensed = new Map<Dendrogram, CondensedParts>();
    private readonly _splitSizes = new Map<Dendrogram, Uint32Array>();
    private readonly _suggestions = new Map<Dendrogram, SuggestedPartCounts>();

    /** @param _actions returns the actions of the parts */
    public constructor(
        private _hierarchy: SegmentationHierarchy,
        private readonly _actions: () => PartActions,
        private readonly _options: PartTreesOptions,
    ) {}

    /**
     * Takes another hierarchy of the same leaves. Trees of dendrograms that it does not have are forgotten, but for the
     * latest few, which undoing shows again.
     */
    public setHierarchy(hierarchy: SegmentationHierarchy): void {
        this._hierarchy = hierarchy;
        const used = new Set(hierarchy.dendrograms.values());
        const unused = [...this._trees.keys()].filter((dendrogram) => !used.has(dendrogram));
        for (const dendrogram of unused.slice(0, Math.max(0, unused.length - KEPT_TREES))) {
            for (const values of [this._trees, this._condensed, this._splitSizes, this._suggestions]) {
                values.delete(dendrogram);
            }
        }
    }

    /** Returns the parts of a dendrogram; the first call takes about 30 ms for a million leaves. */
    public treeOf(dendrogram: Dendrogram): PartTree {
        return getOrCreate(this._trees, dendrogram, () => new PartTree(this._hierarchy, dendrogram, this._actions));
    }

    /**
     * Creates the result of {@link treeOf} in time slices; the other methods then take a few milliseconds.
     *
     * @param hierarchy the hierarchy of the dendrogram. Default: the present one
     * @throws UltrametricError "aborted"
     */
    public async prepareAsync(
        dendrogram: Dendrogram,
        pacer: Pacer,
        hierarchy: SegmentationHierarchy = this._hierarchy,
    ): Promise<PartTree> {
        if (!this._trees.has(dendrogram)) {
            const merges = await RunCoroutineAsync(CartesianTreeCoroutine(dendrogram.rank), pacer);
            this._trees.set(dendrogram, new PartTree(hierarchy, dendrogram, this._actions, merges));
            await pacer.yieldIfDueAsync();
        }
        return this.treeOf(dendrogram);
    }

    /** Returns the parts of a dendrogram without small fragments. */
    public condensedOf(dendrogram: Dendrogram): CondensedParts {
        return getOrCreate(
            this._condensed,
            dendrogram,
            () => new CondensedParts(this.treeOf(dendrogram), this._options.minStepLeaves),
        );
    }

    /** Returns the sizes of a dendrogram's splits, see CreateSplitSizes. */
    public splitSizesOf(dendrogram: Dendrogram): Uint32Array {
        return getOrCreate(this._splitSizes, dendrogram, () =>
            CreateSplitSizes(dendrogram, this._options.maxParts, this.treeOf(dendrogram).merges),
        );
    }

    /** Returns the suggested numbers of parts, see SuggestPartCounts. */
    public suggestedPartCountsOf(dendrogram: Dendrogram): SuggestedPartCounts {
        return getOrCreate(this._suggestions, dendrogram, () =>
            SuggestPartCounts(dendrogram, {}, this.treeOf(dendrogram).merges),
        );
    }
}

function getOrCreate<K, V>(values: Map<K, V>, key: K, create: () => V): V {
    const value = values.get(key) ?? create();
    values.set(key, value);
    return value;
}
