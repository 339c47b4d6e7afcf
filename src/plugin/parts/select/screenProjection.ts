import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";

/** Where a scene's active camera shows places of some coordinates: a result is kept until the next one, as there may be millions. */
export class ScreenProjection {
    /** As `scene.pointerX` and `scene.pointerY`: pixels of the page from the canvas's left and top. */
    public x = 0;
    public y = 0;
    /** Along the camera's axis, in the scene's units. */
    public depth = 0;
    /** Pixels that a unit of the scene, across the camera's axis, takes there. */
    public pixelsPerUnit = 0;
    /** Size of the canvas in the same pixels. */
    public readonly width: number;
    public readonly height: number;

    private readonly _clip: ArrayLike<number>;
    private readonly _view: ArrayLike<number>;
    private readonly _depthSign: number;
    private readonly _scale: number;
    private readonly _viewport: { readonly x: number; readonly top: number; readonly w: number; readonly h: number };

    /**
     * @param world from the places' coordinates into the scene
     * @throws UltrametricError "input" for a scene without a camera
     */
    public constructor(scene: Scene, world: Matrix) {
        const camera = scene.activeCamera;
        if (!camera) {
            throw new UltrametricError(
                "input",
                "The scene has no active camera; regions on screen are looked at through one.",
            );
        }
        const engine = scene.getEngine();
        const scaling = engine.getHardwareScalingLevel();
        this.width = engine.getRenderWidth() * scaling;
        this.height = engine.getRenderHeight() * scaling;
        const { x, y, width: w, height: h } = camera.viewport.toGlobal(this.width, this.height);
        this._viewport = { x, top: this.height - y - h, w, h }; // Babylon's begin at the bottom
        const view = world.multiply(camera.getViewMatrix());
        const projection = camera.getProjectionMatrix();
        this._view = view.m;
        this._clip = view.multiply(projection).m;
        this._depthSign = scene.useRightHandedSystem ? -1 : 1;
        this._scale = (Math.abs(projection.m[5]) * h) / 2;
    }

    /** Looks at a place. @returns whether it is in front of the camera */
    public project(px: number, py: number, pz: number): boolean {
        const { _clip: m, _view: v, _viewport: viewport } = this;
        const w = px * m[3] + py * m[7] + pz * m[11] + m[15];
        this.depth = this._depthSign * (px * v[2] + py * v[6] + pz * v[10] + v[14]);
        if (w <= 0 || this.depth <= 0) {
            return false;
        }
        this.x = viewport.x + (0.5 + (0.5 * (px * m[0] + py * m[4] + pz * m[8] + m[12])) / w) * viewport.w;
        this.y = viewport.top + (0.5 - (0.5 * (px * m[1] + py * m[5] + pz * m[9] + m[13])) / w) * viewport.h;
        this.pixelsPerUnit = this._scale / w;
        return true;
    }
}
