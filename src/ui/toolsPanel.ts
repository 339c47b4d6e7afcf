import { KeyboardEventTypes, type KeyboardInfo } from "@babylonjs/core/Events/keyboardEvents";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { InputText } from "@babylonjs/gui/2D/controls/inputText";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { GizmoMode } from "../plugin/parts/edit/partGizmos";
import type { ExtractedPart } from "../plugin/parts/model/extractedPart";
import type { UltrametricSegmentation } from "../plugin/session/ultrametricSegmentation";
import type { BasePanelOptions } from "./basePanel";
import { HandleHistoryKey } from "./historyKeys";
import { CreateIconButton, CreateText, DEFAULT_PANEL_THEME, EnableButton, PressButton } from "./panelParts";
import { PartHandles } from "./partHandles";
import { RegionTool } from "./regionTool";
import type { RowLook } from "./rowControl";
import { RowList } from "./rowList";
import { SidePanel } from "./sidePanel";
import { CreateTools, SELECTING_TOOLS, type Tool, type ToolName } from "./toolList";

/** Options of {@link ToolsPanel}. */
export interface ToolsPanelOptions extends BasePanelOptions {
    /** From 370 on there are six tools beside each other, else three. Default 250. */
    width: number;
    /** The history takes what the tools leave. Default 560. */
    height: number;
    /** Whether keys of the scene do what the buttons do; the line at the bottom tells which. Default true. */
    useKeys: boolean;
    /** Whether boxes and lassos leave alone what lies behind other parts, see RegionSelectionOptions. Default false. */
    visibleOnly: boolean;
}

/** The defaults of {@link ToolsPanelOptions}. */
export const DEFAULT_TOOLS_PANEL_OPTIONS: Readonly<ToolsPanelOptions> = {
    theme: DEFAULT_PANEL_THEME,
    width: 250,
    height: 560,
    top: 20,
    bottom: 20,
    canClose: false,
    useKeys: true,
    visibleOnly: false,
};

const PAD = 12;
const GAP = 4;
/** Tools beside each other, and from which width on there are more. */
const COLUMNS = 3;
const MORE_COLUMNS = 6;
const WIDE = 370;
const BUTTON = 46;
const HEADING = 34;
const SMALL = 26;
const STATUS = 46;
/** Where its list has less height than this, the history has none, only its two buttons. */
const LEAST_HISTORY = 62;
const GIZMO_MODES: readonly (readonly [GizmoMode, string])[] = [
    ["position", "Move"],
    ["rotation", "Turn"],
    ["scale", "Scale"],
];

/**
 * Tools that select parts and edit them, and the history of the edits with the names of its steps, of which a click goes to any.
 *
 * The tools act on what is selected, or else on the part that is meshes of its own and `editor.active`. "Move" makes the selected part meshes of its own
 * and shows handles that move it; again, they turn, scale, and go away. Disposed with its texture and with its segmentation.
 */
export class ToolsPanel extends SidePanel<ToolsPanelOptions> {
    private readonly _tools: readonly Tool[];
    private readonly _buttons = new Map<string, Button>();
    private readonly _headings: TextBlock[];
    private readonly _history: RowList;
    private readonly _historyButtons: readonly [undo: Button, redo: Button];
    private readonly _close: Button | null;
    private _tool: ToolName = "select";
    private _region: RegionTool | null = null;
    private readonly _handles = new PartHandles(() => this._redraw());
    private _gizmoMode: GizmoMode | null = null;
    private _pointedAt: Tool | null = null;

    public constructor(
        segmentation: UltrametricSegmentation,
        texture: AdvancedDynamicTexture,
        options: Partial<ToolsPanelOptions> = {},
    ) {
        super("tools", "left", segmentation, texture, { ...DEFAULT_TOOLS_PANEL_OPTIONS, ...options });
        const { theme, useKeys } = this._options;

        this._headings = ["Select", "Edit", "History"].map((text) => {
            const heading = CreateText(`tools${text}`, theme, text, 14);
            heading.fontWeight = "600";
            heading.heightInPixels = HEADING;
            heading.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
            heading.paddingLeftInPixels = PAD + 2;
            heading.isHitTestVisible = false;
            this.control.addControl(heading);
            return heading;
        });
        this._tools = CreateTools(segmentation, {
            setTool: (tool) => {
                this.tool = tool;
            },
            nextHandles: () => this._nextGizmoMode(),
            duplicate: () => this._duplicate(),
            extract: () => this._extract(),
            delete: () => this._delete(),
        });
        for (const tool of this._tools) {
            this._buttons.set(tool.name, this._createButton(tool));
        }
        this._historyButtons = [
            this._createIconButton("toolsUndo", "undo", SMALL, () => this._attempt(() => this._editor.undo())),
            this._createIconButton("toolsRedo", "redo", SMALL, () => this._attempt(() => this._editor.redo())),
        ];
        this._close = this._createCloseButton("toolsClose", SMALL);
        for (const button of [...this._historyButtons, this._close]) {
            if (button) {
                this.control.addControl(button);
            }
        }
        this._history = new RowList("toolsHistory", theme, {
            look: (index) => this._lookOfStep(index),
            onClick: (index) => this._goTo(index),
            onKey: (index, event) => {
                if (event.key === "Enter" || event.key === " ") {
                    this._goTo(index);
                    return true;
                }
                return HandleHistoryKey(this._editor.history, event);
            },
            onPoint: () => {},
        });
        this._history.control.leftInPixels = PAD - 6;
        this._status.heightInPixels = STATUS;
        this._status.paddingBottomInPixels = 6;
        this._status.paddingLeftInPixels = this._status.paddingRightInPixels = PAD + 2;
        this.control.addControl(this._history.control);
        this.control.addControl(this._status);

        this._own(segmentation.onCriterionChangedObservable.add(() => this._show()));
        this._own(
            segmentation.selection.onChangedObservable.add((selection) => {
                if (!selection.isEmpty && segmentation.hierarchy) {
                    this._editor.active = null;
                }
                this._show();
            }),
        );
        if (useKeys) {
            // Before Babylon leaves out those for whom a control has the focus: what a list has no use for is for the tools.
            this._own(segmentation.scene.onPreKeyboardObservable.add((info) => this._onKey(info)));
        }
        this._start();
    }

