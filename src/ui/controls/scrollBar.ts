import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { PanelTheme } from "./panelTheme";

const WIDTH = 5;
const MIN_LENGTH = 24;

/** A thin bar at the right edge of a list. It is hidden while all of the list is visible. All sizes in pixels. */
export class ScrollBar {
    public readonly control: Rectangle;

    private _length = 0;
    private _visibleHeight = 0;
    private _contentHeight = 0;

    public constructor(name: string, theme: PanelTheme) {
        this.control = new Rectangle(name);
        this.control.thickness = 0;
        this.control.background = theme.quietText;
        this.control.alpha = 0.6;
        this.control.cornerRadius = WIDTH / 2;
        this.control.widthInPixels = WIDTH;
        this.control.leftInPixels = -2;
        this.control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.control.isHitTestVisible = false;
        this.control.isFocusInvisible = true;
    }

    /** @param scroll pixels of the content above the visible part */
    public update(scroll: number, visibleHeight: number, contentHeight: number): void {
        const share = contentHeight > 0 ? visibleHeight / contentHeight : 1;
        this._visibleHeight = visibleHeight;
        this._contentHeight = contentHeight;
        this._length = Math.max(MIN_LENGTH, share * visibleHeight);
        this.control.isVisible = share < 1;
        if (share < 1) {
            this.control.heightInPixels = this._length;
            this.control.topInPixels = (scroll / (contentHeight - visibleHeight)) * (visibleHeight - this._length);
        }
    }

    /** Returns the scroll position that centers the bar at a height of the list. */
    public scrollAt(y: number): number {
        const share = (y - this._length / 2) / Math.max(1, this._visibleHeight - this._length);
        return share * (this._contentHeight - this._visibleHeight);
    }
}
