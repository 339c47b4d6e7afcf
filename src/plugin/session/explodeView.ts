import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Logger } from "@babylonjs/core/Misc/logger";
import { Observable } from "@babylonjs/core/Misc/observable";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { LEAF_HIDDEN } from "../../compute/partColors/leafColors";
import { CheckNoStream } from "../content/streamKind";
import { ExtractedPart } from "../parts/model/extractedPart";
import { LeafOverrides } from "../parts/model/leafOverrides";
import { ExplodeOffsets } from "./explodeOffsets";
import type { ShownPart } from "./shownParts";
import type { UltrametricSegmentation } from "./ultrametricSegmentation";

/** Options of {@link ExplodeView}. */
export interface ExplodeViewOptions {
    /** The distance that parts move at amount 1, as a multiple of their distance from the center. Default 1. */
    spread: number;
}

/** The defaults of {@link ExplodeViewOptions}. */
export const DEFAULT_EXPLODE_VIEW_OPTIONS: Readonly<ExplodeViewOptions> = { spread: 1 };

/** The meshes that move with one part: its own of the view, or those below the node of an extracted part. */
interface Piece {
    /** The part with meshes of the view; null for an extracted part. */
    readonly own: ExtractedPart | null;
    readonly nodes: readonly { readonly node: TransformNode; readonly position: Vector3 }[];
    /** In the scene, at amount 1. */
    readonly offset: Vector3;
}

/**
 * Moves the shown parts of a segmentation apart, as a state of the view: no edit, nothing in the history, nothing in
 * saved segmentations. Each part moves from the center of its parent, see {@link amount}.
 *
 *     const explode = new ExplodeView(segmentation);
 *     explode.amount = 0.5;
 *
 * While the amount is above 0, the parts of the cut have meshes of their own, with the materials of the content, as if
 * they were extracted; the originals are hidden where the segmentation draws them. Below the node of an extracted part
 * its meshes move, while the node stays. These meshes are created in time slices when the amount leaves 0, and again
 * after the cut, the hierarchy or an edit has changed; until they are complete, the parts are shown in place. Save a
 * scene at amount 0. Disposed with its segmentation.
 */
export class ExplodeView {
    /** Notified when meshes could not be created; the amount is 0 then. Without an observer the error is logged. */
    public readonly onErrorObservable = new Observable<Error>();

    private readonly _spread: number;
    private readonly _removals: (() => void)[] = [];
    private _amount = 0;
    private _pieces: Piece[] | null = null;
    private _building: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
    private _removeHiding: (() => void) | null = null;
    private _isDisposed = false;

