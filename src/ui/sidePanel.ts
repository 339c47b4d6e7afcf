import { Observable, type Observer } from "@babylonjs/core/Misc/observable";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { UltrametricError } from "../compute/ultrametricError";
import type { PartEditor } from "../plugin/parts/partEditor";
import type { UltrametricSegmentation } from "../plugin/ultrametricSegmentation";
import type { IconName } from "./icons";
import { CreateBox, CreateIconButton, CreateText, type PanelTheme, ShieldTaps, WatchSize } from "./panelParts";

/** Options of a {@link SidePanel}. */
export interface SidePanelOptions {
    /** Colours and font. Default {@link DEFAULT_PANEL_THEME}. */
    theme: PanelTheme;
    /** Width in pixels, where there is room for it. */
    width: number;
    /** Height in pixels, where there is room for it. */
    height: number;
    /** Pixels of the texture that the panel keeps free above itself. Default 20. */
    top: number;
    /** Pixels of the texture that the panel keeps free below itself. Default 20. */
    bottom: number;
    /** Whether there is a button that closes it, see `isOpen`. Default false. */
    canClose: boolean;
}

/** Pixels between a panel and the side of the texture. */
const EDGE = 12;
/** Milliseconds for which it is said what could not be done. */
const ERROR_TIME = 6000;

/**
 * A panel at a side of the texture, of what a segmentation holds: closed and opened, as large as there is room, with a line at the bottom that also says
 * what could not be done. It is invisible while there is no hierarchy, and disposed with its texture and with its segmentation.
 */
export abstract class SidePanel<Options extends SidePanelOptions = SidePanelOptions> {
    /** The outermost control; move it as you like. */
    public readonly control: Rectangle;
    /** Notified when its button for that has closed it. */
    public readonly onCloseObservable = new Observable<this>();
    /** Notified when it, or what it shows in the scene, looks different without anyone having done anything, for applications that do not draw all the time. */
    public readonly onRedrawObservable = new Observable<this>();

    /** The line at the bottom. */
    protected readonly _status: TextBlock;
    protected readonly _removals: (() => void)[] = [];
    protected _isDisposed = false;
    private _editorRemovals: (() => void)[] = [];
    private _errorTimer: ReturnType<typeof setTimeout> | null = null;
    private _isOpen = true;

    protected constructor(
        name: string,
        side: "left" | "right",
        protected readonly _segmentation: UltrametricSegmentation,
        protected readonly _texture: AdvancedDynamicTexture,
        protected readonly _options: Options,
    ) {
        const { theme, width, height, top } = _options;
        this.control = CreateBox(`${name}Panel`, theme, width, height);
        this.control.horizontalAlignment =
            side === "left" ? Control.HORIZONTAL_ALIGNMENT_LEFT : Control.HORIZONTAL_ALIGNMENT_RIGHT;
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.control.topInPixels = top;
        this.control.leftInPixels = side === "left" ? EDGE : -EDGE;
        this._status = CreateText(`${name}Status`, theme, "", 12);
        this._status.textWrapping = true;
        this._status.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
        this._status.isHitTestVisible = false;
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
                this._onClosed();
                this._texture.removeControl(this.control);
            }
        }
    }

    /** Gives the keys to the panel, where it is open, as the tabulator would. The canvas has to have the page's focus for that. */
    public focus(): void {
        if (this._isOpen && this.control.isVisible) {
            this._firstFocus().focus();
        }
    }

    /** Takes the panel away, with what it shows in the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        for (const remove of this._removals) {
            remove();
        }
        this._stopEditor();
        this._stopError();
        this._release();
        this.control.dispose();
        this.onCloseObservable.clear();
        this.onRedrawObservable.clear();
    }

    /** Puts the panel into the texture, once the subclass has made its controls. */
    protected _start(): void {
        const { _segmentation: segmentation } = this;
        this._own(segmentation.onHierarchyChangedObservable.add(() => this._showHierarchy()));
        this._own(segmentation.onDisposeObservable.add(() => this.dispose()));
        this._own(this.control.onDisposeObservable.add(() => this.dispose()));
        this._removals.push(
            ShieldTaps(this._texture),
            WatchSize(this._texture, (roomWidth, roomHeight) => {
                const { width, height, top, bottom } = this._options;
                this._layout(
                    Math.max(0, Math.min(width, roomWidth - 2 * EDGE)),
                    Math.max(0, Math.min(height, roomHeight - top - bottom)),
                );
            }),
        );
        this._texture.addControl(this.control);
        this._showHierarchy();
    }

    protected get _editor(): PartEditor {
        return this._segmentation.editor;
    }

    protected _own<T>(observer: Observer<T>): void {
        this._removals.push(() => observer.remove());
    }

    /** A square button with an icon, at the right. */
    protected _createIconButton(name: string, icon: IconName, size: number, onClick: () => void): Button {
        const button = CreateIconButton(name, this._options.theme, icon, "", onClick);
        button.widthInPixels = button.heightInPixels = size;
        button.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        button.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        return button;
    }

    /** The button that closes it; null where it cannot be closed. */
    protected _createCloseButton(name: string, size: number): Button | null {
        return this._options.canClose
            ? this._createIconButton(name, "close", size, () => {
                  this.isOpen = false;
                  this.onCloseObservable.notifyObservers(this);
              })
            : null;
    }

    /** Calls back when edits were made, undone or redone, and when another part is the active one: until the hierarchy's editor is another. */
    protected _followEditor(onChanged: () => void, onActiveChanged: () => void): void {
        const editor = this._editor;
        const observers = [
            editor.onChangedObservable.add(onChanged),
            editor.onActiveChangedObservable.add(onActiveChanged),
        ];
        this._editorRemovals = observers.map((observer) => () => observer.remove());
    }

    protected _stopEditor(): void {
        for (const remove of this._editorRemovals) {
            remove();
        }
        this._editorRemovals = [];
    }

    /** Says something in the line at the bottom, unless that says what could not be done. */
    protected _say(text: string): void {
        if (this._errorTimer === null) {
            this._status.color = this._options.theme.quietText;
            this._status.text = text;
        }
    }

    /** Does something that may not be possible, and says why it was not. */
    protected _attempt(action: () => unknown): void {
        if (this._stopError()) {
            this._showStatus();
        }
        try {
            action();
        } catch (error) {
            if (!(error instanceof UltrametricError)) {
                throw error;
            }
            this._stopError(); // of an attempt within this one
            this._status.color = this._options.theme.text;
            this._status.text = error.message;
            this._errorTimer = setTimeout(() => {
                this._errorTimer = null;
                this._showStatus();
                this.onRedrawObservable.notifyObservers(this);
            }, ERROR_TIME);
        }
    }

    /** Shows the segmentation's hierarchy, or nothing where it has none. */
    protected abstract _showHierarchy(): void;

    /** Places the controls. Sizes in pixels. */
    protected abstract _layout(width: number, height: number): void;

    /** Says what there is to be said, see {@link _say}. */
    protected abstract _showStatus(): void;

    /** What gets the keys first. */
    protected abstract _firstFocus(): Control;

    /** Called before it leaves the texture. */
    protected abstract _onClosed(): void;

    /** Frees what is not within {@link control}. */
    protected abstract _release(): void;

    private _stopError(): boolean {
        const isSaid = this._errorTimer !== null;
        clearTimeout(this._errorTimer ?? undefined);
        this._errorTimer = null;
        return isSaid;
    }
}
