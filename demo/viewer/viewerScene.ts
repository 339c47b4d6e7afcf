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

/** The events that controls in the scene react to. */
const INPUT_EVENTS = ["pointermove", "pointerdown", "pointerup", "wheel", "keydown", "click", "drop"];
/** Controls may need a second frame for their layout. */
const FRAMES_AFTER_CHANGE = 2;
/** The minimum and, for slow frames, the maximum interval between frames that show progress. */
const PROGRESS_MILLISECONDS = 1000;
const MAX_PROGRESS_MILLISECONDS = 4000;
/** The share of time that such frames may take, within the maximum interval. */
const PROGRESS_SHARE = 0.15;
/** The maximum number of frames queued on the GPU; more would add latency to input. */
const MAX_QUEUED_FRAMES = 2;
/** The number of consecutive frames slower than SLOW_MILLISECONDS that stops the turning. */
const SLOW_FRAMES = 8;
const SLOW_MILLISECONDS = 60;

/** An engine on the page's canvas, a scene with a transparent background, and an orbit camera. */
export class ViewerScene {
    public readonly scene: Scene;
    public readonly camera: ArcRotateCamera;

    /** True if every frame is drawn, even without changes. */
    public drawsAlways = false;

    private _progressDrawn = -Infinity;
    private _isTurning = false;
    private _slowFrames = 0;
    private _framesToDraw = FRAMES_AFTER_CHANGE;
    private _queuedFrames = 0;
    private _frameMilliseconds = 0;

    private constructor(
        public readonly engine: AbstractEngine,
        canvas: HTMLCanvasElement,
    ) {
        this.scene = new Scene(engine);
        this.scene.clearColor = new Color4(0, 0, 0, 0);
        // For meshes; points are unlit.
        new HemisphericLight("sky", new Vector3(0.3, 1, -0.4), this.scene).intensity = 1.1;
        this.camera = new ArcRotateCamera("camera", 0.9, 1.15, 4, Vector3.Zero(), this.scene);
        this.camera.attachControl(canvas, true);
        this.camera.inputs.removeByType("ArcRotateCameraKeyboardMoveInput"); // the arrow keys select parts
        this.camera.wheelDeltaPercentage = 0.02;
        this.camera.pinchDeltaPercentage = 0.01;
        this.camera.inertia = 0.8;
        canvas.addEventListener("pointerdown", () => canvas.classList.add("pointed"));
        canvas.addEventListener("blur", () => canvas.classList.remove("pointed"));
        window.addEventListener("resize", () => {
            engine.resize();
        });
    }

    /** @param hasWebGpu false uses WebGL2 */
    public static async CreateAsync(canvas: HTMLCanvasElement, hasWebGpu: boolean): Promise<ViewerScene> {
        if (!hasWebGpu) {
            return new ViewerScene(new Engine(canvas, true, { adaptToDeviceRatio: true }, true), canvas);
        }
        // Antialiasing costs a software renderer four times the pixels; `?smooth` forces it.
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

    /** Starts drawing on demand, which saves power. */
    public start(): void {
        for (const type of INPUT_EVENTS) {
            window.addEventListener(type, () => this.requestFrame(), { capture: true, passive: true });
        }
        this.camera.onViewMatrixChangedObservable.add(() => this.requestFrame());
        this.engine.onResizeObservable.add(() => this.requestFrame());
        this.engine.onContextRestoredObservable.add(() => this.requestFrame());
        this.engine.runRenderLoop(() => {
            if (this._queuedFrames >= MAX_QUEUED_FRAMES) {
                return;
            }
            // Rendering applies the camera's inertia.
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

    /** Requests a frame after a change other than input or the camera. */
    public requestFrame(): void {
        this._framesToDraw = FRAMES_AFTER_CHANGE;
    }

    /** Requests a frame for progress, at most one every few seconds, which leaves the GPU to the work. */
    public requestProgressFrame(): void {
        const now = performance.now();
        const rest = Math.min(this._frameMilliseconds / PROGRESS_SHARE, MAX_PROGRESS_MILLISECONDS);
        if (now - this._progressDrawn > Math.max(rest, PROGRESS_MILLISECONDS)) {
            this._progressDrawn = now;
            this._framesToDraw = Math.max(this._framesToDraw, 1);
        }
    }

    /** Turns the camera slowly until the first input. */
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
            this._queuedFrames++;
            const start = performance.now();
            engine.onEndFrameObservable.addOnce(async () => {
                await WaitForGpuAsync(GetGpuDeviceState(engine));
                this._queuedFrames--;
                this._frameMilliseconds = performance.now() - start;
            });
        }
    }

    /** Stops the turning if frames are slow: it looks bad, and delays other work. */
    private _watchTurning(): void {
        this._slowFrames = this._isTurning && this.engine.getDeltaTime() > SLOW_MILLISECONDS ? this._slowFrames + 1 : 0;
        if (this._slowFrames >= SLOW_FRAMES) {
            this.stopTurning();
        }
    }

    /** Stops the turning. Idempotent. */
    public stopTurning(): void {
        this._isTurning = false;
        this.camera.useAutoRotationBehavior = false;
    }

    /** Frames all leaves; without a hierarchy, all meshes. */
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

    /** Frames a sphere, with a margin. */
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
