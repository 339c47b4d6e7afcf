import type { IKeyboardEvent, IPointerEvent } from "@babylonjs/core/Events/deviceInputEvents";
import type { PointerInfoBase } from "@babylonjs/core/Events/pointerEvents";
import type { Vector2 } from "@babylonjs/core/Maths/math.vector";
import type { EventState } from "@babylonjs/core/Misc/observable";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Vector2WithInfo } from "@babylonjs/gui/2D/math2D";
import { CreateText, ELLIPSIS, type PanelTheme } from "./panelParts";
import { BAR_PLACE, ROW_HEIGHT, RowControl, type RowLook, type RowZone } from "./rowControl";

/** What a {@link RowList} asks and tells. */
export interface RowListEvents {
    /** What a row shows; asked for rows that are in sight only. */
    look(index: number): RowLook;
    /** @param isToggle with shift, control or command @param isDouble the second of two quick clicks on the same text */
    onClick(index: number, zone: RowZone, isToggle: boolean, isDouble: boolean): void;
    /** A key while the list has the focus, but for those that go up and down. @returns whether it did something */
    onKey(index: number, event: IKeyboardEvent): boolean;
    /** The pointer, or the keys, are at another row; -1: at none. */
    onPoint(index: number): void;
    /** Whether a row can be dropped on another. Left out: rows are not dragged. */
    canDrop?(from: number, to: number): boolean;
    onDrop?(from: number, to: number): void;
}

/** What a pointer that is down does. */
interface Press {
    readonly x: number;
    readonly y: number;
    readonly scroll: number;
    readonly index: number;
    readonly isToggle: boolean;
    readonly isFinger: boolean;
    mode: "tap" | "scroll" | "bar" | "drag";
}

/** Pixels that a pointer may move while it is down without dragging. */
const TAP = 6;
/** Milliseconds after which a finger that stays takes hold of a row. */
const HOLD = 400;
/** Milliseconds between two clicks that are one double click. */
const DOUBLE = 350;
const BAR = 5;
const SHORTEST_BAR = 24;
/** Pixels from the upper and lower end where dragging scrolls, and by how much with each move. */
const EDGE = 18;

/**
 * Rows below each other: any number of them, of which only those in sight exist as controls. Scrolls by the wheel, the bar, and a finger; up, down, page
 * up and down, home and end move a cursor; a row can be dragged on another, by a finger after holding it.
 */
export class RowList {
    /** The outermost control. */
    public readonly control: Rectangle;

    private readonly _bar: Rectangle;
    private readonly _ghost: Rectangle;
    private readonly _ghostText: TextBlock;
    private _rows: RowControl[] = [];
    private _count = 0;
    private _width = 0;
    private _height = 0;
    private _scroll = 0;
    private _cursor = -1;
    private _hovered = -1;
    private _target = -1;
    private _hasFocus = false;
    private _press: Press | null = null;
    private _holdTimer: ReturnType<typeof setTimeout> | null = null;
    private _lastClick = { index: -1, time: 0 };

    public constructor(
        private readonly _name: string,
        private readonly _theme: PanelTheme,
        private readonly _events: RowListEvents,
    ) {
        this.control = new Rectangle(_name);
        this.control.thickness = 0;
        this.control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.control.tabIndex = 0;

        this._bar = new Rectangle(`${_name}Bar`);
        this._bar.thickness = 0;
        this._bar.background = _theme.quietText;
        this._bar.alpha = 0.6;
        this._bar.cornerRadius = BAR / 2;
        this._bar.widthInPixels = BAR;
        this._bar.leftInPixels = -2;
        this._bar.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        this._bar.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._ghost = new Rectangle(`${_name}Ghost`);
        this._ghost.thickness = 0;
        this._ghost.cornerRadius = 6;
        this._ghost.background = _theme.accent;
        this._ghost.alpha = 0.9;
        this._ghost.heightInPixels = 24;
        this._ghost.widthInPixels = 120;
        this._ghost.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._ghost.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._ghost.isVisible = false;
        this._ghost.zIndex = 1;
        this._ghostText = CreateText(`${_name}GhostText`, _theme, "", 12);
        this._ghostText.color = _theme.accentText;
        this._ghostText.paddingLeftInPixels = this._ghostText.paddingRightInPixels = 8;
        this._ghostText.textWrapping = ELLIPSIS;
        this._ghost.addControl(this._ghostText);
        for (const child of [this._bar, this._ghost]) {
            child.isHitTestVisible = false;
            child.isFocusInvisible = true;
            this.control.addControl(child);
        }
        this._ghostText.isHitTestVisible = false;

        const { control } = this;
        control.onWheelObservable.add(({ y }) => {
            this.scroll += y;
        });
        control.onPointerDownObservable.add((place, state) => this._onDown(place, state));
        control.onPointerMoveObservable.add((place, state) => this._onMove(place, state));
        control.onPointerUpObservable.add((place) => this._onUp(place));
        control.onPointerOutObservable.add(() => {
            this._point(-1);
            this._aim(-1);
        });
        control.onKeyboardEventProcessedObservable.add((event) => {
            if (this._onKey(event)) {
                event.preventDefault();
            }
        });
        control.onFocusObservable.add(() => {
            this._hasFocus = true;
            if (this._cursor < 0) {
                this._cursor = Math.min(this.firstInSight, this._count - 1);
            }
            this.refresh();
        });
        control.onBlurObservable.add(() => {
            this._hasFocus = false;
            this.refresh();
        });
        control.onDisposeObservable.add(() => this._stopHolding());
    }

