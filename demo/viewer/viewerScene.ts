import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Color4 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import type { UltrametricSegmentation } from "../../src/plugin/ultrametricSegmentation";

/** What the controls in the scene react to. */
const INPUT_EVENTS = ["pointermove", "pointerdown", "pointerup", "wheel", "keydown", "click", "drop"];
/** Controls may need a second frame for their layout. */
const FRAMES_AFTER_CHANGE = 2;

/** An engine on the page's canvas, a scene through which the page shines, and a camera that goes around the origin. */
export class ViewerScene {
    public readonly scene: Scene;
    public readonly camera: ArcRotateCamera;

    private _framesToDraw = FRAMES_AFTER_CHANGE;

    private constructor(
        public readonly engine: WebGPUEngine,
        canvas: HTMLCanvasElement,
    ) {
        this.scene = new Scene(engine);
        this.scene.clearColor = new Color4(0, 0, 0, 0);
        this.camera = new ArcRotateCamera("camera", 0.9, 1.15, 4, Vector3.Zero(), this.scene);
        this.camera.attachControl(canvas, true);
        this.camera.inputs.removeByType("ArcRotateCameraKeyboardMoveInput"); // the arrow keys walk through the parts
        this.camera.wheelDeltaPercentage = 0.02;
        this.camera.pinchDeltaPercentage = 0.01;
        this.camera.inertia = 0.8;
        window.addEventListener("resize", () => {
            engine.resize();
        });
    }

    /** @throws Error when there is no WebGPU */
    public static async CreateAsync(canvas: HTMLCanvasElement): Promise<ViewerScene> {
        const engine = new WebGPUEngine(canvas, { antialias: true, adaptToDeviceRatio: true, setMaximumLimits: true });
        await engine.initAsync();
        return new ViewerScene(engine, canvas);
    }

    /** Draws from now on, when there is something new to see: a turned off loop saves batteries. */
    public start(): void {
        for (const type of INPUT_EVENTS) {
            window.addEventListener(type, () => this.requestFrame(), { capture: true, passive: true });
        }
        this.camera.onViewMatrixChangedObservable.add(() => this.requestFrame());
        this.engine.onResizeObservable.add(() => this.requestFrame());
        this.engine.onContextRestoredObservable.add(() => this.requestFrame());
        this.engine.runRenderLoop(() => {
            // Inertia moves the camera on by rendering.
            const { inertialAlphaOffset, inertialBetaOffset, inertialRadiusOffset } = this.camera;
            const isMoving = inertialAlphaOffset !== 0 || inertialBetaOffset !== 0 || inertialRadiusOffset !== 0;
            if (this._framesToDraw > 0 || isMoving || !this.scene.isReady()) {
                this._framesToDraw--;
                this.scene.render();
            }
        });
    }

    /** Call it when something has changed that is not an input of the page or the camera. */
    public requestFrame(): void {
        this._framesToDraw = FRAMES_AFTER_CHANGE;
    }

    /** Places the camera so that all leaves are in sight. */
    public frame({ pointCloud }: UltrametricSegmentation): void {
        if (!pointCloud) {
            return;
        }
        pointCloud.mesh.computeWorldMatrix(true);
        const { boundingSphere } = pointCloud.mesh.getBoundingInfo();
        const { camera } = this;
        camera.target = boundingSphere.centerWorld.clone();
        camera.target.y -= 0.09 * boundingSphere.radiusWorld; // the panel is below
        const aspect = this.engine.getAspectRatio(camera);
        const narrowest = aspect < 1 ? 2 * Math.atan(aspect * Math.tan(camera.fov / 2)) : camera.fov;
        camera.radius = (0.82 * boundingSphere.radiusWorld) / Math.sin(narrowest / 2);
        camera.minZ = camera.radius / 500;
        camera.maxZ = camera.radius * 20;
        camera.lowerRadiusLimit = camera.radius / 50;
        camera.upperRadiusLimit = camera.radius * 4;
        camera.panningSensibility = 2500 / camera.radius;
    }
}