    /** What the pointer does in the scene. */
    public get tool(): ToolName {
        return this._tool;
    }

    public set tool(value: ToolName) {
        if (value === this._tool || this._isDisposed) {
            return;
        }
        const { visibleOnly } = this._options;
        this._tool = value;
        this._region?.dispose();
        this._region =
            value === "select"
                ? null
                : new RegionTool(this._segmentation.scene, value, this._options.theme.accent, {
                      onRegion: (polygon, mode) => {
                          this._attempt(() => this._segmentation.selectionTools.lasso(polygon, { mode, visibleOnly }));
                      },
                      onTap: (place, isToggle) => this._segmentation.selectAt(place, isToggle),
                  });
        this._show();
    }

    /** What the handles on the active part change; null while there are none. They appear with the next active part where there is none yet. */
    public get gizmoMode(): GizmoMode | null {
        return this._gizmoMode;
    }

    public set gizmoMode(value: GizmoMode | null) {
        this._gizmoMode = value;
        this._showHandles();
        this._show();
    }

    protected override _firstFocus(): Control {
        return this._buttons.get(this._tools[0].name)!;
    }

    protected override _onClosed(): void {
        this.tool = "select";
        this.gizmoMode = null;
    }

    protected override _release(): void {
        this._region?.dispose();
        this._handles.remove();
    }

    private _createButton(tool: Tool): Button {
        const { theme } = this._options;
        const button = CreateIconButton(`tool ${tool.name}`, theme, tool.icon, tool.label, () => this._run(tool));
        button.heightInPixels = BUTTON;
        button.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        button.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        const point = (at: Tool | null) => () => {
            this._pointedAt = at;
            this._showStatus();
        };
        button.onPointerEnterObservable.add(point(tool));
        button.onPointerOutObservable.add(point(null));
        button.onFocusObservable.add(point(tool));
        button.onBlurObservable.add(point(null));
        this.control.addControl(button);
        return button;
    }

    protected override _layout(width: number, room: number): void {
        this.control.widthInPixels = width;
        const columns = width >= WIDE ? MORE_COLUMNS : COLUMNS;
        const column = (width - 2 * PAD - (columns - 1) * GAP) / columns;
        let y = 0;
        for (const [heading, tools] of [
            this._tools.slice(0, SELECTING_TOOLS),
            this._tools.slice(SELECTING_TOOLS),
        ].entries()) {
            this._headings[heading].topInPixels = y;
            y += HEADING;
            tools.forEach(({ name }, i) => {
                const button = this._buttons.get(name)!;
                button.widthInPixels = column;
                button.leftInPixels = PAD + (i % columns) * (column + GAP);
                button.topInPixels = y + Math.floor(i / columns) * (BUTTON + GAP);
            });
            y += Math.ceil(tools.length / columns) * (BUTTON + GAP);
        }
        const history = room - y - HEADING - STATUS;
        const hasHistory = history >= LEAST_HISTORY;
        this._headings[2].topInPixels = y;
        const [undo, redo] = this._historyButtons;
        for (const [i, button] of [redo, undo].entries()) {
            button.topInPixels = y + (HEADING - SMALL) / 2;
            button.leftInPixels = -PAD - i * (SMALL + GAP);
        }
        y += HEADING;
        this._history.control.topInPixels = y;
        this._history.control.isVisible = hasHistory;
        this._history.setSize(Math.max(1, width - 2 * PAD + 14), Math.max(1, history));
        this.control.heightInPixels = y + (hasHistory ? history : 0) + STATUS;
        if (this._close) {
            this._close.topInPixels = (HEADING - SMALL) / 2;
            this._close.leftInPixels = -PAD;
        }
        this._showHistory();
    }

