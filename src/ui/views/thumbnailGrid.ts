import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { AddFocus, AlignTopLeft, CreateText } from "../controls/panelControls";
import type { PanelTheme } from "../controls/panelTheme";
import { PointerTracker } from "../controls/pointerTracker";
import { ScrollBar } from "../controls/scrollBar";
import { ImageDataControl } from "./imageDataControl";

/** Callbacks of a {@link ThumbnailGrid}. */
export interface ThumbnailGridEvents {
    /** Draws the image of an item into a control; called for visible items only, in time slices. */
    draw(index: number, image: ImageDataControl): void;
    onClick(index: number): void;
    /** The grid has to be rendered again. */
    onChange(): void;
}

interface Cell {
    readonly box: Rectangle;
    readonly frame: Rectangle;
    readonly image: ImageDataControl;
    readonly name: TextBlock;
    index: number;
    isDrawn: boolean;
}

const MIN_WIDTH = 92;
const GAP = 8;
const NAME_HEIGHT = 18;
/** Pixels at the right that the scroll bar takes. */
const SCROLL_BAR_WIDTH = 8;
/** Pixels of the frame around the item at the pointer or the cursor. */
const FRAME = 2;
/** Milliseconds of the time slice in which images are drawn. */
const TIME_SLICE = 12;

/** A grid of named images that scrolls by the wheel and by dragging. Only the visible items exist as controls. */
export class ThumbnailGrid {
    /** The outermost control. */
    public readonly control = new Rectangle("thumbnails");

    private readonly _bar: ScrollBar;
    private readonly _pointer: PointerTracker;
    private _cells: Cell[] = [];
    private _columns = 1;
    private _cellWidth = MIN_WIDTH;
    private _height = 0;
    private _scroll = 0;
    private _startScroll = 0;
    private _timer: ReturnType<typeof setTimeout> | null = null;
    private _cursor = 0;
    private _hasFocus = false;

    /** @param _names the names of the items */
    public constructor(
        private readonly _theme: PanelTheme,
        private readonly _names: readonly string[],
        private readonly _events: ThumbnailGridEvents,
    ) {
        const { control } = this;
        control.thickness = 0;
        AlignTopLeft(control);
        this._bar = new ScrollBar("thumbnailBar", _theme);
        control.addControl(this._bar.control);
        control.onWheelObservable.add(({ y }) => {
            this.scroll += y;
        });
        this._pointer = new PointerTracker(control, {
            onDown: () => {
                this._startScroll = this._scroll;
            },
            onMove: ({ y }, press) => {
                if (press?.isDrag) {
                    this.scroll = this._startScroll - (y - press.start.y);
                }
            },
            onLeave: () => this._pointer.cancel(),
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

    /** Pixels of the content above the visible part. */
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
        const inner = width - SCROLL_BAR_WIDTH;
        this._columns = Math.max(1, Math.floor((inner + GAP) / (MIN_WIDTH + GAP)));
        this._cellWidth = (inner + GAP) / this._columns - GAP;
        const rows = Math.ceil(height / this._rowHeight) + 1;
        for (const { box } of this._cells) {
            box.dispose();
        }
        this._cells = Array.from({ length: rows * this._columns }, () => this._createCell());
        this._scroll = Math.max(0, Math.min(this._scroll, this._contentHeight - height));
        this._layout();
    }

    /** Draws all visible images again. */
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
        AlignTopLeft(box);
        box.hoverCursor = "pointer";
        const frame = new Rectangle("thumbnailFrame");
        frame.thickness = 0;
        frame.cornerRadius = 8;
        frame.background = this._theme.surface;
        frame.heightInPixels = this._cellWidth;
        frame.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        const image = new ImageDataControl("thumbnailPicture");
        frame.addControl(image);
        const name = CreateText("thumbnailName", this._theme, "", 12);
        name.color = this._theme.quietText;
        name.heightInPixels = NAME_HEIGHT;
        name.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
        name.paddingLeftInPixels = 4;
        box.addControl(frame);
        box.addControl(name);
        const cell: Cell = { box, frame, image, name, index: -1, isDrawn: false };
        frame.color = this._theme.accent;
        box.onPointerEnterObservable.add(() => {
            frame.thickness = FRAME;
        });
        box.onPointerOutObservable.add(() => this._mark());
        box.onPointerClickObservable.add(() => {
            if (!this._pointer.press?.isDrag && cell.index >= 0) {
                this._events.onClick(cell.index);
            }
        });
        this.control.addControl(box);
        return cell;
    }

    /** Assigns the cells to the visible items; a row keeps its cells as long as it stays visible. */
    private _layout(): void {
        const rows = this._cells.length / this._columns;
        const firstRow = Math.floor(this._scroll / this._rowHeight);
        for (let row = firstRow; row < firstRow + rows; row++) {
            for (let column = 0; column < this._columns; column++) {
                const cell = this._cells[(row % rows) * this._columns + column];
                const index = row * this._columns + column;
                const isUsed = index < this._names.length;
                cell.box.isVisible = isUsed;
                cell.box.leftInPixels = column * (this._cellWidth + GAP);
                cell.box.topInPixels = row * this._rowHeight - this._scroll;
                if (cell.index !== index) {
                    cell.index = isUsed ? index : -1;
                    cell.isDrawn = false;
                    cell.name.text = isUsed ? this._names[index] : "";
                    cell.image.setPixels(null, 0, 0);
                }
            }
        }
        this._bar.update(this._scroll, this._height, this._contentHeight);
        this._mark();
        this._drawSoon();
        this._events.onChange();
    }

    /** Frames the item at the cursor. */
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
                if (cell.index < 0 || cell.isDrawn || !this._isVisible(cell)) {
                    continue;
                }
                if (performance.now() - start > TIME_SLICE) {
                    this._drawSoon();
                    break;
                }
                cell.isDrawn = true;
                this._events.draw(cell.index, cell.image);
            }
            this._events.onChange();
        });
    }

    private _isVisible({ box }: Cell): boolean {
        return box.topInPixels < this._height && box.topInPixels + this._rowHeight > 0;
    }
}
