import type { IKeyboardEvent } from "@babylonjs/core/Events/deviceInputEvents";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { EditTarget } from "../plugin/parts/edit/partEditor";
import { ExtractedPart } from "../plugin/parts/model/extractedPart";
import type { LeafInterval } from "../plugin/parts/model/leafInterval";
import type { UltrametricSegmentation } from "../plugin/session/ultrametricSegmentation";
import type { BasePanelOptions } from "./basePanel";
import { HandleHistoryKey } from "./historyKeys";
import { CreateText, DEFAULT_PANEL_THEME, EnableButton } from "./panelParts";
import { LookOfPartRow } from "./partRowLook";
import { IsSameRow, type PartRow, PartRows } from "./partRows";
import { ROW_HEIGHT, type RowZone } from "./rowControl";
import { RowList } from "./rowList";
import { SidePanel } from "./sidePanel";
import { TextField } from "./textField";

/** Options of {@link PartsPanel}. */
export interface PartsPanelOptions extends BasePanelOptions {
    /** Default 320. */
    width: number;
    /** Default 520. */
    height: number;
}

/** The defaults of {@link PartsPanelOptions}. */
export const DEFAULT_PARTS_PANEL_OPTIONS: Readonly<PartsPanelOptions> = {
    theme: DEFAULT_PANEL_THEME,
    width: 320,
    height: 520,
    top: 20,
    bottom: 20,
    canClose: false,
};

const PAD = 14;
const HEADER = 46;
const SEARCH = 34;
const FOOTER = 42;
const BUTTON = 28;

/**
 * The parts that are no crumbs as a tree, above them those that are meshes of their own, and the groups that merging and splitting made. Rows have the
 * part's color (filled where it is one of the parts that are shown, an outline where it is yet to fall apart or be joined), name, number of points, a
 * lock and an eye.
 *
 * A click selects, here and in the scene (with shift, control or command it adds and takes away); a double click, or F2, renames; a row that is dropped on
 * another is merged with it, a finger holds it first. Up and down move a cursor whose part is brighter in the scene, left and right close and open, enter
 * selects, space hides and shows, L locks, delete deletes; control and Z undoes. Disposed with its texture and with its segmentation.
 */
export class PartsPanel extends SidePanel<PartsPanelOptions> {
    private readonly _title: TextBlock;
    private readonly _search: TextField;
    private readonly _rename: TextField;
    private readonly _list: RowList;
    private readonly _parent: Button;
    private readonly _child: Button;
    private readonly _headerButtons: Button[];
    private _rows: PartRows | null = null;
    private _selected: ReadonlySet<number> = new Set();
    private _renamed: PartRow | null = null;
    private _isSelecting = false;

