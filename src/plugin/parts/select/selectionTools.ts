import type { Ray } from "@babylonjs/core/Culling/ray.core";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { LikePart } from "../../../compute/hierarchy/shapes/likeParts";
import { LEAF_HIDDEN } from "../../../compute/partColors/leafColors";
import type { LeafInterval } from "../model/leafInterval";
import { LEAF_UNPICKABLE, type LeafOverrides } from "../model/leafOverrides";
import type { PartTree } from "../model/partTree";
import type { Selection } from "../model/selection";
import { BrushLeaves } from "./brushLeaves";
import type { FindLikePartsOptions } from "./likeParts";
import { PartNeighbors } from "./partNeighbors";
import { BoxPolygon, LeavesInPolygon, PartsInRegion, type RegionOptions, type ScreenPoint } from "./regionSelection";
import { VisibleLeaves } from "./visibleLeaves";

/** The scene and the leaves that {@link SelectionTools} select. */
export interface SelectionToolsHost {
    readonly scene: Scene;
    /** The tree that is shown. */
    readonly tree: PartTree;
    /** The number of parts that are shown. */
    readonly partCount: number;
    readonly selection: Selection;
    readonly overrides: LeafOverrides;
    /** The transform from the leaves' coordinates into the scene. */
    readonly worldMatrix: Matrix;
    /** The radius of a leaf's point, in the leaves' units. */
    readonly pointRadius: number;
    /** Returns the leaf at a position on screen or the first one on a ray; -1 for none. */
    leafAt(at: { readonly x: number; readonly y: number } | Ray): number;
}

/** The change of the selection by the parts that a tool finds. */
export type SelectionMode = "replace" | "add" | "remove" | "toggle";

/** Options of regions: {@link SelectionTools.box} and {@link SelectionTools.lasso}. */
export interface RegionSelectionOptions extends Pick<RegionOptions, "minShare"> {
    /** Default "replace". */
    mode: SelectionMode;
    /** True if only visible leaves count, both in the region and of a part; see VisibleLeaves. Default false. */
    visibleOnly: boolean;
}

/** Selects several parts of the current granularity at once. Hidden and locked leaves are ignored. */
export class SelectionTools {
    private _like: { readonly selected: readonly LeafInterval[]; readonly parts: readonly LikePart[] } | null = null;
    private _neighbors: { positions: Float32Array; value: PartNeighbors } | null = null;

    public constructor(private readonly _host: SelectionToolsHost) {}

    /**
     * Returns the leaf at a position on screen, as `scene.pointerX` and `scene.pointerY`, or the first one on a ray of
     * the scene; -1 for none. Hidden and locked leaves are not hit.
     */
    public leafAt(at: { readonly x: number; readonly y: number } | Ray): number {
        return this._host.leafAt(at);
    }

    /** Selects the parts with more than half of their leaves, or a share of `minShare`, inside a box on screen. */
    public box(from: ScreenPoint, to: ScreenPoint, options: Partial<RegionSelectionOptions> = {}): void {
        this.lasso(BoxPolygon(from, to), options);
    }

    /**
     * Selects the parts inside a polygon on screen; see {@link box}.
     *
     * @throws UltrametricError "input" for fewer than three corners
     */
    public lasso(polygon: readonly ScreenPoint[], options: Partial<RegionSelectionOptions> = {}): void {
        const { scene, tree, partCount, worldMatrix, pointRadius } = this._host;
        const { positions } = tree.hierarchy;
        const inside = LeavesInPolygon(scene, positions, worldMatrix, polygon);
        const { mode = "replace", visibleOnly = false, ...region } = options;
        const isUnpickable = this._isUnpickable();
        // Locked leaves are not selected, but occlude the leaves behind them.
        const visible = visibleOnly
            ? VisibleLeaves(scene, positions, worldMatrix, pointRadius, this._isHidden())
            : null;
        const isIgnored = (leaf: number): boolean => isUnpickable(leaf) || visible?.[leaf] === 0;
        this._apply(PartsInRegion(tree, partCount, inside, { ...region, isIgnored }), mode);
    }

    /**
     * Returns the visible leaves under a brush, for PartPrompt.addStroke; see BrushLeaves. Selects nothing.
     *
     * @param path of its center, as `scene.pointerX` and `scene.pointerY`
     * @param radius in the same pixels
     */
    public leavesUnder(path: readonly ScreenPoint[], radius: number): Uint32Array {
        const { scene, tree, worldMatrix, pointRadius } = this._host;
        const { positions } = tree.hierarchy;
        const isUnpickable = this._isUnpickable();
        const visible = VisibleLeaves(scene, positions, worldMatrix, pointRadius, this._isHidden());
        const isLeft = (leaf: number): boolean => visible[leaf] === 0 || isUnpickable(leaf);
        return BrushLeaves(scene, positions, worldMatrix, path, radius, isLeft);
    }

    /** The parts that {@link selectLikeAsync} found, as long as they are what is selected; null otherwise. */
    public get likeParts(): readonly LikePart[] | null {
        return this._like?.selected === this._host.selection.intervals ? this._like.parts : null;
    }

    /**
     * Selects all parts of the same shape as the selected one, at whatever level of the tree they are, see
     * FindLikePartsAsync. A selection that changes meanwhile stays as it is.
     *
     * @returns the selected part, and the others that are neither hidden nor locked, the most similar first
     * @throws UltrametricError "input" unless exactly one interval is selected, "aborted"
     */
    public async selectLikeAsync(options: Partial<FindLikePartsOptions> = {}): Promise<readonly LikePart[]> {
        const { tree, selection } = this._host;
        const { intervals } = selection;
        const part = this._singlePart("others like it");
        // Only applications that search load the comparison of shapes.
        const { FindLikePartsAsync } = await import("./likeParts");
        const found = await FindLikePartsAsync(tree, part, options);
        const isIgnored = this._isUnpickable();
        const { order } = tree.dendrogram;
        const parts = found.filter(({ start }, i) => i === 0 || !isIgnored(order[start]));
        if (selection.intervals === intervals && this._host.tree === tree) {
            this._apply(parts, "replace");
            this._like = { selected: selection.intervals, parts };
        }
        return parts;
    }

    /** Adds the neighbors of the selected parts, see PartNeighbors. @returns whether the selection changed */
    public grow(): boolean {
        return this._step(
            (neighbors, { tree, partCount, selection }) => neighbors.grown(tree, partCount, selection),
            "add",
        );
    }

    /** Removes the outer parts of the selection, see PartNeighbors. @returns whether the selection changed */
    public shrink(): boolean {
        return this._step(
            (neighbors, { tree, partCount, selection }) => neighbors.shrunk(tree, partCount, selection),
            "replace",
        );
    }

    /** Returns the selected interval. @throws UltrametricError "input" unless there is exactly one */
    private _singlePart(sought: string): LeafInterval {
        const { intervals } = this._host.selection;
        if (intervals.length !== 1) {
            throw new UltrametricError("input", `Select one part to find ${sought}; ${intervals.length} are selected.`);
        }
        return intervals[0];
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
