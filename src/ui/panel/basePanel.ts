import { Observable, type Observer } from "@babylonjs/core/Misc/observable";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { IconName } from "../controls/icons";
import { CreateBox, CreateIconButton } from "../controls/panelControls";
import type { PanelTheme } from "../controls/panelTheme";
import { ShieldTaps } from "./shieldTaps";
import { WatchSize } from "./watchSize";

/** Options of every panel. */
export interface PanelOptions {
    /** The colors and the font. Default {@link DEFAULT_PANEL_THEME}. */
    theme: PanelTheme;
    /** The width in pixels. The panel is narrower in a narrow texture. */
    width: number;
}

/** Options of panels that can be closed and that fill the texture's height. */
export interface BasePanelOptions extends PanelOptions {
    /** The height in pixels. The panel is lower in a low texture. */
    height: number;
    /** Pixels of the texture that stay free above the panel. Default 20. */
    top: number;
    /** Pixels of the texture that stay free below the panel. Default 20. */
    bottom: number;
    /** True if the panel has a close button, see `isOpen`. Default false. */
    canClose: boolean;
}

/** Pixels between a panel and the left and right edges of the texture. */
const SIDE_MARGIN = 12;
/** The default of `top` and `bottom`. */
const MARGIN = 20;

/** A panel that can be opened and closed, and that shrinks with its texture. Disposed with its texture. */
export abstract class BasePanel<
    Options extends PanelOptions & Partial<BasePanelOptions> = PanelOptions & Partial<BasePanelOptions>,
> {
    /** The outermost control; it can be moved. */
    public readonly control: Rectangle;
    /** Notified when the close button was clicked. */
    public readonly onCloseObservable = new Observable<this>();
    /**
     * Notified when the panel, or what it shows in the scene, changes without user input, for applications that render
     * on demand.
     */
    public readonly onRedrawObservable = new Observable<this>();

    protected readonly _removals: (() => void)[] = [];
    protected _isDisposed = false;
    private _isOpen = true;

    protected constructor(
        name: string,
        placement: "left" | "right" | "top" | "bottom",
        protected readonly _texture: AdvancedDynamicTexture,
        protected readonly _options: Options,
    ) {
        const { theme, width, height = 0, top = MARGIN, bottom = MARGIN } = _options;
        const isAtBottom = placement === "bottom";
        this.control = CreateBox(`${name}Panel`, theme, width, height);
        this.control.verticalAlignment = isAtBottom
            ? Control.VERTICAL_ALIGNMENT_BOTTOM
            : Control.VERTICAL_ALIGNMENT_TOP;
        this.control.topInPixels = isAtBottom ? -bottom : top;
        if (placement === "left" || placement === "right") {
            const isLeft = placement === "left";
            this.control.horizontalAlignment = isLeft
                ? Control.HORIZONTAL_ALIGNMENT_LEFT
                : Control.HORIZONTAL_ALIGNMENT_RIGHT;
            this.control.leftInPixels = isLeft ? SIDE_MARGIN : -SIDE_MARGIN;
        }
    }

    /** True if the panel is in the texture. A closed panel leaves the pointer to the scene. */
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
                if (this.control.getDescendants().some((inside) => inside === this._texture.focusedControl)) {
                    this._texture.focusedControl = null; // keys go to the scene again
                }
                this._texture.removeControl(this.control);
            }
            this._redraw();
        }
    }

    /** Gives an open panel the keyboard focus, as the tab key does. The canvas must have the page's focus. */
    public focus(): void {
        if (this._isOpen && this.control.isVisible) {
            this._firstFocus().focus();
        }
    }

    /** Removes the panel, and what it shows in the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        for (const remove of this._removals) {
            remove();
        }
        this._release();
        this.control.dispose();
        this.onCloseObservable.clear();
        this.onRedrawObservable.clear();
    }

    /** Adds the panel to the texture; to be called when the subclass has created its controls. */
    protected _start(): void {
        this._own(this._texture.onDisposeObservable.add(() => this.dispose()));
        this._own(this.control.onDisposeObservable.add(() => this.dispose()));
        this._removals.push(
            ShieldTaps(this._texture),
            WatchSize(this._texture, (textureWidth, textureHeight) => {
                const { width, height = Infinity, top = MARGIN, bottom = MARGIN } = this._options;
                this._layout(
                    Math.max(0, Math.min(width, textureWidth - 2 * SIDE_MARGIN)),
                    Math.max(0, Math.min(height, textureHeight - top - bottom)),
                );
            }),
        );
        this._texture.addControl(this.control);
    }

    /** Removes an observer with the panel. */
    protected _own<T>(observer: Observer<T>): void {
        this._removals.push(() => observer.remove());
    }

    protected _redraw(): void {
        this.onRedrawObservable.notifyObservers(this);
    }

    /** Creates a square button with an icon, at the top right. */
    protected _createIconButton(name: string, icon: IconName, size: number, onClick: () => void): Button {
        const button = CreateIconButton(name, this._options.theme, icon, "", onClick);
        button.widthInPixels = button.heightInPixels = size;
        button.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        button.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        return button;
    }

    /** Creates the close button; null for a panel that cannot be closed. */
    protected _createCloseButton(name: string, size: number): Button | null {
        return this._options.canClose
            ? this._createIconButton(name, "close", size, () => {
                  this.isOpen = false;
                  this.onCloseObservable.notifyObservers(this);
              })
            : null;
    }

    /** Lays out the controls. Sizes in pixels. */
    protected abstract _layout(width: number, maxHeight: number): void;

    /** Returns the control that {@link focus} gives the keyboard focus. */
    protected abstract _firstFocus(): Control;

    /** Called before the panel leaves the texture. */
    protected _onClosed(): void {}

    /** Frees what does not belong to {@link control}. */
    protected _release(): void {}
}
