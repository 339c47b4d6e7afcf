import type { IKeyboardEvent } from "@babylonjs/core/Events/deviceInputEvents";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import { DragGhost } from "./dragGhost";
import { AlignTopLeft } from "./panelControls";
import type { PanelTheme } from "./panelTheme";
import type { ControlPoint } from "./pointerTracker";
import { ROW_HEIGHT, type RowContent, RowControl, type RowZone, SCROLL_BAR_WIDTH } from "./rowControl";
import { RowListPointer } from "./rowListPointer";
import { ScrollBar } from "./scrollBar";

/** Callbacks of a {@link RowList}. Rows are given by index, -1 for none. */
export interface RowListEvents {
    /** Returns the content of a row; called for visible rows only. */
    contentOf(row: number): RowContent;
    /**
     * @param isToggle with shift, control or command
     * @param isDouble the second of two quick clicks on the same text
     */
    onClick(row: number, zone: RowZone, isToggle: boolean, isDouble: boolean): void;
    /** A key while the list has the focus, except those that move the cursor. @returns whether it was handled */
    onKey(row: number, event: IKeyboardEvent): boolean;
    /** The pointer, or the cursor, moved to another row. */
    onPoint(row: number): void;
    /** Returns true if a row can be dropped onto another. Without it rows cannot be dragged. */
    canDrop?(from: number, to: number): boolean;
    onDrop?(from: number, to: number): void;
}

/** Milliseconds between the two clicks of a double click. */
const DOUBLE_CLICK_TIME = 350;
/** Pixels from the upper and lower end within which a drag scrolls, and pixels that each of its moves scrolls by. */
const SCROLL_EDGE = 18;
const SCROLL_STEP = ROW_HEIGHT / 3;

/**
 * A scrolling list of any number of rows. Only the visible ones exist as controls. It scrolls by the wheel, its bar and
 * a finger; arrow keys, page up, page down, home and end move a cursor; rows can be dragged onto others.
 */
export class RowList {
    /** The outermost control. */
    public readonly control: Rectangle;

    private readonly _bar: ScrollBar;
    private readonly _ghost: DragGhost;
    private _rows: RowControl[] = [];
    private _count = 0;
    private _width = 0;
    private _height = 0;
    private _scroll = 0;
    private _cursor = -1;
    private _hovered = -1;
    private _dropTarget = -1;
    private _hasFocus = false;
    private _lastClick = { row: -1, time: 0 };

    public constructor(
        private readonly _name: string,
        private readonly _theme: PanelTheme,
        private readonly _events: RowListEvents,
    ) {
        const control = new Rectangle(_name);
        this.control = control;
        control.thickness = 0;
        control.tabIndex = 0;
        AlignTopLeft(control);
        this._bar = new ScrollBar(`${_name}Bar`, _theme);
        this._ghost = new DragGhost(`${_name}Ghost`, _theme);
        control.addControl(this._bar.control);
        control.addControl(this._ghost.control);

        control.onWheelObservable.add(({ y }) => {
            this.scroll += y;
        });
        this._followPointer();
        control.onKeyboardEventProcessedObservable.add((event) => {
            if (this._onKey(event)) {
                event.preventDefault();
            }
        });
        control.onFocusObservable.add(() => {
            this._hasFocus = true;
            if (this._cursor < 0) {
                this._cursor = Math.min(this._firstVisible, this._count - 1);
            }
            this.refresh();
        });
        control.onBlurObservable.add(() => {
            this._hasFocus = false;
            this.refresh();
        });
    }

    /** The number of rows. */
    public get count(): number {
        return this._count;
    }

    public set count(value: number) {
        this._count = value;
        this._cursor = Math.min(this._cursor, value - 1);
        this._hovered = -1;
        this._setScroll(this._scroll);
        this._layout();
    }

    /** Pixels of the content above the visible part. */
    public get scroll(): number {
        return this._scroll;
    }

    public set scroll(value: number) {
        if (this._setScroll(value)) {
            this._layout();
        }
    }

    /** Sizes in pixels. */
    public setSize(width: number, height: number): void {
        this._width = width;
        this._height = height;
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
        const rowCount = Math.ceil(height / ROW_HEIGHT) + 1;
        while (this._rows.length > rowCount) {
            this._rows.pop()!.dispose();
        }
        while (this._rows.length < rowCount) {
            const row = new RowControl(`${this._name} row`, this._theme);
            this._rows.push(row);
            this.control.addControl(row);
        }
        for (const row of this._rows) {
            row.widthInPixels = width;
        }
        this._setScroll(this._scroll);
        this._layout();
    }

    /** Scrolls as little as needed to show a row; not at all for -1. */
    public reveal(row: number): void {
        if (row < 0) {
            return;
        }
        const top = row * ROW_HEIGHT;
        if (top < this._scroll) {
            this.scroll = top;
        } else if (top + ROW_HEIGHT > this._scroll + this._height) {
            this.scroll = top + ROW_HEIGHT - this._height;
        }
    }

    /** Moves the cursor to a row, as the keys do. */
    public moveCursor(row: number): void {
        this._cursor = row;
        this.reveal(row);
        this.refresh();
        this._events.onPoint(row);
    }