    protected override _showHierarchy(): void {
        this._stopEditor();
        this._handles.remove();
        const hasHierarchy = this._segmentation.hierarchy !== null;
        this.control.isVisible = hasHierarchy;
        if (!hasHierarchy) {
            this.tool = "select";
            return;
        }
        this._followEditor(
            () => {
                this._showHistory();
                this._show();
            },
            () => {
                this._showHandles();
                this._show();
            },
        );
        this._showHistory();
        this._show();
    }

    /** Which tools there are, and which are at work. */
    private _show(): void {
        const { _segmentation: segmentation } = this;
        if (!segmentation.hierarchy) {
            return;
        }
        const { history, active } = this._editor;
        const hasSelection = !segmentation.selection.isEmpty;
        const isThere = {
            always: true,
            selection: hasSelection,
            part: segmentation.selectedPart !== null,
            target: hasSelection || active !== null,
        };
        for (const { name, needs } of this._tools) {
            EnableButton(this._buttons.get(name)!, isThere[needs] || (name === "move" && this._gizmoMode !== null));
        }
        const { theme } = this._options;
        for (const tool of ["select", "box", "lasso"] as const) {
            PressButton(this._buttons.get(tool)!, theme, tool === this._tool);
        }
        const move = this._buttons.get("move")!;
        PressButton(move, theme, this._gizmoMode !== null);
        if (move.textBlock) {
            move.textBlock.text = GIZMO_MODES.find(([mode]) => mode === this._gizmoMode)?.[1] ?? "Move";
        }
        const [undo, redo] = this._historyButtons;
        EnableButton(undo, history.canUndo);
        EnableButton(redo, history.canRedo);
        this._showStatus();
    }

    private _showHistory(): void {
        if (!this._segmentation.hierarchy) {
            return;
        }
        const { names, undoneNames } = this._editor.history;
        this._history.count = names.length + undoneNames.length + 1;
        this._history.reveal(names.length);
    }

    private _lookOfStep(index: number): RowLook {
        const { names, undoneNames } = this._editor.history;
        return {
            text: index === 0 ? "Start" : (names[index - 1] ?? undoneNames[index - 1 - names.length]),
            note: "",
            isQuiet: index > names.length,
            depth: 0,
            fold: null,
            swatch: null,
            icons: [],
            isSelected: index === names.length,
            isInside: false,
        };
    }

    private _goTo(step: number): void {
        this._attempt(() => this._editor.history.goTo(step));
    }

    protected override _showStatus(): void {
        const tool = this._pointedAt ?? this._tools.find(({ name }) => name === this._tool);
        const key =
            this._options.useKeys && tool ? ` (${tool.key.length > 1 ? tool.key : tool.key.toUpperCase()})` : "";
        this._say(`${tool?.hint ?? ""}${key}`);
    }

    private _run(tool: Tool): void {
        if (this._buttons.get(tool.name)?.isEnabled) {
            this._attempt(tool.run);
        }
    }

    private _onKey({ type, event }: KeyboardInfo): void {
        const isTaken =
            (event as Partial<KeyboardEvent>).defaultPrevented || this._texture.focusedControl instanceof InputText;
        if (type !== KeyboardEventTypes.KEYDOWN || isTaken || !this.isOpen || !this._segmentation.hierarchy) {
            return;
        }
        let isDone = false;
        this._attempt(() => {
            isDone = HandleHistoryKey(this._editor.history, event);
        });
        if (!isDone && !event.ctrlKey && !event.metaKey && !event.altKey) {
            const tool = this._tools.find(({ key }) => key === event.key.toLowerCase());
            if (tool) {
                this._run(tool);
                isDone = true;
            }
        }
        if (isDone) {
            event.preventDefault();
        }
    }

    /** Makes what is selected meshes of its own. */
    private _extract(): ExtractedPart {
        const { selection } = this._segmentation;
        const part = this._editor.extract(selection);
        selection.clear();
        this._editor.active = part;
        return part;
    }

    private _duplicate(): void {
        const { selection } = this._segmentation;
        const copy = this._editor.duplicate(this._editor.active ?? selection);
        selection.clear();
        this._editor.active = copy;
        this.gizmoMode ??= "position";
    }

    private _delete(): void {
        const { selection } = this._segmentation;
        this._editor.delete(this._editor.active ?? selection);
        selection.clear();
    }

    /** No handles, handles that move, that turn, that scale, none again. What they are to move is extracted first. */
    private _nextGizmoMode(): void {
        if (!this._segmentation.selection.isEmpty) {
            this._extract();
            this.gizmoMode = "position";
            return;
        }
        const next = GIZMO_MODES.findIndex(([mode]) => mode === this._gizmoMode) + 1;
        this.gizmoMode = GIZMO_MODES[next]?.[0] ?? null;
    }

    private _showHandles(): void {
        const isThere = this._segmentation.hierarchy !== null && !this._isDisposed;
        const part = isThere ? this._editor.active : null;
        if (this._gizmoMode === null || !part) {
            this._handles.remove();
        } else {
            this._handles.show(this._editor, part, this._gizmoMode);
        }
    }
}
