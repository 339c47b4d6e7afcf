import { Observable } from "@babylonjs/core/Misc/observable";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { LeafInterval } from "../parts/model/leafInterval";
import type { Part } from "../parts/model/part";
import { ClimbPart, DescendPart } from "../parts/model/partSteps";
import { Selection } from "../parts/model/selection";
import { ExtractedSelection } from "./extractedSelection";
import type { PartSelectionHost, PickTarget } from "./partSelectionHost";
import type { PointerTarget } from "./pointerControls";

/** The hovered and selected parts: picks them at the shown cut, and highlights them. */
export class PartSelection {
    /** The selected leaves, in the leaf order of the cut. */
    public readonly selection = new Selection(() => this._host.cut.dendrogram?.leafCount ?? 0);
    public readonly onPartPickedObservable = new Observable<Part>();
    public readonly onSelectionChangedObservable = new Observable<Part | null>();

    private readonly _extracted: ExtractedSelection;
    private _selectedPart: Part | null = null;
    private _hoveredPart: Part | null = null;
    private _pickedLeaf = -1;

    public constructor(private readonly _host: PartSelectionHost) {
        this._extracted = new ExtractedSelection(_host);
        this.selection.onChangedObservable.add(() => this._show());
    }

    /** The selected part; null for none, or while the selection is not one part. */
    public get selectedPart(): Part | null {
        return this._selectedPart;
    }

    public set selectedPart(part: Part | null) {
        this._checkPart(part);
        this.selection.replace(part ?? []);
    }

    /** The part that is drawn brighter; null for none. */
    public get hoveredPart(): Part | null {
        return this._hoveredPart;
    }

    public set hoveredPart(part: Part | null) {
        this._checkPart(part);
        this._hoveredPart = part;
        for (const display of this._host.shown?.displays ?? []) {
            display.hovered = part;
        }
        this._extracted.highlight(part, this.selection);
    }

    /** Returns the leaf at a target; -1 for none. */
    public leafAt(target: PickTarget): number {
        const { shown } = this._host;
        return ("origin" in target ? shown?.pickLeafOnRay(target) : shown?.pickLeaf(target.x, target.y)) ?? -1;
    }

    /** Returns the part at a target at the shown cut, also one that was extracted; null if there is none. */
    public pick(target: PickTarget): Part | null {
        const leaf = this.leafAt(target);
        const extracted = this._extracted.pick(target, leaf);
        return extracted ? this._extracted.partOf(extracted) : leaf < 0 ? null : this._host.cut.partOfLeaf(leaf);
    }

    /**
     * Selects the part at a target, or the group that its leaf is in. An extracted part becomes the editor's active one.
     *
     * @param isToggle adds it to or removes it from the selection
     */
    public selectAt(target: PickTarget, isToggle: boolean): void {
        const { cut, editor } = this._host;
        const leaf = this.leafAt(target);
        const extracted = this._extracted.pick(target, leaf);
        this._pickedLeaf = extracted ? extracted.leaves[0] : leaf;
        if (this._pickedLeaf < 0) {
            if (!isToggle) {
                this.selection.clear();
                this._extracted.activate(null);
            }
            return;
        }
        const part = extracted ? this._extracted.partOf(extracted) : cut.partOfLeaf(leaf);
        const group = extracted ? null : editor?.groupOfLeaf(leaf);
        const picked: LeafInterval | readonly LeafInterval[] = extracted
            ? this._extracted.intervalsOf(extracted)
            : group
              ? editor!.intervalsOf(group)
              : part;
        this._extracted.activate(extracted);
        if (isToggle) {
            this.selection.toggle(picked);
        } else {
            this.selection.replace(picked);
        }
        this.onPartPickedObservable.notifyObservers(part);
    }

    /** Selects a part as a pick of it does. */
    public selectPart(part: Part): void {
        this.selectedPart = part;
        this.onPartPickedObservable.notifyObservers(part);
    }

    /** Selects the next larger part around the selected one. @returns whether there is one */
    public selectParent(): boolean {
        return this._step(ClimbPart);
    }

    /**
     * Selects the next smaller part inside the selected one that holds the picked leaf.
     *
     * @returns whether there is one
     */
    public selectChild(): boolean {
        return this._step((part, minLeaves) => {
            const isInside = this._pickedLeaf >= 0 && part.contains(this._pickedLeaf);
            return DescendPart(part, isInside ? this._pickedLeaf : part.tree.dendrogram.order[part.start], minLeaves);
        });
    }

    /**
     * Selects the next smaller part at a target if that lies inside the selected part.
     *
     * @returns whether there is one
     */
    public selectChildAt(target: PickTarget): boolean {
        const leaf = this.leafAt(target);
        if (leaf >= 0 && this._selectedPart?.contains(leaf)) {
            this._pickedLeaf = leaf;
        }
        return this.selectChild();
    }

    /** Updates what follows from edits: a part that was hidden or deleted is no longer selected. */
    public update(): void {
        const { overrides, cut } = this._host;
        const order = cut.dendrogram?.order;
        if (overrides && order && !this.selection.isEmpty) {
            const gone = this.selection.intervals.filter((interval) => this._extracted.isGone(interval));
            if (gone.length > 0) {
                this.selection.remove(gone);
            }
        }
        this._extracted.highlight(this._hoveredPart, this.selection);
    }

    /** Returns what the pointer and the keys act on. */
    public pointerTarget(reportError: (error: Error) => void): PointerTarget {
        return {
            hoverAt: (x, y) => {
                if (this._host.shown) {
                    this.hoveredPart = this.pick({ x, y });
                }
            },
            selectAt: (at, isToggle) => this.selectAt(at, isToggle),
            selectParent: () => this.selectParent(),
            selectChildAt: (x, y) => this.selectChildAt({ x, y }),
            selectNone: () => this.selection.clear(),
            reportError,
        };
    }

    /** Selects and hovers nothing. */
    public clear(): void {
        this.selection.clear();
        this.hoveredPart = null;
        this._pickedLeaf = -1;
    }

    public dispose(): void {
        this.onPartPickedObservable.clear();
        this.onSelectionChangedObservable.clear();
        this.selection.onChangedObservable.clear();
        this._extracted.dispose();
    }

    private _checkPart(part: Part | null): void {
        if (part && part.tree !== this._host.cut.parts) {
            throw new UltrametricError(
                "input",
                "The part belongs to another hierarchy or criterion than the one that is shown.",
            );
        }
    }

    private _step(find: (part: Part, minLeaves: number) => Part | null): boolean {
        const next = this._selectedPart && find(this._selectedPart, this._host.cut.minStepLeaves);
        if (next) {
            this.selectedPart = next;
        }
        return next !== null;
    }

    /** Highlights one interval by its ends, several by a flag at each leaf. */
    private _show(): void {
        const { intervals } = this.selection;
        const { shown, overrides, cut } = this._host;
        const tree = cut.parts;
        if (overrides && tree) {
            for (const display of shown?.displays ?? []) {
                display.selected = intervals.length === 1 ? intervals[0] : null;
            }
            if (intervals.length > 1 || overrides.hasSelection) {
                overrides.select(tree.dendrogram.order, intervals.length > 1 ? intervals : []);
            }
        }
        const part = tree && intervals.length === 1 ? tree.partOfInterval(intervals[0]) : null;
        if (part !== this._selectedPart && !part?.equals(this._selectedPart)) {
            this._selectedPart = part;
            this.onSelectionChangedObservable.notifyObservers(part);
        }
        this._extracted.highlight(this._hoveredPart, this.selection);
    }
}