    public constructor(
        segmentation: UltrametricSegmentation,
        texture: AdvancedDynamicTexture,
        options: Partial<PartsPanelOptions> = {},
    ) {
        super("parts", "right", segmentation, texture, { ...DEFAULT_PARTS_PANEL_OPTIONS, ...options });
        const { theme } = this._options;
        this._title = CreateText("partsTitle", theme, "Parts", 16);
        this._title.fontWeight = "600";
        this._title.heightInPixels = HEADER;
        this._title.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._title.paddingLeftInPixels = PAD;
        this._title.isHitTestVisible = false;
        this._headerButtons = [
            this._createIconButton("partsOpenAll", "openAll", BUTTON, () => this._setAllOpen(true)),
            this._createIconButton("partsCloseAll", "closeAll", BUTTON, () => this._setAllOpen(false)),
        ];
        const close = this._createCloseButton("partsClose", BUTTON);
        if (close) {
            this._headerButtons.push(close);
        }
        this._headerButtons.toReversed().forEach((button, i) => {
            button.topInPixels = (HEADER - BUTTON) / 2;
            button.leftInPixels = -(PAD - 4) - i * (BUTTON + 4);
        });

        const search = (): void => {
            if (this._rows) {
                this._rows.search = this._search.text;
                this._showRows();
            }
        };
        this._search = new TextField("partsSearch", theme, "Search", {
            onChange: search,
            onCancel: search,
            onLeave: () => this._list.control.focus(),
        });
        this._search.control.heightInPixels = SEARCH - 4;
        this._search.control.topInPixels = HEADER;
        this._search.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;

        this._list = new RowList("partsList", theme, {
            look: (index) => LookOfPartRow(this._rows!.rows[index], this._rows!, segmentation, this._selected),
            onClick: (index, zone, isToggle, isDouble) => this._onClick(index, zone, isToggle, isDouble),
            onKey: (index, event) => this._onKey(index, event),
            onPoint: (index) => this._point(index),
            canDrop: (from, to) => this._canMerge(from, to),
            onDrop: (from, to) => this._merge(from, to),
        });
        this._list.control.topInPixels = HEADER + SEARCH + 2;

        const renameEvents = {
            onSubmit: (text: string) => this._endRename(text),
            onCancel: () => this._endRename(null),
            onLeave: () => this._list.control.focus(),
        };
        this._rename = new TextField("partsRename", theme, "Name", renameEvents, true);
        this._rename.control.heightInPixels = ROW_HEIGHT - 2;
        this._rename.control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._rename.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._rename.control.zIndex = 2;
        this._rename.input.fontSizeInPixels = 13;
        this._rename.input.margin = "6px";

        this._status.heightInPixels = FOOTER;
        this._status.paddingLeftInPixels = PAD;
        this._status.paddingRightInPixels = PAD + 2 * (BUTTON + 4);
        this._parent = this._createIconButton("partsParent", "up", BUTTON, () => this._segmentation.selectParent());
        this._child = this._createIconButton("partsChild", "down", BUTTON, () => this._segmentation.selectChild());
        for (const [i, button] of [this._child, this._parent].entries()) {
            button.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
            button.topInPixels = -(FOOTER - BUTTON) / 2;
            button.leftInPixels = -(PAD - 4) - i * (BUTTON + 4);
        }
        for (const child of [
            this._title,
            ...this._headerButtons,
            this._search.control,
            this._list.control,
            this._status,
            this._parent,
            this._child,
        ]) {
            this.control.addControl(child);
        }

        this._own(segmentation.onCriterionChangedObservable.add(() => this._showHierarchy()));
        this._own(segmentation.onGranularityChangedObservable.add(() => this._list.refresh()));
        this._own(segmentation.selection.onChangedObservable.add(() => this._showSelection()));
        this._start();
    }

    protected override _firstFocus(): Control {
        return this._list.control;
    }

    protected override _onClosed(): void {
        this._point(-1);
    }

    protected override _release(): void {
        this._rename.control.dispose();
    }

    protected override _layout(width: number, height: number): void {
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
        this._search.control.widthInPixels = width - 2 * (PAD - 4);
        this._list.control.leftInPixels = 6;
        this._list.setSize(Math.max(1, width - 10), Math.max(1, height - HEADER - SEARCH - FOOTER - 4));
        this._placeRename();
    }

    protected override _showHierarchy(): void {
        const { _segmentation: segmentation } = this;
        const { condensedParts } = segmentation;
        this._stopEditor();
        this._endRename(null);
        this.control.isVisible = condensedParts !== null;
        if (!condensedParts) {
            this._rows = null;
            this._list.count = 0;
            return;
        }
        this._followEditor(
            () => {
                this._rows?.update();
                this._showRows();
                this._showSelection();
            },
            () => this._showSelection(),
        );
        this._rows = new PartRows(condensedParts, this._editor);
        this._rows.search = this._search.text;
        this._rows.openCut(segmentation.partCount);
        this._showRows();
        this._showSelection();
    }

    private _showRows(): void {
        this._list.count = this._rows?.rows.length ?? 0;
        this._placeRename();
    }

    private _setAllOpen(isOpen: boolean): void {
        this._rows?.setAllOpen(isOpen);
        this._showRows();
    }