    /** @throws UltrametricError "input" for a spread that is not a positive number; "disposed" */
    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        options: Partial<ExplodeViewOptions> = {},
    ) {
        this._spread = { ...DEFAULT_EXPLODE_VIEW_OPTIONS, ...options }.spread;
        if (!(this._spread > 0 && this._spread < Infinity)) {
            throw new UltrametricError("input", `spread is ${this._spread}; it has to be a positive number.`);
        }
        if (_segmentation.isDisposed) {
            throw new UltrametricError("disposed", "The segmentation has been disposed; create a new one.");
        }
        const update = (): void => this._update();
        let editing: (() => void) | null = null;
        const followEditor = (): void => {
            editing?.();
            const observer = _segmentation.editor?.onChangedObservable.add(update);
            editing = () => observer?.remove();
        };
        followEditor();
        const observers = [
            _segmentation.onHierarchyChangedObservable.add(() => {
                followEditor();
                this._update();
            }),
            _segmentation.onGranularityChangedObservable.add(update),
            _segmentation.onCriterionChangedObservable.add(update),
            _segmentation.onDisposeObservable.add(() => this.dispose()),
        ];
        this._removals.push(() => editing?.(), ...observers.map((observer) => () => observer.remove()));
    }

    /**
     * The share of the full distance by which parts are moved apart, 0..1. At 0 everything is as without the view. It
     * stays when another cut or hierarchy is shown.
     *
     * @throws UltrametricError "input" for a value that is not a number (others are clamped), "unsupported" for a
     * stream of splats, whose blocks come and go; "disposed"
     */
    public get amount(): number {
        return this._amount;
    }

    public set amount(value: number) {
        if (this._isDisposed) {
            throw new UltrametricError("disposed", "The explode view has been disposed; create a new one.");
        }
        if (Number.isNaN(value)) {
            throw new UltrametricError("input", "The amount is not a number; it has to be 0 to 1.");
        }
        const amount = Math.min(Math.max(value, 0), 1);
        if (amount > 0) {
            for (const { mesh } of this._segmentation.content?.items ?? []) {
                CheckNoStream(mesh);
            }
        }
        this._amount = amount;
        if (amount === 0) {
            this._restore();
        } else if (this._pieces) {
            this._place();
        } else if (!this._building) {
            this._build();
        }
    }

    /** True if the amount is above 0 and the parts are moved apart. */
    public get isShown(): boolean {
        return this._pieces !== null;
    }

    /** Resolves when the parts are at their places for the present amount, or the creation of meshes has failed. */
    public async whenReadyAsync(): Promise<void> {
        while (this._building) {
            await this._building.done;
        }
    }

    /** Moves everything back. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._amount = 0;
        this._restore();
        for (const remove of this._removals) {
            remove();
        }
        this.onErrorObservable.clear();
    }

    /** Shows the parts in place, and moves those that are shown now. */
    private _update(): void {
        if (this._amount > 0) {
            this._restore();
            this._build();
        }
    }

    private _restore(): void {
        this._building?.abort.abort();
        this._building = null;
        for (const { own, nodes } of this._pieces ?? []) {
            for (const { node, position } of nodes) {
                node.position.copyFrom(position);
            }
            own?.dispose();
        }
        this._pieces = null;
        this._removeHiding?.();
        this._removeHiding = null;
    }

    private _build(): void {
        const abort = new AbortController();
        const building = { abort, done: this._buildAsync(abort.signal) };
        this._building = building;
        void building.done.finally(() => {
            if (this._building === building) {
                this._building = null;
            }
        });
    }

    private async _buildAsync(signal: AbortSignal): Promise<void> {
        const pieces: Piece[] = [];
        try {
            const pacer = new Pacer("Moving parts apart", signal);
            await pacer.yieldAsync(); // several changes of one moment count once
            const { parts, shownParts, pointCloud } = this._segmentation;
            if (!parts || !pointCloud) {
                return;
            }
            const offsets = ExplodeOffsets(parts, shownParts);
            for (const [i, part] of shownParts.entries()) {
                const offset = Vector3.TransformNormal(offsets[i].scale(this._spread), pointCloud.worldMatrix);
                const piece = this._createPiece(part, offset);
                if (piece) {
                    pieces.push(piece);
                }
                await pacer.yieldIfDueAsync();
            }
            this._pieces = pieces;
            this._hideOriginals();
            this._place();
        } catch (error) {
            for (const { own } of pieces) {
                own?.dispose();
            }
            if (!signal.aborted) {
                this._amount = 0;
                this._restore();
                this._report(error as Error);
            }
        }
    }

    /** Returns null for a part of which nothing is shown. */
    private _createPiece({ target, leaves, id }: ShownPart, offset: Vector3): Piece | null {
        const { content, editor, pointCloud } = this._segmentation;
        if (target instanceof ExtractedPart) {
            const moved = target.root
                .getChildren((node): node is TransformNode => node instanceof TransformNode)
                // The proxies of a compound place its splats.
                .filter((node) => target.proxies.length === 0 || !target.meshes.some((mesh) => mesh === node));
            return { own: null, nodes: moved.map(placeOf), offset };
        }
        const bits = pointCloud!.overrides?.data;
        const shown = bits ? leaves.filter((leaf) => (bits[leaf] & LEAF_HIDDEN) === 0) : leaves;
        const isEmpty =
            shown.length === 0 || content?.elementsOf(shown).every((elements) => elements.length === 0) === true;
        if (isEmpty) {
            return null;
        }
        const own = editor!.createMeshes(shown, id); // asking for the name would derive and keep one
        for (const node of [own.root, ...own.meshes]) {
            node.doNotSerialize = true;
        }
        own.setInScene(false); // until all are complete
        return { own, nodes: [placeOf(own.root)], offset };
    }

    /** Hides the originals in a copy of the leaves' states, so that edits and saved files do not see it. */
    private _hideOriginals(): void {
        const { pointCloud, meshBinding } = this._segmentation;
        const overrides = pointCloud?.overrides;
        if (!overrides) {
            return;
        }
        const leaves = this._pieces!.flatMap(({ own }) => (own ? [...own.leaves] : []));
        const view = new LeafOverrides(overrides.data.length);
        const follow = (): void => view.copyHiding(overrides, leaves);
        follow();
        const observer = overrides.onChangedObservable.add(follow); // a selection changes it, too
        const displays = meshBinding ? [pointCloud, meshBinding] : [pointCloud];
        for (const display of displays) {
            display.overrides = view;
        }
        this._removeHiding = () => {
            observer.remove();
            for (const display of displays.filter(({ isDisposed }) => !isDisposed)) {
                display.overrides = overrides;
            }
        };
    }

    private _place(): void {
        for (const { own, nodes, offset } of this._pieces!) {
            own?.setInScene(true);
            for (const { node, position } of nodes) {
                const world = node.parent?.getWorldMatrix() ?? Matrix.IdentityReadOnly;
                const local = Vector3.TransformNormal(offset.scale(this._amount), Matrix.Invert(world));
                node.position.copyFrom(position).addInPlace(local);
                node.computeWorldMatrix(true);
            }
        }
    }

    private _report(error: Error): void {
        if (this.onErrorObservable.hasObservers()) {
            this.onErrorObservable.notifyObservers(error);
        } else {
            Logger.Error(`${error.name}: ${error.message}`);
        }
    }
}

function placeOf(node: TransformNode): { node: TransformNode; position: Vector3 } {
    return { node, position: node.position.clone() };
}