    /** Updates the content of all visible rows. */
    public refresh(): void {
        for (const row of this._rows) {
            this._show(row);
        }
    }

    /** Returns where the text of a row is within the list, in pixels; null for a row that is not visible. */
    public textBoundsOf(row: number): { left: number; top: number; width: number } | null {
        const control = this._rows.find(({ index }) => index === row);
        return control ? { ...control.textBounds, top: row * ROW_HEIGHT - this._scroll } : null;
    }

    private get _contentHeight(): number {
        return this._count * ROW_HEIGHT;
    }

    /** The first row that is at least partly visible. */
    private get _firstVisible(): number {
        return Math.floor(this._scroll / ROW_HEIGHT);
    }

    /** @returns whether the position changed */
    private _setScroll(value: number): boolean {
        const scroll = Math.max(0, Math.min(value, this._contentHeight - this._height));
        const isNew = scroll !== this._scroll;
        this._scroll = scroll;
        return isNew;
    }

    /** Assigns the controls to the visible rows; a row keeps its control as long as it stays visible. */
    private _layout(): void {
        const first = this._firstVisible;
        for (let i = first; i < first + this._rows.length; i++) {
            const row = this._rows[i % this._rows.length];
            row.topInPixels = i * ROW_HEIGHT - this._scroll;
            row.isVisible = i < this._count;
            row.index = row.isVisible ? i : -1;
            this._show(row);
        }
        this._bar.update(this._scroll, this._height, this._contentHeight);
    }

    private _show(row: RowControl): void {
        const { index } = row;
        row.show(
            index < 0 || index >= this._count ? null : this._events.contentOf(index),
            index === this._hovered,
            this._hasFocus && index === this._cursor,
            index === this._dropTarget,
        );
    }

    private _followPointer(): void {
        new RowListPointer(this.control, {
            isDraggable: this._events.canDrop !== undefined,
            scrollPosition: () => this._scroll,
            scrollTo: (position) => {
                this.scroll = position;
            },
            rowAt: (y) => this._rowAt(y),
            isOnScrollBar: (x) => this._bar.control.isVisible && x > this._width - SCROLL_BAR_WIDTH,
            moveScrollBar: (y) => {
                this.scroll = this._bar.scrollAt(y);
            },
            hover: (row) => this._hover(row),
            dragTo: (row, point) => this._dragTo(row, point),
            endDrag: (row, isDropped) => this._endDrag(row, isDropped),
            leave: () => {
                this._hover(-1);
                this._setDropTarget(-1);
            },
            click: (row, x, isToggle) => this._click(row, x, isToggle),
        });
    }

    private _rowAt(y: number): number {
        const row = Math.floor((y + this._scroll) / ROW_HEIGHT);
        return y >= 0 && y < this._height && row < this._count ? row : -1;
    }

    private _hover(row: number): void {
        if (row !== this._hovered) {
            this._hovered = row;
            this.refresh();
            this._events.onPoint(row);
        }
    }

    private _setDropTarget(row: number): void {
        if (row !== this._dropTarget) {
            this._dropTarget = row;
            this.refresh();
        }
    }

    private _dragTo(row: number, point: ControlPoint): void {
        this.scroll += point.y < SCROLL_EDGE ? -SCROLL_STEP : point.y > this._height - SCROLL_EDGE ? SCROLL_STEP : 0;
        this._ghost.show(this._events.contentOf(row).text, point, this._width, this._height);
        const target = this._rowAt(point.y);
        this._setDropTarget(target >= 0 && this._events.canDrop?.(row, target) ? target : -1);
    }

    private _endDrag(row: number, isDropped: boolean): void {
        const { _dropTarget: target } = this;
        this._ghost.hide();
        this._setDropTarget(-1);
        if (isDropped && target >= 0) {
            this._events.onDrop?.(row, target);
        }
    }

    private _click(row: number, x: number, isToggle: boolean): void {
        const control = this._rows.find(({ index }) => index === row);
        if (!control) {
            return;
        }
        const zone = control.zoneAt(x);
        const time = performance.now();
        const { _lastClick: last } = this;
        const isDouble = zone === "text" && last.row === row && time - last.time < DOUBLE_CLICK_TIME;
        this._lastClick = { row: zone === "text" && !isDouble ? row : -1, time };
        this._cursor = row;
        this._events.onClick(row, zone, isToggle, isDouble);
        this.refresh();
    }

    private _onKey(event: IKeyboardEvent): boolean {
        const page = Math.max(1, Math.floor(this._height / ROW_HEIGHT) - 1);
        const steps: Readonly<Record<string, number>> = {
            ArrowUp: -1,
            ArrowDown: 1,
            PageUp: -page,
            PageDown: page,
            Home: -this._count,
            End: this._count,
        };
        const step = steps[event.key];
        if (step === undefined) {
            if (event.key === "Escape") {
                this.control.host.focusedControl = null;
                return true;
            }
            return this._cursor >= 0 && this._cursor < this._count && this._events.onKey(this._cursor, event);
        }
        if (this._count > 0) {
            this.moveCursor(Math.max(0, Math.min(this._cursor + step, this._count - 1)));
        }
        return true;
    }
}
