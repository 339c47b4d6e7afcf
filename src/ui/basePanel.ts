import { Observable, type Observer } from "@babylonjs/core/Misc/observable";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { IconName } from "./icons";
import { CreateBox, CreateIconButton, type PanelTheme, ShieldTaps, WatchSize } from "./panelParts";

/** Options of a {@link BasePanel}. */
export interface BasePanelOptions {
    /** Colors and font. Default {@link DEFAULT_PANEL_THEME}. */
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

/** A panel that is opened and closed, and as large as there is room. Disposed with its texture. */
export abstract class BasePanel<Options extends BasePanelOptions = BasePanelOptions> {
    /** The outermost control; move it as you like. */
    public readonly control: Rectangle;
    /** Notified when its button for that has closed it. */
    public readonly onCloseObservable = new Observable<this>();
    /** Notified when it, or what it shows in the scene, looks different without anyone having done anything, for applications that do not draw all the time. */
    public readonly onRedrawObservable = new Observable<this>();

    protected readonly _removals: (() => void)[] = [];
    protected _isDisposed = false;
    private _isOpen = true;

    protected constructor(
        name: string,
        side: "left" | "right" | "middle",
        protected readonly _texture: AdvancedDynamicTexture,
        protected readonly _options: Options,
    ) {
        const { theme, width, height, top } = _options;
        this.control = CreateBox(`${name}Panel`, theme, width, height);
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.control.topInPixels = top;
        if (side !== "middle") {
            this.control.horizontalAlignment =
                side === "left" ? Control.HORIZONTAL_ALIGNMENT_LEFT : Control.HORIZONTAL_ALIGNMENT_RIGHT;
            this.control.leftInPixels = side === "left" ? EDGE : -EDGE;
        }
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
                if (this.control.getDescendants().some((inside) => inside === this._texture.focusedControl)) {
                    this._texture.focusedControl = null; // the keys are the scene's again
                }
                this._texture.removeControl(this.control);
            }
            this._redraw();
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
        this._release();
        this.control.dispose();
        this.onCloseObservable.clear();
        this.onRedrawObservable.clear();
    }

    /** Puts the panel into the texture, once the subclass has made its controls. */
    protected _start(): void {
        this._own(this._texture.onDisposeObservable.add(() => this.dispose()));
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
    }

    protected _own<T>(observer: Observer<T>): void {
        this._removals.push(() => observer.remove());
    }

    protected _redraw(): void {
        this.onRedrawObservable.notifyObservers(this);
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

    /** Places the controls. Sizes in pixels. */
    protected abstract _layout(width: number, height: number): void;

    /** What gets the keys first. */
    protected abstract _firstFocus(): Control;

    /** Called before it leaves the texture. */
    protected _onClosed(): void {}

    /** Frees what is not within {@link control}. */
    protected _release(): void {}
}
