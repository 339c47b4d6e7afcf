import type { Vector2 } from "@babylonjs/core/Maths/math.vector";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { ImageDataControl } from "./imageDataControl";
import { AddFocus, CreateText, type PanelTheme } from "./panelParts";

/** What a {@link ThumbnailGrid} asks for and tells. */
export interface ThumbnailGridEvents {
    /** Puts the picture of an item into a control; called only for items that are in sight, a few at a time. */
    draw(index: number, picture: ImageDataControl): void;
    onClick(index: number): void;
    /** It looks different. */
    onChange(): void;
}

interface Cell {
    readonly box: Rectangle;
    readonly frame: Rectangle;
    readonly picture: ImageDataControl;
    readonly name: TextBlock;
    index: number;
    isDrawn: boolean;
}

const LEAST_WIDTH = 92;
const GAP = 8;
const NAME_HEIGHT = 18;
const BAR = 4;
/** Of the item that the pointer or the keys are at. */
const FRAME = 2;
/** Pixels that a pointer may move while it is down without dragging. */
const TAP = 6;
/** Longest time that pictures are drawn without a pause, milliseconds. */
const LONGEST_RUN = 12;

/** Pictures with names in rows, which scroll by the wheel and by dragging. Only those in sight exist, so there may be any number. */
export class ThumbnailGrid {
    /** The outermost control. */
    public readonly control = new Rectangle("thumbnails");

    private readonly _bar = new Rectangle("thumbnailBar");
    private _cells: Cell[] = [];
    private _columns = 1;
    private _cellWidth = LEAST_WIDTH;
    private _height = 0;
    private _scroll = 0;
    private _dragStart: { y: number; scroll: number } | null = null;
    private _hasDragged = false;
    private _timer: ReturnType<typeof setTimeout> | null = null;
    private _cursor = 0;
    private _hasFocus = false;

    /** @param _names of the items */
    public constructor(
        private readonly _theme: PanelTheme,
        private readonly _names: readonly string[],
        private readonly _events: ThumbnailGridEvents,
    ) {
        const { control } = this;
        control.thickness = 0;
        control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._bar.thickness = 0;
        this._bar.background = _theme.quietText;
        this._bar.alpha = 0.6;
        this._bar.cornerRadius = BAR / 2;
        this._bar.widthInPixels = BAR;
        this._bar.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        this._bar.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._bar.isHitTestVisible = false;
        control.addControl(this._bar);
        control.onWheelObservable.add(({ y }) => {
            this.scroll += y;
        });
        control.onPointerDownObservable.add((place) => {
            this._dragStart = { y: this._pixelsOf(place), scroll: this._scroll };
            this._hasDragged = false;
        });
        control.onPointerMoveObservable.add((place) => this._drag(place));
        control.onPointerUpObservable.add(() => {
            this._dragStart = null;
        });
        control.onPointerOutObservable.add(() => {
            this._dragStart = null;
        });
        AddFocus(control, _theme, ({ key }) => this._onKey(key));
        for (const [observable, hasFocus] of [
            [control.onFocusObservable, true],
            [control.onBlurObservable, false],
        ] as const) {
            observable.add(() => {
                this._hasFocus = hasFocus;
                this._mark();
            });
        }
        control.onDisposeObservable.add(() => {
            if (this._timer !== null) {
                clearTimeout(this._timer);
            }
        });
    }

    /** Pixels above what is in sight. */
    public get scroll(): number {
        return this._scroll;
    }

    public set scroll(value: number) {
        const scroll = Math.max(0, Math.min(value, this._contentHeight - this._height));
        if (scroll !== this._scroll) {
            this._scroll = scroll;
            this._layout();
        }
    }

    /** Sizes in pixels. */
    public setSize(width: number, height: number): void {
        this._height = height;
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
        const room = width - BAR - GAP / 2;
        this._columns = Math.max(1, Math.floor((room + GAP) / (LEAST_WIDTH + GAP)));
        this._cellWidth = (room + GAP) / this._columns - GAP;
        const rows = Math.ceil(height / this._rowHeight) + 1;
        for (const { box } of this._cells) {
            box.dispose();
        }
        this._cells = Array.from({ length: rows * this._columns }, () => this._createCell());
        this._scroll = Math.max(0, Math.min(this._scroll, this._contentHeight - height));
        this._layout();
    }

    /** Draws all pictures in sight anew. */
    public refresh(): void {
        for (const cell of this._cells) {
            cell.isDrawn = false;
        }
        this._drawSoon();
    }

    private get _rowHeight(): number {
        return this._cellWidth + NAME_HEIGHT + GAP;
    }

    private get _contentHeight(): number {
        return Math.ceil(this._names.length / this._columns) * this._rowHeight - GAP;
    }

