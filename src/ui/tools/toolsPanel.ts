import { KeyboardEventTypes, type KeyboardInfoPre } from "@babylonjs/core/Events/keyboardEvents";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { InputText } from "@babylonjs/gui/2D/controls/inputText";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { ExtractParts } from "../../plugin/parts/edit/extractParts";
import type { GizmoMode } from "../../plugin/parts/edit/partGizmos";
import type { ViewPromptSource } from "../../plugin/parts/prompt/viewPromptSource";
import type { UltrametricSegmentation } from "../../plugin/session/ultrametricSegmentation";
import { AlignTopLeft, CreateIconButton, CreateText, EnableButton, PressButton } from "../controls/panelControls";
import { DEFAULT_PANEL_THEME } from "../controls/panelTheme";
import type { BasePanelOptions } from "../panel/basePanel";
import { HandleHistoryKey } from "../panel/historyKeys";
import { SidePanel } from "../panel/sidePanel";
import { ActivePartGizmos } from "./activePartGizmos";
import { EditHistoryList } from "./editHistoryList";
import { PromptMode } from "./promptMode";
import { RegionTool } from "./regionTool";
import { CreateTools, SELECTION_TOOL_COUNT, type Tool, type ToolName } from "./toolList";

/** Options of {@link ToolsPanel}. */
export interface ToolsPanelOptions extends BasePanelOptions {
    /** From 370 pixels on there are six tools per row, otherwise three. Default 250. */
    width: number;
    /** The history fills the height that the tools leave. Default 560. */
    height: number;
    /** True if the tools have keyboard shortcuts in the scene; the status line shows them. Default true. */
    useKeys: boolean;
    /** True if boxes and lassos select visible leaves only, see RegionSelectionOptions. Default false. */
    visibleOnly: boolean;
    /**
     * Answers the clicks of the tools Click and Brush by views, and offers its model; null for the tree of parts alone.
     * Default null.
     */
    promptSource: ViewPromptSource | null;
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
    promptSource: null,
};

const PAD = 12;
const GAP = 4;
/** Tools per row, and those of panels that are at least {@link WIDE} pixels wide. */
const COLUMNS = 3;
const WIDE_COLUMNS = 6;
const WIDE = 370;
const BUTTON = 46;
const HEADING = 34;
const SMALL_BUTTON = 26;
const STATUS = 46;
/** The height in pixels below which the history has only its two buttons, and no list. */
const MIN_HISTORY = 62;
const GIZMO_MODES: readonly (readonly [GizmoMode, string])[] = [
    ["position", "Move"],
    ["rotation", "Rotate"],
    ["scale", "Scale"],
];

/**
 * Tools that select and edit parts, and the history of the edits, in which a click goes to any step.
 *
 * The tools act on the selection or, without one, on the active extracted part (`editor.active`). "Move" extracts the
 * selection and shows gizmos that move it; the next clicks switch to rotation, to scaling, and off. Disposed with its
 * texture and with its segmentation.
 */
