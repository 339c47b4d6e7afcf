import type { Ray } from "@babylonjs/core/Culling/ray";
import type { IMouseEvent, IPointerEvent, IWheelEvent } from "@babylonjs/core/Events/deviceInputEvents";
import { PointerEventTypes, type PointerInfo, type PointerInfoPre } from "@babylonjs/core/Events/pointerEvents";
import type { EventState } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { ScreenPoint } from "../../plugin/parts/select/regionSelection";
import { RegionOverlayControl } from "./regionOverlayControl";

/** Callbacks of a {@link PromptTool}. Positions are as `scene.pointerX` and `scene.pointerY`. */
export interface PromptToolEvents {
    /** A click, or the trigger of an XR controller. */
    onClick(at: ScreenPoint | Ray, isOther: boolean): void;
    /** The pointer moved without a button; once per frame. Null when it left the canvas. */
    onHover(at: ScreenPoint | null, isOther: boolean): void;
    /** A stroke was painted. */
    onStroke(path: readonly ScreenPoint[], isOther: boolean): void;
    /** The wheel turned, up (1) or down (-1). @returns whether that was used, so that the camera stays */
    onWheel(direction: 1 | -1): boolean;
}

/** Babylon reports the second of two quick taps as a double tap, at any position. */
const TAPS: readonly number[] = [PointerEventTypes.POINTERTAP, PointerEventTypes.POINTERDOUBLETAP];
/** Pixels between two points of a stroke. */
const STROKE_STEP = 3;
/** The corners of the circle that shows the brush. */
const CIRCLE_CORNERS = 32;

/**
 * Lets the pointer say what belongs to a part: by clicks, while drags still move the camera, or by strokes of a brush,
 * during which the camera stays. With alt it says what does not belong. Pointers on a GUI control are left to it.
 */
export class PromptTool {
    /** The radius of the brush in pixels; 0 for clicks. */
    public radius: number;

    private readonly _observers: readonly { remove(): void }[];
    private _hover: { at: ScreenPoint; isOther: boolean } | null = null;
    private _path: ScreenPoint[] | null = null;
    private _overlay: { texture: AdvancedDynamicTexture; control: RegionOverlayControl } | null = null;

    /** @param _color of the brush */
    public constructor(
        private readonly _scene: Scene,
        radius: number,
        private readonly _color: string,
        private readonly _events: PromptToolEvents,
    ) {
        this.radius = radius;
        // First, so that neither the camera nor the selection handles what this tool uses.
        this._observers = [
            _scene.onPrePointerObservable.add((info, state) => this._onPrePointer(info, state), -1, true),
            _scene.onPointerObservable.add((info, state) => this._onPointer(info, state), -1, true),
            _scene.onBeforeRenderObservable.add(() => this._showHover()),
        ];
    }

    /** Gives the pointer back to the scene. Safe to call again. */
    public dispose(): void {
        for (const observer of this._observers) {
            observer.remove();
        }
        this._overlay?.texture.dispose();
        this._overlay = null;
        this._hover = null;
    }

    private _onPrePointer(info: PointerInfoPre, state: EventState): void {
        const { type } = info;
        if (type === PointerEventTypes.POINTERWHEEL) {
            const { deltaY } = info.event as IWheelEvent;
            if (!info.skipOnPointerObservable && deltaY !== 0 && this._events.onWheel(deltaY < 0 ? 1 : -1)) {
                info.skipOnPointerObservable = true;
                state.skipNextObservers = true;
            }
        } else if (this.radius > 0) {
            this._paint(info);
        }
    }

    private _onPointer({ type, event, pickInfo }: PointerInfo, state: EventState): void {
        const isController = (event as IPointerEvent).pointerType?.startsWith("xr") ?? false;
        const at = { x: this._scene.pointerX, y: this._scene.pointerY };
        if (type === PointerEventTypes.POINTERMOVE && event.buttons === 0 && !isController) {
            this._hover = { at, isOther: event.altKey };
            state.skipNextObservers = true;
        } else if (TAPS.includes(type) && event.button === 0) {
            state.skipNextObservers = true;
            const target = isController ? pickInfo?.ray : at;
            if (target) {
                this._events.onClick(target, event.altKey);
            }
        }
    }

    private _paint(info: PointerInfoPre): void {
        const event = info.event as IMouseEvent;
        const at = { x: this._scene.pointerX, y: this._scene.pointerY };
        if (info.type === PointerEventTypes.POINTERDOWN) {
            const isController = (event as IPointerEvent).pointerType?.startsWith("xr") ?? false;
            if (info.skipOnPointerObservable || event.button !== 0 || isController) {
                return; // a control handles it, or it moves the camera; a controller clicks
            }
            this._path = [at];
            info.skipOnPointerObservable = true;
        } else if (info.type === PointerEventTypes.POINTERMOVE) {
            if (this._path) {
                const last = this._path[this._path.length - 1];
                if (Math.hypot(at.x - last.x, at.y - last.y) >= STROKE_STEP) {
                    this._path.push(at);
                }
                info.skipOnPointerObservable = true;
            }
            this._showBrush(at);
        } else if (info.type === PointerEventTypes.POINTERUP && this._path) {
            const path = [...this._path, at];
            this._path = null;
            info.skipOnPointerObservable = true;
            this._events.onStroke(path, event.altKey);
        }
    }

    /** Hovers once per frame, however often the pointer moves. */
    private _showHover(): void {
        if (this._hover && this.radius === 0) {
            const { at, isOther } = this._hover;
            this._hover = null;
            this._events.onHover(at, isOther);
        }
    }

    private _showBrush({ x, y }: ScreenPoint): void {
        this._overlay ??= this._createOverlay();
        const { texture, control } = this._overlay;
        const engine = this._scene.getEngine();
        const scale = texture.getSize().width / (engine.getRenderWidth() * engine.getHardwareScalingLevel());
        control.corners = Array.from({ length: CIRCLE_CORNERS }, (_, i) => {
            const angle = (2 * Math.PI * i) / CIRCLE_CORNERS;
            return {
                x: scale * (x + this.radius * Math.cos(angle)),
                y: scale * (y + this.radius * Math.sin(angle)),
            };
        });
    }

    /** Creates a fullscreen texture, because that of the panels may belong to a mesh. */
    private _createOverlay(): { texture: AdvancedDynamicTexture; control: RegionOverlayControl } {
        const texture = AdvancedDynamicTexture.CreateFullscreenUI("brush", true, this._scene);
        texture.disablePicking = true;
        const control = new RegionOverlayControl("brushOverlay");
        control.color = this._color;
        control.isHitTestVisible = false;
        texture.addControl(control);
        return { texture, control };
    }
}
