import type { IMouseEvent } from "@babylonjs/core/Events/deviceInputEvents";
import { PointerEventTypes, type PointerInfoPre } from "@babylonjs/core/Events/pointerEvents";
import type { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { BoxPolygon, type ScreenPoint } from "../plugin/parts/select/regionSelection";
import type { SelectionMode } from "../plugin/parts/select/selectionTools";
import { RegionOverlayControl } from "./regionOverlayControl";

/** What is drawn on screen. */
export type RegionShape = "box" | "lasso";

/** What a {@link RegionTool} tells. */
export interface RegionToolEvents {
    /** A region was drawn. @param polygon its corners, as scene.pointerX and pointerY */
    onRegion(polygon: readonly ScreenPoint[], mode: SelectionMode): void;
    /** The pointer went down and up at one place. */
    onTap(place: ScreenPoint, isToggle: boolean): void;
}

/** Pixels that a pointer may move while it is down without drawing. */
const TAP = 5;
/** Pixels between two corners of a lasso. */
const LASSO_STEP = 3;

/**
 * Lets the pointer draw regions on screen, in place of what it does in the scene: the camera stays where it is meanwhile. With shift the parts are added,
 * with alt they are taken away, with control or command both. Pointers that are over a control go on to that.
 */
export class RegionTool {
    private readonly _remove: () => void;
    private _path: ScreenPoint[] = [];
    private _isDown = false;
    private _hasDrawn = false;
    private _overlay: { texture: AdvancedDynamicTexture; control: RegionOverlayControl } | null = null;

    /** @param _color of the region's border */
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
        const place = { x: this._scene.pointerX, y: this._scene.pointerY };
        if (type === PointerEventTypes.POINTERDOWN) {
            if (info.skipOnPointerObservable || event.button !== 0) {
                return; // a control takes it, or it turns the camera
            }
            this._isDown = true;
            this._hasDrawn = false;
            this._path = [place];
            info.skipOnPointerObservable = true;
        } else if (type === PointerEventTypes.POINTERMOVE && this._isDown) {
            info.skipOnPointerObservable = true;
            this._draw(place);
        } else if (type === PointerEventTypes.POINTERUP && this._isDown) {
            info.skipOnPointerObservable = true;
            this._finish(place, event);
        }
    }

    private _draw(place: ScreenPoint): void {
        const [first] = this._path;
        const last = this._path[this._path.length - 1];
        this._hasDrawn ||= Math.hypot(place.x - first.x, place.y - first.y) > TAP;
        if (this._shape === "box") {
            this._path = [first, place];
        } else if (Math.hypot(place.x - last.x, place.y - last.y) >= LASSO_STEP) {
            this._path.push(place);
        }
        if (this._hasDrawn) {
            this._overlay ??= this._createOverlay();
            const { texture, control } = this._overlay;
            const engine = this._scene.getEngine();
            const scale = texture.getSize().width / (engine.getRenderWidth() * engine.getHardwareScalingLevel());
            control.corners = this._polygon().map(({ x, y }) => ({ x: scale * x, y: scale * y }));
        }
    }

    private _finish(place: ScreenPoint, { shiftKey, ctrlKey, metaKey, altKey }: IMouseEvent): void {
        const polygon = this._polygon();
        const hasDrawn = this._hasDrawn;
        this._end();
        const isToggle = ctrlKey || metaKey;
        if (!hasDrawn) {
            this._events.onTap(place, isToggle || shiftKey);
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

    /** A texture of its own: the panels' may be that of a mesh. */
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