export class ToolsPanel extends SidePanel<ToolsPanelOptions> {
    private readonly _tools: readonly Tool[];
    private readonly _buttons = new Map<string, Button>();
    private readonly _headings: TextBlock[];
    private readonly _history: EditHistoryList;
    private readonly _historyButtons: readonly [undo: Button, redo: Button];
    private readonly _close: Button | null;
    private _tool: ToolName = "select";
    private _region: RegionTool | null = null;
    private _prompt: PromptMode | null = null;
    private readonly _gizmos = new ActivePartGizmos(() => this._redraw());
    private _gizmoMode: GizmoMode | null = null;
    private _hoveredTool: Tool | null = null;
    private _size: readonly [width: number, maxHeight: number] = [0, 0];

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
            nextGizmoMode: () => this._nextGizmoMode(),
            duplicate: () => this._duplicate(),
            extract: () => this._extract(),
            extractAsCompoundAsync: () => this._extractAsCompoundAsync(),
            delete: () => this._delete(),
        });
        for (const tool of this._tools) {
            this._buttons.set(tool.name, this._createButton(tool));
        }
        this._historyButtons = [
            this._createIconButton("toolsUndo", "undo", SMALL_BUTTON, () => this._attempt(() => this._editor.undo())),
            this._createIconButton("toolsRedo", "redo", SMALL_BUTTON, () => this._attempt(() => this._editor.redo())),
        ];
        this._close = this._createCloseButton("toolsClose", SMALL_BUTTON);
        for (const button of [...this._historyButtons, this._close]) {
            if (button) {
                this.control.addControl(button);
            }
        }
        this._history = new EditHistoryList(
            theme,
            () => this._editor.history,
            (action) => this._attempt(action),
        );
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
            // The pre-observable also gets the keys that a focused list ignores: these are for the tools.
            this._own(segmentation.scene.onPreKeyboardObservable.add((info) => this._onKey(info)));
        }
        this._start();
    }

    /** The pointer tool of the scene. */
    public get tool(): ToolName {
        return this._tool;
    }

    public set tool(value: ToolName) {
        if (value === this._tool || this._isDisposed) {
            return;
        }
        const { visibleOnly, theme, promptSource } = this._options;
        this._tool = value;
        this._region?.dispose();
        this._prompt?.dispose();
        this._prompt =
            value === "click" || value === "brush"
                ? new PromptMode(
                      this._segmentation,
                      value,
                      theme,
                      promptSource,
                      (action) => this._attempt(action),
                      () => this._redraw(),
                  )
                : null;
        if (this._prompt) {
            this.control.addControl(this._prompt.controls.control);
        }
        this._region =
            value !== "box" && value !== "lasso"
                ? null
                : new RegionTool(this._segmentation.scene, value, this._options.theme.accent, {
                      onRegion: (polygon, mode) => {
                          this._attempt(() => this._segmentation.selectionTools!.lasso(polygon, { mode, visibleOnly }));
                      },
                      onTap: (position, isToggle) => this._segmentation.selectAt(position, isToggle),
                  });
        this._layout(...this._size);
        this._show();
    }

    /** The mode of the gizmos on the active part, now or when there is one; null for no gizmos. */
    public get gizmoMode(): GizmoMode | null {
        return this._gizmoMode;
    }

    public set gizmoMode(value: GizmoMode | null) {
        this._gizmoMode = value;
        this._showGizmos();
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
        this._prompt?.dispose();
        this._gizmos.hide();
    }

    private _createButton(tool: Tool): Button {
        const { theme } = this._options;
        const button = CreateIconButton(`tool ${tool.name}`, theme, tool.icon, tool.label, () => this._run(tool));
        button.heightInPixels = BUTTON;
        button.isVisible = tool.needs !== "splats"; // until there are some
        AlignTopLeft(button);
        const hover = (at: Tool | null) => () => {
            this._hoveredTool = at;
            this._showStatus();
        };
        button.onPointerEnterObservable.add(hover(tool));
        button.onPointerOutObservable.add(hover(null));
        button.onFocusObservable.add(hover(tool));
        button.onBlurObservable.add(hover(null));
        this.control.addControl(button);
        return button;
    }

    protected override _layout(width: number, maxHeight: number): void {
        this._size = [width, maxHeight];
        this.control.widthInPixels = width;
        const columns = width >= WIDE ? WIDE_COLUMNS : COLUMNS;
        const column = (width - 2 * PAD - (columns - 1) * GAP) / columns;
        let y = 0;
        for (const [heading, tools] of [
            this._tools.slice(0, SELECTION_TOOL_COUNT),
            this._tools.slice(SELECTION_TOOL_COUNT).filter(({ name }) => this._buttons.get(name)!.isVisible),
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
            if (heading === 0 && this._prompt) {
                this._prompt.controls.layout(PAD, y, width - 2 * PAD);
                y += this._prompt.controls.height + GAP;
            }
        }
        const history = maxHeight - y - HEADING - STATUS;
        const hasHistory = history >= MIN_HISTORY;
        this._headings[2].topInPixels = y;
        const [undo, redo] = this._historyButtons;
        for (const [i, button] of [redo, undo].entries()) {
            button.topInPixels = y + (HEADING - SMALL_BUTTON) / 2;
            button.leftInPixels = -PAD - i * (SMALL_BUTTON + GAP);
        }
        y += HEADING;
        this._history.control.topInPixels = y;
        this._history.control.isVisible = hasHistory;
        this._history.setSize(Math.max(1, width - 2 * PAD + 14), Math.max(1, history));
        this.control.heightInPixels = y + (hasHistory ? history : 0) + STATUS;
        if (this._close) {
            this._close.topInPixels = (HEADING - SMALL_BUTTON) / 2;
            this._close.leftInPixels = -PAD;
        }
        this._showHistory();
    }

    protected override _showHierarchy(): void {
        this._stopEditor();
        this._gizmos.hide();
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
                this._showGizmos();
                this._show();
            },
        );
        this._showToolsOfContent();
        this._show();
    }

    /** Shows the tools that the content can use, and lays them out. */
    private _showToolsOfContent(): void {
        let isChanged = false;
        for (const { name, needs } of this._tools) {
            const button = this._buttons.get(name)!;
            const isVisible = needs !== "splats" || this._segmentation.splatMeshes.length > 0;
            isChanged ||= isVisible !== button.isVisible;
            button.isVisible = isVisible;
        }
        if (isChanged) {
            this._layout(...this._size);
        } else {
            this._showHistory();
        }
    }

    /** Enables the tools that can be used, and presses the active ones. */
    private _show(): void {
        const { _segmentation: segmentation } = this;
        if (!segmentation.hierarchy) {
            return;
        }
        const { history, active } = this._editor;
        const hasSelection = !segmentation.selection.isEmpty;
        const isUsable = {
            always: true,
            selection: hasSelection,
            part: segmentation.selectedPart !== null,
            target: hasSelection || active !== null,
            splats: segmentation.splatMeshes.length > 0,
        };
        for (const { name, needs } of this._tools) {
            EnableButton(this._buttons.get(name)!, isUsable[needs] || (name === "move" && this._gizmoMode !== null));
        }
        const { theme } = this._options;
        for (const tool of ["select", "box", "lasso", "click", "brush"] as const) {
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
        if (this._segmentation.hierarchy) {
            this._history.update();
        }
    }

    protected override _showStatus(): void {
        const tool = this._hoveredTool ?? this._tools.find(({ name }) => name === this._tool);
        const key =
            this._options.useKeys && tool ? ` (${tool.key.length > 1 ? tool.key : tool.key.toUpperCase()})` : "";
        this._setStatus(`${tool?.hint ?? ""}${key}`);
    }

    private _run(tool: Tool): void {
        if (this._buttons.get(tool.name)?.isEnabled) {
            this._attempt(tool.run);
        }
    }

    private _onKey(info: KeyboardInfoPre): void {
        const { type, event } = info;
        const isHandled =
            (event as Partial<KeyboardEvent>).defaultPrevented || this._texture.focusedControl instanceof InputText;
        if (type !== KeyboardEventTypes.KEYDOWN || isHandled || !this.isOpen || !this._segmentation.hierarchy) {
            return;
        }
        let isDone = false;
        this._attempt(() => {
            isDone = HandleHistoryKey(this._editor.history, event);
        });
        if (!isDone && this._texture.focusedControl === null && this._prompt?.handleKey(event)) {
            isDone = true;
            info.skipOnKeyboardObservable = true; // the selection has some of these keys, too
        }
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

    /** Extracts the selection, parts that are like each other one by one, and makes it or the first the active part. */
    private _extract(): void {
        const { selection, selectionTools } = this._segmentation;
        const like = selectionTools!.likeParts;
        const [part] = like && like.length > 1 ? ExtractParts(this._editor, like) : [this._editor.extract(selection)];
        selection.clear();
        this._editor.active = part;
    }

    private async _extractAsCompoundAsync(): Promise<void> {
        const editor = this._editor;
        const part = await editor.extractAsCompoundAsync();
        if (editor === this._segmentation.editor) {
            this._segmentation.selection.clear();
            editor.active = part;
        }
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

    /** Extracts a selection and shows gizmos that move it; otherwise switches to the next mode. */
    private _nextGizmoMode(): void {
        if (!this._segmentation.selection.isEmpty) {
            this._extract();
            this.gizmoMode = "position";
            return;
        }
        const next = GIZMO_MODES.findIndex(([mode]) => mode === this._gizmoMode) + 1;
        this.gizmoMode = GIZMO_MODES[next]?.[0] ?? null;
    }

    private _showGizmos(): void {
        const hasEditor = this._segmentation.hierarchy !== null && !this._isDisposed;
        const part = hasEditor ? this._editor.active : null;
        if (this._gizmoMode === null || !part) {
            this._gizmos.hide();
        } else {
            this._gizmos.show(this._editor, part, this._gizmoMode);
        }
    }
}
