import type { IPointerEvent } from "@babylonjs/core/Events/deviceInputEvents";
import type { PointerInfoBase } from "@babylonjs/core/Events/pointerEvents";
import type { Vector2 } from "@babylonjs/core/Maths/math.vector";
import type { EventState } from "@babylonjs/core/Misc/observable";
import type { Control } from "@babylonjs/gui/2D/controls/control";

/** Pixels that a pressed pointer may move before the press becomes a drag. */
export const DRAG_DISTANCE = 6;

/** A position within a control, in its own pixels from its top left corner. */
export interface ControlPoint {
    readonly x: number;
    readonly y: number;
}

/** A press of the primary button, or of a finger, from down to up. */
export interface PointerPress {
    readonly start: ControlPoint;
    readonly isTouch: boolean;
    /** True if shift, control or command was down. */
    readonly hasModifier: boolean;
    /** True once the pointer has moved by more than {@link DRAG_DISTANCE}. */
    isDrag: boolean;
}

/** Callbacks of a {@link PointerTracker}. */
export interface PointerTrackerEvents {
    onDown?(press: PointerPress): void;
    /** @param press null while no button is down */
    onMove?(point: ControlPoint, press: PointerPress | null): void;
    onUp?(point: ControlPoint, press: PointerPress): void;
    /** The press ended elsewhere, without an up event on the control. */
    onCancel?(): void;
    onLeave?(): void;
}

/** Follows the pointer on a control, one press at a time. */
export class PointerTracker {
    private _press: PointerPress | null = null;

    public constructor(
        private readonly _control: Control,
        private readonly _events: PointerTrackerEvents,
    ) {
        _control.onPointerDownObservable.add((position, state) => {
            if (position.buttonIndex <= 0) {
                this._onDown(this._localPointOf(position), EventOf(state));
            }
        });
        _control.onPointerMoveObservable.add((position, state) => {
            this._onMove(this._localPointOf(position), EventOf(state));
        });
        _control.onPointerUpObservable.add((position) => {
            const { _press: press } = this;
            this._press = null;
            if (press) {
                _events.onUp?.(this._localPointOf(position), press);
            }
        });
        _control.onPointerOutObservable.add(() => _events.onLeave?.());
    }

    /** The current press; null while no button is down. */
    public get press(): PointerPress | null {
        return this._press;
    }

    /** Ends the current press without an up event. */
    public cancel(): void {
        this._press = null;
    }

    private _onDown(start: ControlPoint, event: IPointerEvent | null): void {
        this._press = {
            start,
            isTouch: event?.pointerType === "touch",
            hasModifier: (event?.shiftKey || event?.ctrlKey || event?.metaKey) ?? false,
            isDrag: false,
        };
        this._events.onDown?.(this._press);
    }

    private _onMove(point: ControlPoint, event: IPointerEvent | null): void {
        if (this._press && event && event.pointerType !== "touch" && event.buttons === 0) {
            this._press = null; // released outside of the canvas
            this._events.onCancel?.();
        }
        if (this._press) {
            const { start } = this._press;
            this._press.isDrag ||= Math.hypot(point.x - start.x, point.y - start.y) > DRAG_DISTANCE;
        }
        this._events.onMove?.(point, this._press);
    }

    private _localPointOf(position: Vector2): ControlPoint {
        const { x, y } = this._control.getLocalCoordinates(position);
        const ratio = this._control.host.idealRatio;
        return { x: x / ratio, y: y / ratio };
    }
}

/** Returns the browser's event; null for simulated pointers, such as those of XR controllers. */
function EventOf({ userInfo }: EventState): IPointerEvent | null {
    return ((userInfo as PointerInfoBase | null | undefined)?.event as IPointerEvent | undefined) ?? null;
}
