import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { LEAF_HIDDEN } from "../../../compute/partColors/leafColors";
import type { LeafInterval } from "../model/leafInterval";
import { LEAF_UNPICKABLE, type LeafOverrides } from "../model/leafOverrides";
import type { PartTree } from "../model/partTree";
import type { Selection } from "../model/selection";
import { PartNeighbors } from "./partNeighbors";
import { BoxPolygon, LeavesInPolygon, PartsInRegion, type RegionOptions, type ScreenPoint } from "./regionSelection";
import { FindSimilarParts, type SimilarOptions, type SimilarParts } from "./similarParts";
import { VisibleLeaves } from "./visibleLeaves";

/** What {@link SelectionTools} ask of the place where the leaves are shown. */
export interface SelectionToolsHost {
    readonly scene: Scene;
    /** The tree that is shown. */
    readonly tree: PartTree;
    /** Number of parts that are shown. */
    readonly partCount: number;
    readonly selection: Selection;
    readonly overrides: LeafOverrides;
    /** From the leaves' coordinates into the scene. */
    readonly worldMatrix: Matrix;
    /** Radius of a leaf's point, in the leaves' units. */
    readonly pointRadius: number;
}

/** What is done with the parts that were found. */
export type SelectionMode = "replace" | "add" | "remove" | "toggle";

/** Options of regions: {@link SelectionTools.box} and {@link SelectionTools.lasso}. */
export interface RegionSelectionOptions extends Pick<RegionOptions, "minShare"> {
    /** Default "replace". */
    mode: SelectionMode;
    /** Only leaves that no other hides count, both inside and of the part: what lies behind is left alone. See VisibleLeaves. Default false. */
    visibleOnly: boolean;
}

/** Ways to select many parts of the present granularity at once. Hidden and locked leaves are left alone. */
export class SelectionTools {
    private _neighbors: { positions: Float32Array; value: PartNeighbors } | null = null;

    public constructor(private readonly _host: SelectionToolsHost) {}

    /** Selects the parts inside a box on screen, by more than half of their leaves or, with `minShare` 0, by a touch. */
    public box(from: ScreenPoint, to: ScreenPoint, options: Partial<RegionSelectionOptions> = {}): void {
        this.lasso(BoxPolygon(from, to), options);
    }

    /** Selects the parts inside a polygon on screen; see {@link box}. @throws UltrametricError "input" for fewer than three corners */
    public lasso(polygon: readonly ScreenPoint[], options: Partial<RegionSelectionOptions> = {}): void {
        const { scene, tree, partCount, worldMatrix, pointRadius } = this._host;
        const { positions } = tree.hierarchy;
        const inside = LeavesInPolygon(scene, positions, worldMatrix, polygon);
        const { mode = "replace", visibleOnly = false, ...region } = options;
        const isUnpickable = this._isUnpickable();
        // Locked leaves are not selected, and hide what is behind them.
        const visible = visibleOnly
            ? VisibleLeaves(scene, positions, worldMatrix, pointRadius, this._isHidden())
            : null;
        const isIgnored = (leaf: number): boolean => isUnpickable(leaf) || visible?.[leaf] === 0;
        this._apply(PartsInRegion(tree, partCount, inside, { ...region, isIgnored }), mode);
    }

    /**
     * Selects all parts that are like the selected one; see FindSimilarParts for what is compared.
     *
     * @throws UltrametricError "input" when not exactly one interval is selected
     */
    public similar(options: Partial<SimilarOptions> = {}): SimilarParts {
        const { tree, partCount, selection } = this._host;
        const [part, other] = selection.intervals;
        if (!part || other) {
            throw new UltrametricError(
                "input",
                `Select one part to find others like it; ${selection.intervals.length} are selected.`,
            );
        }
        const found = FindSimilarParts(tree, partCount, part, options);
        const isIgnored = this._isUnpickable();
        const { order } = tree.dendrogram;
        this._apply([part, ...found.parts.filter(({ start }) => !isIgnored(order[start]))], "replace");
        return found;
    }

    /** Adds the parts beside the selected ones. @returns whether anything changed. See PartNeighbors */
    public grow(): boolean {
        return this._step(
            (neighbors, { tree, partCount, selection }) => neighbors.grown(tree, partCount, selection),
            "add",
        );
    }

    /** Takes the outermost parts away. @returns whether anything changed. See PartNeighbors */
    public shrink(): boolean {
        return this._step(
            (neighbors, { tree, partCount, selection }) => neighbors.shrunk(tree, partCount, selection),
            "replace",
        );
    }

    private _step(
        find: (neighbors: PartNeighbors, host: SelectionToolsHost) => LeafInterval[],
        mode: SelectionMode,
    ): boolean {
        const { selection, tree } = this._host;
        if (selection.isEmpty) {
            return false;
        }
        const { positions } = tree.hierarchy;
        if (this._neighbors?.positions !== positions) {
            this._neighbors = { positions, value: new PartNeighbors(positions) };
        }
        const before = selection.intervals;
        this._apply(find(this._neighbors.value, this._host), mode);
        return selection.intervals !== before;
    }

    private _isUnpickable(): (leaf: number) => boolean {
        const { data } = this._host.overrides;
        return (leaf) => (data[leaf] & LEAF_UNPICKABLE) !== 0;
    }

    private _isHidden(): (leaf: number) => boolean {
        const { data } = this._host.overrides;
        return (leaf) => (data[leaf] & LEAF_HIDDEN) !== 0;
    }

    private _apply(parts: readonly LeafInterval[], mode: SelectionMode): void {
        this._host.selection[mode](parts);
    }
}
