import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";

/** Projects points by a scene's active camera. The fields hold the last result, to avoid an object per point. */
export class ScreenProjection {
    /** As `scene.pointerX`: CSS pixels from the left of the canvas. */
    public x = 0;
    /** As `scene.pointerY`: CSS pixels from the top of the canvas. */
    public y = 0;
    /** The distance along the camera's axis, in the scene's units. */
    public depth = 0;
    /** CSS pixels per unit of the scene, perpendicular to the camera's axis, at the point. */
    public pixelsPerUnit = 0;
    /** The width of the canvas in CSS pixels. */
    public readonly width: number;
    /** The height of the canvas in CSS pixels. */
    public readonly height: number;

    private readonly _clip: ArrayLike<number>;
    private readonly _view: ArrayLike<number>;
    private readonly _depthSign: number;
    private readonly _scale: number;
    private readonly _viewport: { readonly x: number; readonly top: number; readonly w: number; readonly h: number };

    /**
     * @param world the transform from the points' coordinates into the scene
     * @throws UltrametricError "input" for a scene without an active camera
     */
    public constructor(scene: Scene, world: Matrix) {
        const camera = scene.activeCamera;
        if (!camera) {
            throw new UltrametricError(
                "input",
                "The scene has no active camera, which projects leaves onto the screen.",
            );
        }
        const engine = scene.getEngine();
        const scaling = engine.getHardwareScalingLevel();
        this.width = engine.getRenderWidth() * scaling;
        this.height = engine.getRenderHeight() * scaling;
        const { x, y, width: w, height: h } = camera.viewport.toGlobal(this.width, this.height);
        this._viewport = { x, top: this.height - y - h, w, h }; // Babylon's viewports start at the bottom
        const view = world.multiply(camera.getViewMatrix());
        const projection = camera.getProjectionMatrix();
        this._view = view.m;
        this._clip = view.multiply(projection).m;
        this._depthSign = scene.useRightHandedSystem ? -1 : 1;
        this._scale = (Math.abs(projection.m[5]) * h) / 2;
    }

    /** Projects a point. @returns whether it is in front of the camera */
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
