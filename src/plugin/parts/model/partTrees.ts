import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import type { Pacer } from "../../../compute/base/pacer";
import { CartesianTreeCoroutine } from "../../../compute/hierarchy/cut/cartesianTree";
import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import { CreateSplitSizes } from "../../../compute/hierarchy/cut/splitSizes";
import { CondensedParts } from "./condensedParts";
import type { PartActions } from "./part";
import { PartTree } from "./partTree";

/** What {@link PartTrees} are made for. */
export interface PartTreesOptions {
    /** Leaves of the smallest part that is no crumb. */
    readonly minStepLeaves: number;
    /** Number of parts up to which splits are looked at. */
    readonly maxParts: number;
}

/** What it takes to walk through a hierarchy's parts: for each of its dendrograms made once, when it is first asked for. */
export class PartTrees {
    private readonly _trees = new Map<Dendrogram, PartTree>();
    private readonly _condensed = new Map<Dendrogram, CondensedParts>();
    private readonly _splitSizes = new Map<Dendrogram, Uint32Array>();

    /** @param _actions returns the actions of the parts */
    public constructor(
        private readonly _hierarchy: SegmentationHierarchy,
        private readonly _actions: () => PartActions,
        private readonly _options: PartTreesOptions,
    ) {}

    /** The parts of a dendrogram; of a million leaves, made in some 30 ms. */
    public treeOf(dendrogram: Dendrogram): PartTree {
        return Remembered(this._trees, dendrogram, () => new PartTree(this._hierarchy, dendrogram, this._actions));
    }

    /** Makes what {@link treeOf} gives in time slices; the others take a few milliseconds then. @throws UltrametricError "aborted" */
    public async prepareAsync(dendrogram: Dendrogram, pacer: Pacer): Promise<PartTree> {
        if (!this._trees.has(dendrogram)) {
            const merges = await RunCoroutineAsync(CartesianTreeCoroutine(dendrogram.rank), pacer);
            this._trees.set(dendrogram, new PartTree(this._hierarchy, dendrogram, this._actions, merges));
            await pacer.yieldIfDueAsync();
        }
        return this.treeOf(dendrogram);
    }

    /** The parts that are no crumbs. */
    public condensedOf(dendrogram: Dendrogram): CondensedParts {
        return Remembered(
            this._condensed,
            dendrogram,
            () => new CondensedParts(this.treeOf(dendrogram), this._options.minStepLeaves),
        );
    }

    /** See CreateSplitSizes. */
    public splitSizesOf(dendrogram: Dendrogram): Uint32Array {
        return Remembered(this._splitSizes, dendrogram, () =>
            CreateSplitSizes(dendrogram, this._options.maxParts, this.treeOf(dendrogram).merges),
        );
    }
}

function Remembered<K, V>(values: Map<K, V>, key: K, make: () => V): V {
    const value = values.get(key) ?? make();
    values.set(key, value);
    return value;
}
