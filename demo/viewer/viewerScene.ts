import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";
import { Engine } from "@babylonjs/core/Engines/engine";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { Color4 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import type { UltrametricSegmentation } from "babylon-ultrametric";
import { GetGpuDeviceState, WaitForGpuAsync } from "../../src/compute/gpu/gpuErrors";

/** What the controls in the scene react to. */
const INPUT_EVENTS = ["pointermove", "pointerdown", "pointerup", "wheel", "keydown", "click", "drop"];
/** Controls may need a second frame for their layout. */
const FRAMES_AFTER_CHANGE = 2;
/** Between two frames that show how far work is, at least; and at most, where they take so long that they would hold the work up. */
const PROGRESS_MILLISECONDS = 1000;
const MAX_PROGRESS_MILLISECONDS = 4000;
/** Share of the time that such frames may take, as far as the most between two allows. */
const PROGRESS_SHARE = 0.15;
/** Frames that the GPU has not come to the end of. More of them would show late what a hand did long before. */
const MAX_FRAMES_UNDER_WAY = 2;
/** So many frames in a row that take longer than this end the turning. */
const SLOW_FRAMES = 8;
const SLOW_MILLISECONDS = 60;

/** An engine on the page's canvas, a scene through which the page shines, and a camera that goes around the origin. */
export class ViewerScene {
    public readonly scene: Scene;
    public readonly camera: ArcRotateCamera;

    /** Draws every frame, whether there is something new to see or not. */
    public drawsAlways = false;

    private _progressDrawn = -Infinity;
    private _isTurning = false;
    private _slowFrames = 0;
    private _framesToDraw = FRAMES_AFTER_CHANGE;
    private _framesUnderWay = 0;
    private _frameMilliseconds = 0;

    private constructor(
        public readonly engine: AbstractEngine,
        canvas: HTMLCanvasElement,
    ) {
        this.scene = new Scene(engine);
        this.scene.clearColor = new Color4(0, 0, 0, 0);
        new HemisphericLight("sky", new Vector3(0.3, 1, -0.4), this.scene).intensity = 1.1; // for meshes: points are drawn as they are
        this.camera = new ArcRotateCamera("camera", 0.9, 1.15, 4, Vector3.Zero(), this.scene);
        this.camera.attachControl(canvas, true);
        this.camera.inputs.removeByType("ArcRotateCameraKeyboardMoveInput"); // the arrow keys walk through the parts
        this.camera.wheelDeltaPercentage = 0.02;
        this.camera.pinchDeltaPercentage = 0.01;
        this.camera.inertia = 0.8;
        canvas.addEventListener("pointerdown", () => canvas.classList.add("pointed"));
        canvas.addEventListener("blur", () => canvas.classList.remove("pointed"));
        window.addEventListener("resize", () => {
            engine.resize();
        });
    }

    /** @param hasWebGpu else WebGL2 draws */
    public static async CreateAsync(canvas: HTMLCanvasElement, hasWebGpu: boolean): Promise<ViewerScene> {
        if (!hasWebGpu) {
            return new ViewerScene(new Engine(canvas, true, { adaptToDeviceRatio: true }, true), canvas);
        }
        // Smooth edges cost software four times the pixels; `?smooth` has them all the same.
        const isSoftware = (await navigator.gpu.requestAdapter())?.info.isFallbackAdapter;
        const engine = new WebGPUEngine(canvas, {
            antialias: !isSoftware || new URLSearchParams(location.search).has("smooth"),
            adaptToDeviceRatio: true,
            setMaximumLimits: true,
            deviceDescriptor: { requiredFeatures: ["timestamp-query"] },
        });
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
            if (this._framesUnderWay >= MAX_FRAMES_UNDER_WAY) {
                return;
            }
            // Inertia moves the camera on by rendering.
            const { inertialAlphaOffset, inertialBetaOffset, inertialRadiusOffset } = this.camera;
            const isMoving = inertialAlphaOffset !== 0 || inertialBetaOffset !== 0 || inertialRadiusOffset !== 0;
            if (this.drawsAlways || this._framesToDraw > 0 || isMoving || this._isTurning || !this.scene.isReady()) {
                this._framesToDraw--;
                this.scene.render();
                this._watchTurning();
                this._countFrame();
            }
        });
    }

    /** Call it when something has changed that is not an input of the page or the camera. */
    public requestFrame(): void {
        this._framesToDraw = FRAMES_AFTER_CHANGE;
    }

    /** As {@link requestFrame}, for what changes by itself: every second or few, so that drawing leaves the GPU to the work that goes on. */
    public requestProgressFrame(): void {
        const now = performance.now();
        const rest = Math.min(this._frameMilliseconds / PROGRESS_SHARE, MAX_PROGRESS_MILLISECONDS);
        if (now - this._progressDrawn > Math.max(rest, PROGRESS_MILLISECONDS)) {
            this._progressDrawn = now;
            this._framesToDraw = Math.max(this._framesToDraw, 1);
        }
    }

    /** Lets the camera go slowly around, until somebody touches anything. */
    public startTurning(): void {
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
            return;
        }
        this._isTurning = true;
        this.camera.useAutoRotationBehavior = true;
        this.camera.autoRotationBehavior!.idleRotationSpeed = 0.15;
        for (const type of ["pointerdown", "wheel", "keydown"]) {
            window.addEventListener(type, () => this.stopTurning(), { capture: true, once: true, passive: true });
        }
    }

    private _countFrame(): void {
        const { engine } = this;
        if (engine instanceof WebGPUEngine) {
            this._framesUnderWay++;
            const start = performance.now();
            engine.onEndFrameObservable.addOnce(async () => {
                await WaitForGpuAsync(GetGpuDeviceState(engine));
                this._framesUnderWay--;
                this._frameMilliseconds = performance.now() - start;
            });
        }
    }

    /** Where frames take long, turning is no pleasure, and takes time from work that is waited for. */
    private _watchTurning(): void {
        this._slowFrames = this._isTurning && this.engine.getDeltaTime() > SLOW_MILLISECONDS ? this._slowFrames + 1 : 0;
        if (this._slowFrames >= SLOW_FRAMES) {
            this.stopTurning();
        }
    }

    /** Safe to call again. */
    public stopTurning(): void {
        this._isTurning = false;
        this.camera.useAutoRotationBehavior = false;
    }

    /** Places the camera so that all leaves are in sight; without a hierarchy, all meshes. */
    public frame({ pointCloud }: UltrametricSegmentation): void {
        const meshes = pointCloud ? [pointCloud.mesh] : this.scene.meshes.filter((m) => m.getTotalVertices() > 0);
        const low = new Vector3(Infinity, Infinity, Infinity);
        const high = new Vector3(-Infinity, -Infinity, -Infinity);
        for (const mesh of meshes) {
            mesh.computeWorldMatrix(true);
            const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
            low.minimizeInPlace(minimumWorld);
            high.maximizeInPlace(maximumWorld);
        }
        if (meshes.length > 0 && low.x <= high.x) {
            this.frameSphere(Vector3.Center(low, high), Vector3.Distance(low, high) / 2);
        }
    }

    /** Places the camera so that a sphere fills the window, but for its rim. */
    public frameSphere(center: Vector3, radius: number): void {
        const { camera } = this;
        camera.target = center.clone();
        camera.target.y -= 0.14 * radius; // the panel is below
        const aspect = this.engine.getAspectRatio(camera);
        const narrowest = aspect < 1 ? 2 * Math.atan(aspect * Math.tan(camera.fov / 2)) : camera.fov;
        camera.radius = (0.82 * radius) / Math.sin(narrowest / 2);
        camera.minZ = camera.radius / 500;
        camera.maxZ = camera.radius * 20;
        camera.lowerRadiusLimit = camera.radius / 50;
        camera.upperRadiusLimit = camera.radius * 4;
        camera.panningSensibility = 2500 / camera.radius;
    }
}