    /** Number of rows. */
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

    /** Pixels above what is in sight. */
    public get scroll(): number {
        return this._scroll;
    }

    public set scroll(value: number) {
        if (this._setScroll(value)) {
            this._layout();
        }
    }

    /** The row that keys act on; -1: none. */
    public get cursor(): number {
        return this._cursor;
    }

    public set cursor(index: number) {
        this._cursor = index;
        this.refresh();
    }

    /** The first row of which something is in sight. */
    public get firstInSight(): number {
        return Math.floor(this._scroll / ROW_HEIGHT);
    }

    /** Sizes in pixels. */
    public setSize(width: number, height: number): void {
        this._width = width;
        this._height = height;
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
        const wanted = Math.ceil(height / ROW_HEIGHT) + 1;
        while (this._rows.length > wanted) {
            this._rows.pop()!.dispose();
        }
        while (this._rows.length < wanted) {
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

    /** Scrolls as little as it takes to see a row; not at all for -1. */
    public reveal(index: number): void {
        if (index < 0) {
            return;
        }
        const top = index * ROW_HEIGHT;
        if (top < this._scroll) {
            this.scroll = top;
        } else if (top + ROW_HEIGHT > this._scroll + this._height) {
            this.scroll = top + ROW_HEIGHT - this._height;
        }
    }

    /** Shows all rows in sight anew. */
    public refresh(): void {
        for (const row of this._rows) {
            this._show(row);
        }
    }

    /** Where the text of a row is within the list, in pixels; null where the row is out of sight. */
    public textPlace(index: number): { left: number; top: number; width: number } | null {
        const row = this._rows.find((control) => control.index === index);
        return row ? { ...row.textPlace, top: index * ROW_HEIGHT - this._scroll } : null;
    }

    private get _contentHeight(): number {
        return this._count * ROW_HEIGHT;
    }

    private _setScroll(value: number): boolean {
        const scroll = Math.max(0, Math.min(value, this._contentHeight - this._height));
        const isNew = scroll !== this._scroll;
        this._scroll = scroll;
        return isNew;
    }

    /** Gives the rows in sight their controls: a row keeps its control as long as it is in sight. */
    private _layout(): void {
        const first = this.firstInSight;
        for (let i = first; i < first + this._rows.length; i++) {
            const row = this._rows[i % this._rows.length];
            row.topInPixels = i * ROW_HEIGHT - this._scroll;
            row.isVisible = i < this._count;
            const index = row.isVisible ? i : -1;
            if (row.index !== index) {
                row.index = index;
            }
            this._show(row);
        }
        const share = this._contentHeight > 0 ? this._height / this._contentHeight : 1;
        this._bar.isVisible = share < 1;
        if (share < 1) {
            const length = Math.max(SHORTEST_BAR, share * this._height);
            this._bar.heightInPixels = length;
            this._bar.topInPixels = (this._scroll / (this._contentHeight - this._height)) * (this._height - length);
        }
    }

    private _show(row: RowControl): void {
        const { index } = row;
        row.show(
            index < 0 || index >= this._count ? null : this._events.look(index),
            index === this._hovered,
            this._hasFocus && index === this._cursor,
            index === this._target,
        );
    }

    private _onDown(place: Vector2WithInfo, state: EventState): void {
        const event = EventOf(state);
        if (place.buttonIndex > 0) {
            return;
        }
        const { x, y } = this._localOf(place);
        const index = this._indexAt(y);
        const isBar = this._bar.isVisible && x > this._width - BAR_PLACE;
        const isFinger = event?.pointerType === "touch";
        this._press = {
            x,
            y,
            scroll: this._scroll,
            index,
            isToggle: (event?.shiftKey || event?.ctrlKey || event?.metaKey) ?? false,
            isFinger,
            mode: isBar ? "bar" : "tap",
        };
        this._stopHolding();
        if (isBar) {
            this._scrollBar(y);
        } else if (isFinger && index >= 0 && this._events.canDrop) {
            this._holdTimer = setTimeout(() => {
                if (this._press?.mode === "tap") {
                    this._press.mode = "drag";
                    this._showGhost(x, y, index);
                }
            }, HOLD);
        }
    }

    private _onMove(place: Vector2, state: EventState): void {
        const { x, y } = this._localOf(place);
        const event = EventOf(state);
        const { _press: press } = this;
        if (press && event && event.pointerType !== "touch" && event.buttons === 0) {
            this._endPress(); // it was released elsewhere
        }
        if (!press || press.mode === "tap") {
            this._point(this._indexAt(y));
        }
        if (!press) {
            return;
        }
        if (press.mode === "tap" && Math.hypot(x - press.x, y - press.y) > TAP) {
            this._stopHolding();
            const isDrag = !press.isFinger && press.index >= 0 && this._events.canDrop !== undefined;
            press.mode = isDrag ? "drag" : "scroll";
        }
        if (press.mode === "scroll") {
            this.scroll = press.scroll - (y - press.y);
        } else if (press.mode === "bar") {
            this._scrollBar(y);
        } else if (press.mode === "drag") {
            this.scroll += y < EDGE ? -ROW_HEIGHT / 3 : y > this._height - EDGE ? ROW_HEIGHT / 3 : 0;
            this._showGhost(x, y, press.index);
            const index = this._indexAt(y);
            this._aim(index >= 0 && this._events.canDrop?.(press.index, index) ? index : -1);
        }
    }

    private _onUp(place: Vector2): void {
        const { _press: press, _target: target } = this;
        this._endPress();
        if (press?.isFinger) {
            this._point(-1); // a finger that is gone points nowhere
        }
        if (press?.mode === "drag") {
            if (target >= 0) {
                this._events.onDrop?.(press.index, target);
            }
        } else if (press?.mode === "tap" && press.index >= 0 && press.index < this._count) {
            const row = this._rows.find(({ index }) => index === press.index);
            if (!row || this._indexAt(this._localOf(place).y) !== press.index) {
                return;
            }
            const zone = row.zoneAt(press.x);
            const now = performance.now();
            const isDouble =
                zone === "text" && this._lastClick.index === press.index && now - this._lastClick.time < DOUBLE;
            this._lastClick = { index: zone === "text" && !isDouble ? press.index : -1, time: now };
            this._cursor = press.index;
            this._events.onClick(press.index, zone, press.isToggle, isDouble);
            this.refresh();
        }
    }

    private _endPress(): void {
        this._stopHolding();
        this._press = null;
        this._ghost.isVisible = false;
        this._aim(-1);
    }

    private _stopHolding(): void {
        if (this._holdTimer !== null) {
            clearTimeout(this._holdTimer);
            this._holdTimer = null;
        }
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

    /** Puts the cursor on a row, as the keys do. */
    public moveCursor(index: number): void {
        this._cursor = index;
        this.reveal(index);
        this.refresh();
        this._events.onPoint(index);
    }

    private _point(index: number): void {
        if (index !== this._hovered) {
            this._hovered = index;
            this.refresh();
            this._events.onPoint(index);
        }
    }

    private _aim(index: number): void {
        if (index !== this._target) {
            this._target = index;
            this.refresh();
        }
    }

    private _scrollBar(y: number): void {
        const length = this._bar.heightInPixels;
        const share = (y - length / 2) / Math.max(1, this._height - length);
        this.scroll = share * (this._contentHeight - this._height);
    }

    private _showGhost(x: number, y: number, index: number): void {
        this._ghost.isVisible = true;
        this._ghost.leftInPixels = Math.max(0, Math.min(x + 10, this._width - 124));
        this._ghost.topInPixels = Math.max(0, Math.min(y + 8, this._height - 24));
        this._ghostText.text = this._events.look(index).text;
    }

    private _indexAt(y: number): number {
        const index = Math.floor((y + this._scroll) / ROW_HEIGHT);
        return y >= 0 && y < this._height && index < this._count ? index : -1;
    }

    private _localOf(place: Vector2): { x: number; y: number } {
        const { x, y } = this.control.getLocalCoordinates(place);
        const ratio = this.control.host.idealRatio;
        return { x: x / ratio, y: y / ratio };
    }
}

/** What the pointer's event was; null where Babylon makes one up. */
function EventOf({ userInfo }: EventState): IPointerEvent | null {
    return ((userInfo as PointerInfoBase | null | undefined)?.event as IPointerEvent | undefined) ?? null;
}
