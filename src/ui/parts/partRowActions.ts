import type { EditTarget } from "../../plugin/parts/edit/editTargets";
import type { PartEditor } from "../../plugin/parts/edit/partEditor";
import { ExtractedPart } from "../../plugin/parts/model/extractedPart";
import type { LeafInterval } from "../../plugin/parts/model/leafInterval";
import type { UltrametricSegmentation } from "../../plugin/session/ultrametricSegmentation";
import type { PartRow, PartRows } from "./partRows";

/** Edits and selects the parts of rows. Edits throw UltrametricError as PartEditor does. */
export class PartRowActions {
    /** @param _selected returns the selected nodes of the tree */
    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        private readonly _rows: PartRows,
        private readonly _selected: () => ReadonlySet<number>,
    ) {}

    /** Selects a row, or toggles it in the selection. */
    public select(row: PartRow, isToggle: boolean): void {
        const { selection } = this._segmentation;
        if (row.kind === "extracted") {
            selection.clear();
            this._editor.active = row.part;
            return;
        }
        this._editor.active = null;
        if (isToggle) {
            selection.toggle(this._rows.intervalsOf(row));
        } else {
            selection.replace(this._rows.intervalsOf(row));
        }
    }

    /** Hides a row's leaves, or shows them where all are hidden. Extracted parts cannot be hidden. */
    public toggleHidden(row: PartRow): void {
        const target = this._rows.targetOf(row);
        if (target instanceof ExtractedPart) {
            return;
        }
        const { leafStates } = this._editor;
        const isHidden = this._rows
            .intervalsOf(row)
            .every((interval) => leafStates.hiddenIn(interval) === interval.end - interval.start);
        if (isHidden) {
            this._editor.show(target);
        } else {
            this._editor.hide(target);
        }
    }

    public toggleLocked(row: PartRow): void {
        const target = this._rows.targetOf(row);
        if (this._editor.isLocked(target)) {
            this._editor.unlock(target);
        } else {
            this._editor.lock(target);
        }
    }

    /** Deletes a row, or the whole selection where the row is one of several selected ones. */
    public delete(row: PartRow): void {
        this._editor.delete(this._isOneOfSelected(row) ? this._segmentation.selection : this._rows.targetOf(row));
    }

    public rename(row: PartRow, name: string): void {
        const target = this._rows.targetOf(row);
        if (name !== this._editor.nameOf(target)) {
            this._editor.rename(target, name);
        }
    }

    /** Returns true if a dragged row can be merged with another: neither may contain the other. */
    public canMerge(from: PartRow, to: PartRow): boolean {
        const dragged = this._draggedTargets(from);
        if (from === to || to.kind === "extracted" || dragged.length === 0) {
            return false;
        }
        const intervals = this._rows.intervalsOf(to);
        const overlaps = (a: LeafInterval, b: LeafInterval): boolean => a.start < b.end && b.start < a.end;
        return !dragged.some((target) =>
            this._editor.intervalsOf(target).some((one) => intervals.some((other) => overlaps(one, other))),
        );
    }

    /** Merges a dragged row with the one that it was dropped onto, and selects the result. */
    public merge(from: PartRow, to: PartRow): void {
        const group = this._editor.merge([this._rows.targetOf(to) as EditTarget, ...this._draggedTargets(from)]);
        this._segmentation.selection.replace(this._editor.intervalsOf(group));
    }

    private get _editor(): PartEditor {
        return this._segmentation.editor!;
    }

    private _isOneOfSelected(row: PartRow): boolean {
        const selected = this._selected();
        return row.kind === "node" && selected.has(row.node) && selected.size > 1;
    }

    /** Returns the dragged row, or all selected ones where it is one of them. Extracted parts cannot be dragged. */
    private _draggedTargets(row: PartRow): EditTarget[] {
        if (row.kind === "extracted") {
            return [];
        }
        return this._isOneOfSelected(row)
            ? [...this._selected()].map((node) => this._rows.condensed.partOf(node))
            : [this._rows.targetOf(row) as EditTarget];
    }
}
