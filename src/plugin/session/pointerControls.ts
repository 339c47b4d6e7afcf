import type { Ray } from "@babylonjs/core/Culling/ray";
import "@babylonjs/core/Culling/ray"; // the scene's pointer events ask for it
import type { IPointerEvent } from "@babylonjs/core/Events/deviceInputEvents";
import { KeyboardEventTypes, type KeyboardInfo } from "@babylonjs/core/Events/keyboardEvents";
import { PointerEventTypes, type PointerInfo, type PointerInfoPre } from "@babylonjs/core/Events/pointerEvents";
import type { Scene } from "@babylonjs/core/scene";

/** The target of {@link PointerControls}; positions are as `scene.pointerX` and `scene.pointerY`. */
export interface PointerTarget {
    hoverAt(x: number, y: number): void;
    selectAt(at: { readonly x: number; readonly y: number } | Ray, isToggle: boolean): void;
    selectParent(): boolean;
    selectChildAt(x: number, y: number): boolean;
    selectNone(): void;
    reportError(error: Error): void;
}

/** Babylon reports the second of two quick taps as a double tap, at any position. */
const TAPS: readonly number[] = [PointerEventTypes.POINTERTAP, PointerEventTypes.POINTERDOUBLETAP];

/** Handles the pointer, wheel and keys of a scene, as UltrametricSegmentationOptions.usePointer describes. */
export class PointerControls {
    private readonly _removals: readonly (() => void)[];
    private _hoverAt: { x: number; y: number } | null = null;

    public constructor(
        private readonly _scene: Scene,
        private readonly _target: PointerTarget,
    ) {
        const observers = [
            _scene.onPrePointerObservable.add((info) => this._onWheel(info), PointerEventTypes.POINTERWHEEL),
            _scene.onKeyboardObservable.add((info) => this._onKey(info)),
            _scene.onPointerObservable.add((info) => this._onPointer(info)),
            _scene.onBeforeRenderObservable.add(() => this._hover()),
        ];
        this._removals = observers.map((observer) => () => observer.remove());
    }

    public dispose(): void {
        for (const remove of this._removals) {
            remove();
        }
    }

    private _onPointer(info: PointerInfo): void {
        const { pointerX: x, pointerY: y } = this._scene;
        const isController = (info.event as IPointerEvent).pointerType?.startsWith("xr") ?? false;
        if (info.type === PointerEventTypes.POINTERMOVE) {
            // While a button is down the camera turns. A controller has no position on the canvas.
            this._hoverAt = info.event.buttons === 0 && !isController ? { x, y } : null;
        } else if (TAPS.includes(info.type) && info.event.button === 0) {
            const { ctrlKey, metaKey, shiftKey } = info.event;
            const at = isController ? info.pickInfo?.ray : { x, y };
            if (at) {
                this._target.selectAt(at, ctrlKey || metaKey || shiftKey);
            }
        }
    }

    private _onWheel(info: PointerInfoPre): void {
        const { altKey, deltaY } = info.event as WheelEvent;
        if (altKey && deltaY !== 0) {
            info.skipOnPointerObservable = true; // the camera stays where it is
            this._step(deltaY < 0);
        }
    }

    private _onKey({ type, event }: KeyboardInfo): void {
        if (type !== KeyboardEventTypes.KEYDOWN) {
            return;
        }
        if (event.key === "Escape") {
            this._target.selectNone();
        } else if (event.key === "PageUp" || event.key === "PageDown") {
            this._step(event.key === "PageUp");
        }
    }

    private _step(climbs: boolean): void {
        if (climbs) {
            this._target.selectParent();
        } else {
            this._target.selectChildAt(this._scene.pointerX, this._scene.pointerY);
        }
    }

    /** Hovers once per frame, however often the pointer moves. */
    private _hover(): void {
        if (this._hoverAt) {
            const { x, y } = this._hoverAt;
            this._hoverAt = null;
            try {
                this._target.hoverAt(x, y);
            } catch (error) {
                this._target.reportError(error as Error); // an error must not leave a frame
            }
        }
    }
}
