import type { Control } from "@babylonjs/gui/2D/controls/control";
import { type ControlPoint, type PointerPress, PointerTracker } from "./pointerTracker";

/** The operations of a list that its pointer triggers. Rows are given by index, -1 for none; positions in pixels. */
export interface RowListOperations {
    /** True if rows can be dragged onto others. */
    readonly isDraggable: boolean;
    scrollPosition(): number;
    scrollTo(position: number): void;
    rowAt(y: number): number;
    isOnScrollBar(x: number): boolean;
    moveScrollBar(y: number): void;
    hover(row: number): void;
    /** Shows a row as dragged to a point. */
    dragTo(row: number, point: ControlPoint): void;
    /** Ends a drag. @param isDropped whether the row is dropped where it is, rather than put back */
    endDrag(row: number, isDropped: boolean): void;
    leave(): void;
    click(row: number, x: number, isToggle: boolean): void;
}

/** Milliseconds after which a finger that does not move starts to drag its row. */
const HOLD_TIME = 400;

/**
 * Turns the pointer's events on a list into clicks, drags and scrolling. A mouse drags rows at once, a finger after a
 * long press; otherwise a finger scrolls.
 */
export class RowListPointer {
    private _gesture: "click" | "scroll" | "scrollBar" | "drag" = "click";
    private _row = -1;
    private _startScroll = 0;
    private _holdTimer: ReturnType<typeof setTimeout> | null = null;

    public constructor(
        control: Control,
        private readonly _list: RowListOperations,
    ) {
        new PointerTracker(control, {
            onDown: (press) => this._onDown(press),
            onMove: (point, press) => this._onMove(point, press),
            onUp: (point, press) => this._onUp(point, press),
            onCancel: () => this._end(false),
            onLeave: () => _list.leave(),
        });
        control.onDisposeObservable.add(() => this._stopHolding());
    }

    private _onDown({ start, isTouch }: PointerPress): void {
        const { _list: list } = this;
        this._gesture = list.isOnScrollBar(start.x) ? "scrollBar" : "click";
        this._row = list.rowAt(start.y);
        this._startScroll = list.scrollPosition();
        this._stopHolding();
        if (this._gesture === "scrollBar") {
            list.moveScrollBar(start.y);
        } else if (isTouch && this._row >= 0 && list.isDraggable) {
            this._holdTimer = setTimeout(() => {
                if (this._gesture === "click") {
                    this._gesture = "drag";
                    list.dragTo(this._row, start);
                }
            }, HOLD_TIME);
        }
    }

    private _onMove(point: ControlPoint, press: PointerPress | null): void {
        const { _list: list } = this;
        if (!press || this._gesture === "click") {
            list.hover(list.rowAt(point.y));
        }
        if (!press) {
            return;
        }
        if (this._gesture === "click" && press.isDrag) {
            this._stopHolding();
            this._gesture = !press.isTouch && this._row >= 0 && list.isDraggable ? "drag" : "scroll";
        }
        if (this._gesture === "scroll") {
            list.scrollTo(this._startScroll - (point.y - press.start.y));
        } else if (this._gesture === "scrollBar") {
            list.moveScrollBar(point.y);
        } else if (this._gesture === "drag") {
            list.dragTo(this._row, point);
        }
    }

    private _onUp(point: ControlPoint, { start, isTouch, hasModifier }: PointerPress): void {
        const { _list: list, _row: row } = this;
        this._end(true);
        if (isTouch) {
            list.hover(-1);
        }
        if (this._gesture === "click" && row >= 0 && list.rowAt(point.y) === row) {
            list.click(row, start.x, hasModifier);
        }
    }

    private _end(isDropped: boolean): void {
        this._stopHolding();
        this._list.endDrag(this._row, isDropped && this._gesture === "drag");
    }

    private _stopHolding(): void {
        clearTimeout(this._holdTimer ?? undefined);
        this._holdTimer = null;
    }
}