    /** What is selected, in the rows and below them; brings it in sight. */
    private _showSelection(): void {
        const { _rows: rows } = this;
        if (!rows || this._segmentation.parts !== rows.condensed.tree) {
            return; // another hierarchy or criterion is about to be shown
        }
        this._selected = rows.condensed.selectedNodes(this._segmentation.selection);
        if (!this._isSelecting && this._selected.size > 0) {
            const row = rows.reveal(Math.min(...this._selected));
            this._showRows();
            if (row >= 0) {
                this._list.reveal(row);
            }
        }
        const { active } = this._editor;
        if (!this._isSelecting && active) {
            this._list.reveal(rows.rows.findIndex((row) => row.kind === "extracted" && row.part === active));
        }
        this._list.refresh();
        this._showStatus();
    }

    protected override _showStatus(): void {
        const { _rows: rows, _segmentation: segmentation } = this;
        if (!rows) {
            return;
        }
        const { selection, selectedPart } = segmentation;
        const { active } = this._editor;
        const name = this._selected.size > 1 ? `${this._selected.size} parts` : this._editor.nameOf(selection);
        const count = (value: number, what: string): string =>
            `${value.toLocaleString("en")} ${what}${value === 1 ? "" : "s"}`;
        const share = (100 * selection.size) / rows.condensed.tree.dendrogram.leafCount;
        this._say(
            active
                ? `${active.name}, ${count(active.leaves.length, "point")}`
                : selection.isEmpty
                  ? `${count(rows.condensed.nodes.length, "part")} of ${count(rows.condensed.tree.dendrogram.leafCount, "point")}`
                  : `${name}, ${count(selection.size, "point")}, ${share.toFixed(share < 10 ? 1 : 0)} %`,
        );
        EnableButton(this._parent, selectedPart !== null);
        EnableButton(this._child, selectedPart !== null);
    }

    private _onClick(index: number, zone: RowZone, isToggle: boolean, isDouble: boolean): void {
        const row = this._rows!.rows[index];
        if (zone === "fold" && row.kind === "node") {
            this._rows!.setOpen(row.node, !this._rows!.isOpen(row.node));
            this._showRows();
        } else if (zone === "eye" || zone === "eyeOff") {
            this._toggleHidden(row);
        } else if (zone === "lock" || zone === "lockOpen") {
            this._toggleLocked(row);
        } else if (isDouble) {
            this._startRename(index);
        } else {
            this._select(row, isToggle);
        }
    }

    private _onKey(index: number, event: IKeyboardEvent): boolean {
        const rows = this._rows!;
        const row = rows.rows[index];
        switch (event.key) {
            case "ArrowLeft":
            case "ArrowRight":
                if (row.kind === "node") {
                    this._fold(row.node, event.key === "ArrowRight");
                }
                return true;
            case "Enter":
                this._select(row, event.shiftKey || event.ctrlKey || event.metaKey);
                return true;
            case " ":
                this._toggleHidden(row);
                return true;
            case "l":
            case "L":
                this._toggleLocked(row);
                return true;
            case "F2":
                this._startRename(index);
                return true;
            case "Delete":
            case "Backspace":
                this._attempt(() =>
                    this._editor.delete(
                        this._isRowSelected(row) ? this._segmentation.selection : this._rows!.targetOf(row),
                    ),
                );
                return true;
            default:
                return HandleHistoryKey(this._editor.history, event);
        }
    }

    /** Opens a node, or goes to its first child; closes it, or goes to its parent. */
    private _fold(node: number, opens: boolean): void {
        const rows = this._rows!;
        const { children, nodes } = rows.condensed;
        const hasRows = children[node].length > 0;
        if (hasRows && rows.isOpen(node) !== opens && rows.search === "") {
            rows.setOpen(node, opens);
            this._showRows();
            return;
        }
        const next = opens ? (hasRows ? children[node][0] : -1) : nodes[node].parent;
        const index = next >= 0 ? rows.rowOfNode(next) : -1;
        if (index >= 0) {
            this._list.moveCursor(index);
        }
    }