    private _createCell(): Cell {
        const box = new Rectangle("thumbnail");
        box.thickness = 0;
        box.widthInPixels = this._cellWidth;
        box.heightInPixels = this._cellWidth + NAME_HEIGHT;
        box.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        box.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        box.hoverCursor = "pointer";
        const frame = new Rectangle("thumbnailFrame");
        frame.thickness = 0;
        frame.cornerRadius = 8;
        frame.thickness = 0;
        frame.background = this._theme.surface;
        frame.heightInPixels = this._cellWidth;
        frame.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        const picture = new ImageDataControl("thumbnailPicture");
        frame.addControl(picture);
        const name = CreateText("thumbnailName", this._theme, "", 12);
        name.color = this._theme.quietText;
        name.heightInPixels = NAME_HEIGHT;
        name.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
        name.paddingLeftInPixels = 4;
        box.addControl(frame);
        box.addControl(name);
        const cell: Cell = { box, frame, picture, name, index: -1, isDrawn: false };
        frame.color = this._theme.accent;
        box.onPointerEnterObservable.add(() => {
            frame.thickness = FRAME;
        });
        box.onPointerOutObservable.add(() => this._mark());
        box.onPointerClickObservable.add(() => {
            if (!this._hasDragged && cell.index >= 0) {
                this._events.onClick(cell.index);
            }
        });
        this.control.addControl(box);
        return cell;
    }

    /** Gives the items in sight their cells: a row keeps its cells as long as it is in sight. */
    private _layout(): void {
        const rows = this._cells.length / this._columns;
        const firstRow = Math.floor(this._scroll / this._rowHeight);
        for (let row = firstRow; row < firstRow + rows; row++) {
            for (let column = 0; column < this._columns; column++) {
                const cell = this._cells[(row % rows) * this._columns + column];
                const index = row * this._columns + column;
                const isThere = index < this._names.length;
                cell.box.isVisible = isThere;
                cell.box.leftInPixels = column * (this._cellWidth + GAP);
                cell.box.topInPixels = row * this._rowHeight - this._scroll;
                if (cell.index !== index) {
                    cell.index = isThere ? index : -1;
                    cell.isDrawn = false;
                    cell.name.text = isThere ? this._names[index] : "";
                    cell.picture.setPixels(null, 0, 0);
                }
            }
        }
        const share = Math.min(1, this._height / this._contentHeight);
        this._bar.isVisible = share < 1;
        this._bar.heightInPixels = share * this._height;
        this._bar.topInPixels = (this._scroll / this._contentHeight) * this._height;
        this._mark();
        this._drawSoon();
        this._events.onChange();
    }

    /** Frames the item that the keys are at. */
    private _mark(): void {
        for (const { frame, index } of this._cells) {
            frame.thickness = this._hasFocus && index === this._cursor ? FRAME : 0;
        }
    }

    private _onKey(key: string): boolean {
        const steps: Readonly<Record<string, number>> = {
            ArrowLeft: -1,
            ArrowRight: 1,
            ArrowUp: -this._columns,
            ArrowDown: this._columns,
        };
        if (key === "Enter" || key === " ") {
            this._events.onClick(this._cursor);
            return true;
        }
        const step = steps[key];
        if (step === undefined) {
            return false;
        }
        const next = this._cursor + step;
        if (next >= 0 && next < this._names.length) {
            this._cursor = next;
            const top = Math.floor(next / this._columns) * this._rowHeight;
            this.scroll = Math.min(top, Math.max(this._scroll, top + this._rowHeight - this._height));
            this._mark();
            this._events.onChange();
        }
        return true;
    }

    private _drawSoon(): void {
        this._timer ??= setTimeout(() => {
            this._timer = null;
            const start = performance.now();
            for (const cell of this._cells) {
                if (cell.index < 0 || cell.isDrawn || !this._isInSight(cell)) {
                    continue;
                }
                if (performance.now() - start > LONGEST_RUN) {
                    this._drawSoon();
                    break;
                }
                cell.isDrawn = true;
                this._events.draw(cell.index, cell.picture);
            }
            this._events.onChange();
        });
    }

    private _isInSight({ box }: Cell): boolean {
        return box.topInPixels < this._height && box.topInPixels + this._rowHeight > 0;
    }

    private _drag(place: Vector2): void {
        if (!this._dragStart) {
            return;
        }
        const moved = this._pixelsOf(place) - this._dragStart.y;
        this._hasDragged ||= Math.abs(moved) > TAP;
        if (this._hasDragged) {
            this.scroll = this._dragStart.scroll - moved;
        }
    }

    private _pixelsOf({ y }: Vector2): number {
        return y / this.control.host.idealRatio;
    }
}
