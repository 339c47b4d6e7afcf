import type { IMouseEvent } from "@babylonjs/core/Events/deviceInputEvents";
import { PointerEventTypes, type PointerInfoPre } from "@babylonjs/core/Events/pointerEvents";
import type { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { BoxPolygon, type ScreenPoint } from "../../plugin/parts/select/regionSelection";
import type { SelectionMode } from "../../plugin/parts/select/selectionTools";
import { DRAG_DISTANCE } from "../controls/pointerTracker";
import { RegionOverlayControl } from "./regionOverlayControl";

/** The shape that a {@link RegionTool} draws. */
export type RegionShape = "box" | "lasso";

/** Callbacks of a {@link RegionTool}. */
export interface RegionToolEvents {
    /** A region was drawn. @param polygon in the pixels of `scene.pointerX` and `scene.pointerY` */
    onRegion(polygon: readonly ScreenPoint[], mode: SelectionMode): void;
    /** The pointer was pressed and released without a drag. */
    onTap(position: ScreenPoint, isToggle: boolean): void;
}

/** Pixels between two vertices of a lasso. */
const LASSO_STEP = 3;

/**
 * Lets the pointer draw regions on the screen; the camera does not move meanwhile. Shift adds the parts to the
 * selection, alt removes them, control or command toggles them. Pointers on a GUI control are left to it.
 */
export class RegionTool {
    private readonly _remove: () => void;
    private _path: ScreenPoint[] = [];
    private _isDown = false;
    private _hasDrawn = false;
    private _overlay: { texture: AdvancedDynamicTexture; control: RegionOverlayControl } | null = null;

    /** @param _color color of the region */
    public constructor(
        private readonly _scene: Scene,
        private readonly _shape: RegionShape,
        private readonly _color: string,
        private readonly _events: RegionToolEvents,
    ) {
        const observer = _scene.onPrePointerObservable.add((info) => this._onPointer(info));
        this._remove = () => observer.remove();
    }

    /** Gives the pointer back to the scene. Safe to call again. */
    public dispose(): void {
        this._remove();
        this._end();
    }

    private _onPointer(info: PointerInfoPre): void {
        const { type } = info;
        const event = info.event as IMouseEvent;
        const position = { x: this._scene.pointerX, y: this._scene.pointerY };
        if (type === PointerEventTypes.POINTERDOWN) {
            if (info.skipOnPointerObservable || event.button !== 0) {
                return; // a control handles it, or it moves the camera
            }
            this._isDown = true;
            this._hasDrawn = false;
            this._path = [position];
            info.skipOnPointerObservable = true;
        } else if (type === PointerEventTypes.POINTERMOVE && this._isDown) {
            info.skipOnPointerObservable = true;
            this._draw(position);
        } else if (type === PointerEventTypes.POINTERUP && this._isDown) {
            info.skipOnPointerObservable = true;
            this._finish(position, event);
        }
    }

    private _draw(position: ScreenPoint): void {
        const [first] = this._path;
        const last = this._path[this._path.length - 1];
        this._hasDrawn ||= Math.hypot(position.x - first.x, position.y - first.y) > DRAG_DISTANCE;
        if (this._shape === "box") {
            this._path = [first, position];
        } else if (Math.hypot(position.x - last.x, position.y - last.y) >= LASSO_STEP) {
            this._path.push(position);
        }
        if (this._hasDrawn) {
            this._overlay ??= this._createOverlay();
            const { texture, control } = this._overlay;
            const engine = this._scene.getEngine();
            const scale = texture.getSize().width / (engine.getRenderWidth() * engine.getHardwareScalingLevel());
            control.corners = this._polygon().map(({ x, y }) => ({ x: scale * x, y: scale * y }));
        }
    }

    private _finish(position: ScreenPoint, { shiftKey, ctrlKey, metaKey, altKey }: IMouseEvent): void {
        const polygon = this._polygon();
        const hasDrawn = this._hasDrawn;
        this._end();
        const isToggle = ctrlKey || metaKey;
        if (!hasDrawn) {
            this._events.onTap(position, isToggle || shiftKey);
        } else if (polygon.length >= 3) {
            this._events.onRegion(polygon, isToggle ? "toggle" : altKey ? "remove" : shiftKey ? "add" : "replace");
        }
    }

    private _polygon(): readonly ScreenPoint[] {
        return this._shape === "box" ? BoxPolygon(this._path[0], this._path[this._path.length - 1]) : this._path;
    }

    private _end(): void {
        this._isDown = false;
        this._overlay?.texture.dispose();
        this._overlay = null;
    }

    /** Creates a fullscreen texture, because that of the panels may belong to a mesh. */
    private _createOverlay(): { texture: AdvancedDynamicTexture; control: RegionOverlayControl } {
        const texture = AdvancedDynamicTexture.CreateFullscreenUI("region", true, this._scene);
        texture.disablePicking = true;
        const control = new RegionOverlayControl("regionOverlay");
        control.color = this._color;
        control.isHitTestVisible = false;
        texture.addControl(control);
        return { texture, control };
    }
}
