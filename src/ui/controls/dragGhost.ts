import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { AlignTopLeft, CreateText, ELLIPSIS } from "./panelControls";
import type { PanelTheme } from "./panelTheme";
import type { ControlPoint } from "./pointerTracker";

const WIDTH = 120;
const HEIGHT = 24;
/** Pixels between the ghost and the right edge of its list. */
const MARGIN = 4;

/** The label of a dragged row, which follows the pointer. */
export class DragGhost {
    public readonly control: Rectangle;

    private readonly _text: TextBlock;

    public constructor(name: string, theme: PanelTheme) {
        this.control = new Rectangle(name);
        this.control.thickness = 0;
        this.control.cornerRadius = 6;
        this.control.background = theme.accent;
        this.control.alpha = 0.9;
        this.control.heightInPixels = HEIGHT;
        this.control.widthInPixels = WIDTH;
        AlignTopLeft(this.control);
        this.control.isVisible = false;
        this.control.zIndex = 1;
        this.control.isHitTestVisible = false;
        this.control.isFocusInvisible = true;
        this._text = CreateText(`${name}Text`, theme, "", 12);
        this._text.color = theme.accentText;
        this._text.paddingLeftInPixels = this._text.paddingRightInPixels = 8;
        this._text.textWrapping = ELLIPSIS;
        this._text.isHitTestVisible = false;
        this.control.addControl(this._text);
    }

    /** Shows a text beside the pointer, within a list of the given size in pixels. */
    public show(text: string, { x, y }: ControlPoint, listWidth: number, listHeight: number): void {
        this.control.isVisible = true;
        this.control.leftInPixels = Math.max(0, Math.min(x + 10, listWidth - WIDTH - MARGIN));
        this.control.topInPixels = Math.max(0, Math.min(y + 8, listHeight - HEIGHT));
        this._text.text = text;
    }

    public hide(): void {
        this.control.isVisible = false;
    }
}
