import type { IKeyboardEvent } from "@babylonjs/core/Events/deviceInputEvents";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { UltrametricSegmentation } from "../../plugin/session/ultrametricSegmentation";
import { CreateText, EnableButton } from "../controls/panelControls";
import { DEFAULT_PANEL_THEME } from "../controls/panelTheme";
import type { RowZone } from "../controls/rowControl";
import { RowList } from "../controls/rowList";
import { TextField } from "../controls/textField";
import type { BasePanelOptions } from "../panel/basePanel";
import { HandleHistoryKey } from "../panel/historyKeys";
import { SidePanel } from "../panel/sidePanel";
import { PartRowActions } from "./partRowActions";
import { CreatePartRowContent } from "./partRowContent";
import { type PartRow, PartRows } from "./partRows";
import { RenameField } from "./renameField";

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
 * A tree of the parts without small fragments. Above it are the extracted parts and the groups that merges and splits
 * made. A row shows the part's color (filled for a part of the current cut, an outline for others), its name, its
 * number of points, a lock and an eye.
 *
 * A click selects, here and in the scene; with shift, control or command it toggles. A double click, or F2, renames. A
 * row that is dropped onto another is merged with it; on a touch screen the drag starts with a long press. Up and down
 * move a cursor, whose part is highlighted in the scene; left and right collapse and expand; enter selects, space
 * hides and shows, L locks, delete deletes, control+Z undoes. Disposed with its texture and with its segmentation.
 */
export class PartsPanel extends SidePanel<PartsPanelOptions> {
    private readonly _title: TextBlock;
    private readonly _search: TextField;
    private readonly _rename: RenameField;
    private readonly _list: RowList;
    private readonly _parent: Button;
    private readonly _child: Button;
    private readonly _headerButtons: Button[];
    private _rows: PartRows | null = null;
    private _actions: PartRowActions | null = null;
    /** Selected nodes of the tree. */
    private _selected: ReadonlySet<number> = new Set();
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
            contentOf: (index) => CreatePartRowContent(this._rowAt(index), this._rows!, segmentation, this._selected),
            onClick: (index, zone, isToggle, isDouble) => this._onClick(index, zone, isToggle, isDouble),
            onKey: (index, event) => this._onKey(index, event),
            onPoint: (index) => this._highlight(index),
            canDrop: (from, to) => this._actions!.canMerge(this._rowAt(from), this._rowAt(to)),
            onDrop: (from, to) => this._attempt(() => this._actions!.merge(this._rowAt(from), this._rowAt(to))),
        });
        this._list.control.topInPixels = HEADER + SEARCH + 2;
        this._rename = new RenameField(theme, this.control, this._list, (row, name) => {
            this._attempt(() => this._actions?.rename(row, name));
        });

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
        this._highlight(-1);
    }

    protected override _release(): void {
        this._rename.dispose();
    }

    protected override _layout(width: number, height: number): void {
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
        this._search.control.widthInPixels = width - 2 * (PAD - 4);
        this._list.control.leftInPixels = 6;
        this._list.setSize(Math.max(1, width - 10), Math.max(1, height - HEADER - SEARCH - FOOTER - 4));
        this._rename.update(this._rows?.rows ?? []);
    }

    protected override _showHierarchy(): void {
        const { _segmentation: segmentation } = this;
        const { condensedParts } = segmentation;
        this._stopEditor();
        this._rename.close();
        this.control.isVisible = condensedParts !== null;
        if (!condensedParts) {
            this._rows = null;
            this._actions = null;
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
        this._actions = new PartRowActions(segmentation, this._rows, () => this._selected);
        this._rows.search = this._search.text;
        this._rows.openCut(segmentation.partCount);
        this._showRows();
        this._showSelection();
    }

    private _showRows(): void {
        const rows = this._rows?.rows ?? [];
        this._list.count = rows.length;
        this._rename.update(rows);
    }

    private _setAllOpen(isOpen: boolean): void {
        this._rows?.setAllOpen(isOpen);
        this._showRows();
    }

    /** Updates rows and status from the selection, and reveals it. */
    private _showSelection(): void {
        const { _rows: rows } = this;
        if (!rows || this._segmentation.parts !== rows.condensed.tree) {
            return; // another hierarchy or criterion follows
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
        const count = (value: number, noun: string): string =>
            `${value.toLocaleString("en")} ${noun}${value === 1 ? "" : "s"}`;
        const { leafCount } = rows.condensed.tree.dendrogram;
        const share = (100 * selection.size) / leafCount;
        this._setStatus(
            active
                ? `${active.name}, ${count(active.leaves.length, "point")}`
                : selection.isEmpty
                  ? `${count(rows.condensed.nodes.length, "part")} of ${count(leafCount, "point")}`
                  : `${name}, ${count(selection.size, "point")}, ${share.toFixed(share < 10 ? 1 : 0)} %`,
        );
        EnableButton(this._parent, selectedPart !== null);
        EnableButton(this._child, selectedPart !== null);
    }

    private _rowAt(index: number): PartRow {
        return this._rows!.rows[index];
    }

    private _onClick(index: number, zone: RowZone, isToggle: boolean, isDouble: boolean): void {
        const row = this._rowAt(index);
        if (zone === "fold" && row.kind === "node") {
            this._rows!.setOpen(row.node, !this._rows!.isOpen(row.node));
            this._showRows();
        } else if (zone === "eye" || zone === "eyeOff") {
            this._attempt(() => this._actions!.toggleHidden(row));
        } else if (zone === "lock" || zone === "lockOpen") {
            this._attempt(() => this._actions!.toggleLocked(row));
        } else if (isDouble) {
            this._startRename(row);
        } else {
            this._select(row, isToggle);
        }
    }

    private _onKey(index: number, event: IKeyboardEvent): boolean {
        const row = this._rowAt(index);
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
                this._attempt(() => this._actions!.toggleHidden(row));
                return true;
            case "l":
            case "L":
                this._attempt(() => this._actions!.toggleLocked(row));
                return true;
            case "F2":
                this._startRename(row);
                return true;
            case "Delete":
            case "Backspace":
                this._attempt(() => this._actions!.delete(row));
                return true;
            default:
                return HandleHistoryKey(this._editor.history, event);
        }
    }

    /** Expands a node or, where it is expanded, goes to its first child; collapses it or goes to its parent. */
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
        this._isSelecting = true; // the list does not scroll to what was clicked in it
        this._actions!.select(row, isToggle);
        this._isSelecting = false;
    }

    private _startRename(row: PartRow): void {
        const rows = this._rows!;
        this._rename.open(row, this._editor.nameOf(rows.targetOf(row)), rows.rows);
    }

    private _highlight(index: number): void {
        const row = this._rows?.rows[index];
        this._segmentation.hoveredPart = row?.kind === "node" ? this._rows!.condensed.partOf(row.node) : null;
    }
}