    private _select(row: PartRow, isToggle: boolean): void {
        const { selection } = this._segmentation;
        this._isSelecting = true;
        if (row.kind === "extracted") {
            selection.clear();
            this._editor.active = row.part;
        } else {
            this._editor.active = null;
            if (isToggle) {
                selection.toggle(this._rows!.intervalsOf(row));
            } else {
                selection.replace(this._rows!.intervalsOf(row));
            }
        }
        this._isSelecting = false;
    }

    private _isRowSelected(row: PartRow): boolean {
        return row.kind === "node" && this._selected.has(row.node) && this._selected.size > 1;
    }

    private _toggleHidden(row: PartRow): void {
        const target = this._rows!.targetOf(row);
        if (target instanceof ExtractedPart) {
            return;
        }
        this._attempt(() => {
            const isHidden = this._rows!.intervalsOf(row).every(
                (interval) => this._editor.leafStates.hiddenIn(interval) === interval.end - interval.start,
            );
            if (isHidden) {
                this._editor.show(target);
            } else {
                this._editor.hide(target);
            }
        });
    }

    private _toggleLocked(row: PartRow): void {
        const target = this._rows!.targetOf(row);
        this._attempt(() => {
            if (this._editor.isLocked(target)) {
                this._editor.unlock(target);
            } else {
                this._editor.lock(target);
            }
        });
    }

    private _point(index: number): void {
        const row = this._rows?.rows[index];
        this._segmentation.hoveredPart = row?.kind === "node" ? this._rows!.condensed.partOf(row.node) : null;
    }

    /** The row that is dragged, or all selected ones where it is one of them. */
    private _draggedOf(from: number): EditTarget[] {
        const row = this._rows!.rows[from];
        if (row.kind === "extracted") {
            return [];
        }
        return this._isRowSelected(row)
            ? [...this._selected].map((node) => this._rows!.condensed.partOf(node))
            : [this._rows!.targetOf(row) as EditTarget];
    }

    private _canMerge(from: number, to: number): boolean {
        const target = this._rows!.rows[to];
        const dragged = this._draggedOf(from);
        if (from === to || target.kind === "extracted" || dragged.length === 0) {
            return false;
        }
        // Nothing is merged with what it lies in.
        const intervals = this._rows!.intervalsOf(target);
        const overlaps = (a: LeafInterval, b: LeafInterval): boolean => a.start < b.end && b.start < a.end;
        return !dragged.some((what) =>
            this._editor.intervalsOf(what).some((one) => intervals.some((other) => overlaps(one, other))),
        );
    }

    private _merge(from: number, to: number): void {
        this._attempt(() => {
            const target = this._rows!.targetOf(this._rows!.rows[to]) as EditTarget;
            const group = this._editor.merge([target, ...this._draggedOf(from)]);
            this._segmentation.selection.replace(this._editor.intervalsOf(group));
        });
    }

    private _startRename(index: number): void {
        const row = this._rows!.rows[index];
        this._renamed = row;
        this._rename.text = this._editor.nameOf(this._rows!.targetOf(row));
        this.control.addControl(this._rename.control);
        this._placeRename();
        this._rename.input.focus();
    }

    /** Keeps the field on its row; ends it where that is gone. */
    private _placeRename(): void {
        const { _renamed: renamed, _rows: rows } = this;
        if (!renamed || !rows) {
            return;
        }
        const index = rows.rows.findIndex((row) => IsSameRow(row, renamed));
        const place = index >= 0 ? this._list.textPlace(index) : null;
        if (!place) {
            this._endRename(null);
            return;
        }
        const { control } = this._rename;
        control.leftInPixels = place.left; // the list's margin less the field's
        control.topInPixels = HEADER + SEARCH + 2 + place.top + 1;
        control.widthInPixels = place.width;
    }

    /** @param name null leaves the name as it is */
    private _endRename(name: string | null): void {
        const { _renamed: row } = this;
        if (!row) {
            return;
        }
        this._renamed = null;
        this.control.removeControl(this._rename.control);
        const target = this._rows!.targetOf(row);
        const wanted = name?.trim() ?? "";
        if (wanted !== "" && wanted !== this._editor.nameOf(target)) {
            this._attempt(() => this._editor.rename(target, wanted));
        }
    }
}
