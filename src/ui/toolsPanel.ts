import { KeyboardEventTypes, type KeyboardInfo } from "@babylonjs/core/Events/keyboardEvents";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { InputText } from "@babylonjs/gui/2D/controls/inputText";
import type { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { UltrametricError } from "../compute/ultrametricError";
import type { ExtractedPart } from "../plugin/parts/extractedPart";
import type { PartEditor } from "../plugin/parts/partEditor";
import type { GizmoMode, PartGizmos } from "../plugin/parts/partGizmos";
import type { UltrametricSegmentation } from "../plugin/ultrametricSegmentation";
import { HandleHistoryKey } from "./historyKeys";
import type { IconName } from "./icons";
import {
    CreateBox,
    CreateIconButton,
    CreateText,
    DEFAULT_PANEL_THEME,
    EnableButton,
    type PanelTheme,
    PressButton,
    ShieldTaps,
    WatchSize,
} from "./panelParts";
import { RegionTool } from "./regionTool";
import type { RowLook } from "./rowControl";
import { RowList } from "./rowList";

/** What the pointer does in the scene: select what is tapped, or what lies in a box or a lasso. */
export type ToolName = "select" | "box" | "lasso";

/** Options of {@link ToolsPanel}. */
export interface ToolsPanelOptions {
    /** Colours and font. Default {@link DEFAULT_PANEL_THEME}. */
    theme: PanelTheme;
    /** Width in pixels, where there is room for it; from 370 on there are six tools beside each other, else three. Default 250. */
    width: number;
    /** Height in pixels, where there is room for it; the history takes what the tools leave. Default 560. */
    height: number;
    /** Pixels of the texture that the panel keeps free above itself. Default 20. */
    top: number;
    /** Pixels of the texture that the panel keeps free below itself. Default 20. */
    bottom: number;
    /** Whether there is a button that closes it, see `isOpen`. Default false. */
    canClose: boolean;
    /** Whether keys of the scene do what the buttons do; the line at the bottom tells which. Default true. */
    useKeys: boolean;
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
};

/** What a button of the panel is. */
interface Tool {
    readonly name: string;
    readonly icon: IconName;
    readonly label: string;
    /** Says what it does, at the bottom of the panel. */
    readonly hint: string;
    /** By `KeyboardEvent.key`, lower case. */
    readonly key: string;
    /** When it can be used. */
    readonly needs: "always" | "selection" | "part" | "target";
    readonly run: () => void;
}

const EDGE = 12;
const PAD = 12;
const GAP = 4;
/** Tools beside each other, and from which width on there are more. */
const COLUMNS = 3;
const MORE_COLUMNS = 6;
const WIDE = 370;
/** So many of the tools select. */
const SELECTING = 6;
const BUTTON = 46;
const HEADING = 34;
const SMALL = 26;
const STATUS = 40;
/** Where its list has less height than this, the history has none, only its two buttons. */
const LEAST_HISTORY = 62;
/** Milliseconds for which it is said what could not be done. */
const ERROR_TIME = 6000;
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
export class ToolsPanel {
    /** The outermost control, at the left of the texture; move it as you like. */
    public readonly control: Rectangle;
    /** Notified when its button for that has closed it. */
    public readonly onCloseObservable = new Observable<ToolsPanel>();
    /** Notified when it, or what it shows in the scene, looks different without anyone having done anything, for applications that do not draw all the time. */
    public readonly onRedrawObservable = new Observable<ToolsPanel>();

    private readonly _options: ToolsPanelOptions;
    private readonly _tools: readonly Tool[];
    private readonly _buttons = new Map<string, Button>();
    private readonly _headings: TextBlock[];
    private readonly _history: RowList;
    private readonly _status: TextBlock;
    private readonly _historyButtons: readonly [undo: Button, redo: Button];
    private readonly _close: Button | null;
    private readonly _removals: (() => void)[] = [];
    private _editorRemovals: (() => void)[] = [];
    private _tool: ToolName = "select";
    private _region: RegionTool | null = null;
    private _gizmoMode: GizmoMode | null = null;
    private _gizmos: PartGizmos | null = null;
    private _gizmosOf: ExtractedPart | null = null;
    private _pointedAt: Tool | null = null;
    private _errorTimer: ReturnType<typeof setTimeout> | null = null;
    private _isOpen = true;
    private _isDisposed = false;

    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        private readonly _texture: AdvancedDynamicTexture,
        options: Partial<ToolsPanelOptions> = {},
    ) {
        this._options = { ...DEFAULT_TOOLS_PANEL_OPTIONS, ...options };
        const { theme, width, height, top, canClose, useKeys } = this._options;
        this.control = CreateBox("toolsPanel", theme, width, height);
        this.control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.control.topInPixels = top;
        this.control.leftInPixels = EDGE;

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
        this._tools = this._createTools();
        for (const tool of this._tools) {
            this._buttons.set(tool.name, this._createButton(tool));
        }
        this._historyButtons = [
            this._createSmallButton("toolsUndo", "undo", () => this._attempt(() => this._editor.undo())),
            this._createSmallButton("toolsRedo", "redo", () => this._attempt(() => this._editor.redo())),
        ];
        this._close = canClose
            ? this._createSmallButton("toolsClose", "close", () => {
                  this.isOpen = false;
                  this.onCloseObservable.notifyObservers(this);
              })
            : null;
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
        this._status = CreateText("toolsStatus", theme, "", 12);
        this._status.textWrapping = true;
        this._status.heightInPixels = STATUS;
        this._status.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
        this._status.paddingLeftInPixels = this._status.paddingRightInPixels = PAD + 2;
        this._status.isHitTestVisible = false;
        this.control.addControl(this._history.control);
        this.control.addControl(this._status);

        for (const observer of [
            _segmentation.onHierarchyChangedObservable.add(() => this._showHierarchy()),
            _segmentation.onCriterionChangedObservable.add(() => this._show()),
            _segmentation.selection.onChangedObservable.add((selection) => {
                if (!selection.isEmpty && _segmentation.hierarchy) {
                    this._editor.active = null;
                }
                this._show();
            }),
            _segmentation.onDisposeObservable.add(() => this.dispose()),
            this.control.onDisposeObservable.add(() => this.dispose()),
        ]) {
            this._removals.push(() => observer.remove());
        }
        if (useKeys) {
            // Before Babylon leaves out those for whom a control has the focus: what a list has no use for is for the tools.
            const observer = _segmentation.scene.onPreKeyboardObservable.add((info) => this._onKey(info));
            this._removals.push(() => observer.remove());
        }
        this._removals.push(
            ShieldTaps(_texture),
            WatchSize(_texture, (roomWidth, roomHeight) => this._layout(roomWidth, roomHeight)),
            () => this._stopEditor(),
            () => this._stopError(),
        );
        _texture.addControl(this.control);
        this._showHierarchy();
    }

    /** What the pointer does in the scene. */
    public get tool(): ToolName {
        return this._tool;
    }

    public set tool(value: ToolName) {
        if (value === this._tool || this._isDisposed) {
            return;
        }
        this._tool = value;
        this._region?.dispose();
        this._region =
            value === "select"
                ? null
                : new RegionTool(this._segmentation.scene, value, this._options.theme.accent, {
                      onRegion: (polygon, mode) => {
                          this._attempt(() => this._segmentation.selectionTools.lasso(polygon, { mode }));
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
        this._showGizmos();
        this._show();
    }

    /** Whether it is in the texture. A closed one leaves the pointer to the scene. */
    public get isOpen(): boolean {
        return this._isOpen;
    }

    public set isOpen(value: boolean) {
        if (value !== this._isOpen && !this._isDisposed) {
            this._isOpen = value;
            if (value) {
                this._texture.addControl(this.control);
            } else {
                this.tool = "select";
                this.gizmoMode = null;
                this._texture.removeControl(this.control);
            }
        }
    }

    /** Takes the panel away, with what it shows in the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._region?.dispose();
        for (const remove of this._removals) {
            remove();
        }
        this.control.dispose();
        this.onCloseObservable.clear();
        this.onRedrawObservable.clear();
    }

    private get _editor(): PartEditor {
        return this._segmentation.editor;
    }

    private _createTools(): readonly Tool[] {
        const { _segmentation: segmentation } = this;
        const pick = (tool: ToolName) => () => {
            this.tool = tool;
        };
        return [
            {
                name: "select",
                icon: "select",
                label: "Pick",
                hint: "Tap parts. Shift adds and takes away",
                key: "v",
                needs: "always",
                run: pick("select"),
            },
            {
                name: "box",
                icon: "box",
                label: "Box",
                hint: "Draw a box. Shift adds, alt takes away",
                key: "b",
                needs: "always",
                run: pick("box"),
            },
            {
                name: "lasso",
                icon: "lasso",
                label: "Lasso",
                hint: "Draw around parts. Shift adds, alt takes away",
                key: "l",
                needs: "always",
                run: pick("lasso"),
            },
            {
                name: "grow",
                icon: "grow",
                label: "Grow",
                hint: "Add the parts beside the selected ones",
                key: "+",
                needs: "selection",
                run: () => segmentation.selectionTools.grow(),
            },
            {
                name: "shrink",
                icon: "shrink",
                label: "Shrink",
                hint: "Take away the outermost parts",
                key: "-",
                needs: "selection",
                run: () => segmentation.selectionTools.shrink(),
            },
            {
                name: "similar",
                icon: "similar",
                label: "Similar",
                hint: "Select all parts like the selected one",
                key: "s",
                needs: "selection",
                run: () => segmentation.selectionTools.similar(),
            },
            {
                name: "move",
                icon: "move",
                label: "Move",
                hint: "Move with handles; again: turn, scale, done",
                key: "m",
                needs: "target",
                run: () => this._nextGizmoMode(),
            },
            {
                name: "duplicate",
                icon: "duplicate",
                label: "Duplicate",
                hint: "Make a copy with meshes of its own",
                key: "d",
                needs: "target",
                run: () => this._duplicate(),
            },
            {
                name: "extract",
                icon: "extract",
                label: "Extract",
                hint: "Take it out, as meshes of its own",
                key: "e",
                needs: "selection",
                run: () => this._extract(),
            },
            {
                name: "delete",
                icon: "delete",
                label: "Delete",
                hint: "Take it away",
                key: "delete",
                needs: "target",
                run: () => this._delete(),
            },
            {
                name: "hide",
                icon: "eyeOff",
                label: "Hide",
                hint: "Hide what is selected",
                key: "h",
                needs: "selection",
                run: () => {
                    this._editor.hide(segmentation.selection);
                    segmentation.selection.clear();
                },
            },
            {
                name: "isolate",
                icon: "isolate",
                label: "Isolate",
                hint: "Hide all else",
                key: "i",
                needs: "selection",
                run: () => this._editor.isolate(segmentation.selection),
            },
            {
                name: "merge",
                icon: "merge",
                label: "Merge",
                hint: "Make one part of what is selected",
                key: "g",
                needs: "selection",
                run: () => this._editor.merge([segmentation.selection]),
            },
            {
                name: "split",
                icon: "split",
                label: "Split",
                hint: "Make two parts of the selected one",
                key: "x",
                needs: "part",
                run: () => {
                    if (segmentation.selectedPart) {
                        this._editor.split(segmentation.selectedPart);
                    }
                },
            },
            {
                name: "showAll",
                icon: "eye",
                label: "Show all",
                hint: "Show what is hidden",
                key: "a",
                needs: "always",
                run: () => this._editor.showAll(),
            },
        ];
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

    private _createSmallButton(name: string, icon: IconName, onClick: () => void): Button {
        const button = CreateIconButton(name, this._options.theme, icon, "", onClick);
        button.widthInPixels = button.heightInPixels = SMALL;
        button.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        button.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.control.addControl(button);
        return button;
    }

    private _layout(roomWidth: number, roomHeight: number): void {
        const { width: wantedWidth, height: wantedHeight, top, bottom } = this._options;
        const width = Math.max(0, Math.min(wantedWidth, roomWidth - 2 * EDGE));
        const room = Math.max(0, Math.min(wantedHeight, roomHeight - top - bottom));
        this.control.widthInPixels = width;
        const columns = width >= WIDE ? MORE_COLUMNS : COLUMNS;
        const column = (width - 2 * PAD - (columns - 1) * GAP) / columns;
        let y = 0;
        for (const [heading, tools] of [this._tools.slice(0, SELECTING), this._tools.slice(SELECTING)].entries()) {
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

    private _showHierarchy(): void {
        this._stopEditor();
        const hasHierarchy = this._segmentation.hierarchy !== null;
        this.control.isVisible = hasHierarchy;
        if (!hasHierarchy) {
            this.tool = "select";
            return;
        }
        const editor = this._editor;
        for (const observer of [
            editor.onChangedObservable.add(() => {
                this._showHistory();
                this._show();
            }),
            editor.onActiveChangedObservable.add(() => {
                this._showGizmos();
                this._show();
            }),
        ]) {
            this._editorRemovals.push(() => observer.remove());
        }
        this._showHistory();
        this._show();
    }

    private _stopEditor(): void {
        for (const remove of this._editorRemovals) {
            remove();
        }
        this._editorRemovals = [];
        this._removeGizmos();
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

    private _showStatus(): void {
        if (this._errorTimer !== null) {
            return;
        }
        const tool = this._pointedAt ?? this._tools.find(({ name }) => name === this._tool);
        const key =
            this._options.useKeys && tool ? ` (${tool.key.length > 1 ? tool.key : tool.key.toUpperCase()})` : "";
        this._status.color = this._options.theme.quietText;
        this._status.text = `${tool?.hint ?? ""}${key}`;
    }

    private _run(tool: Tool): void {
        if (this._buttons.get(tool.name)?.isEnabled) {
            this._attempt(tool.run);
        }
    }

    /** Does something that may not be possible, and says why it was not. */
    private _attempt(action: () => unknown): void {
        this._stopError();
        try {
            action();
        } catch (error) {
            if (!(error instanceof UltrametricError)) {
                throw error;
            }
            this._status.color = this._options.theme.text;
            this._status.text = error.message;
            this._errorTimer = setTimeout(() => {
                this._errorTimer = null;
                this._showStatus();
                this.onRedrawObservable.notifyObservers(this);
            }, ERROR_TIME);
        }
    }

    private _stopError(): void {
        if (this._errorTimer !== null) {
            clearTimeout(this._errorTimer);
            this._errorTimer = null;
            this._showStatus();
        }
    }

    private _onKey({ type, event }: KeyboardInfo): void {
        const isTaken =
            (event as Partial<KeyboardEvent>).defaultPrevented || this._texture.focusedControl instanceof InputText;
        if (type !== KeyboardEventTypes.KEYDOWN || isTaken || !this._isOpen || !this._segmentation.hierarchy) {
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

    private _showGizmos(): void {
        const part = this._segmentation.hierarchy ? this._editor.active : null;
        if (this._gizmoMode === null || !part || this._isDisposed) {
            this._removeGizmos();
            return;
        }
        if (this._gizmosOf !== part) {
            this._removeGizmos();
            this._gizmosOf = part;
            // Babylon's gizmos are large: they are fetched when they are wanted.
            void import("../plugin/parts/partGizmos").then(({ AttachGizmos }) => {
                if (this._gizmosOf === part && this._gizmoMode !== null) {
                    this._gizmos?.dispose();
                    this._gizmos = AttachGizmos(this._editor, part, this._gizmoMode);
                    this.onRedrawObservable.notifyObservers(this);
                }
            });
        } else if (this._gizmos) {
            this._gizmos.mode = this._gizmoMode;
        }
    }

    private _removeGizmos(): void {
        this._gizmosOf = null;
        this._gizmos?.dispose();
        this._gizmos = null;
    }
}
