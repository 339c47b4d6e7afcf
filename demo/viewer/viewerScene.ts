import type { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";
import { Engine } from "@babylonjs/core/Engines/engine";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { Color4 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Scene } from "@babylonjs/core/scene";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { UltrametricSegmentation } from "babylon-ultrametric";
import { GetGpuDeviceState, WaitForGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { FindContentBox, FindLeafBox, FindMeshesBox } from "./camera/contentBox";
import type { Box } from "./camera/fitBox";
import { PageCards } from "./camera/pageCards";
import { FIRST_DIRECTION, ViewCamera, type ViewDirection } from "./camera/viewCamera";

/** The events that controls in the scene react to. */
const INPUT_EVENTS = ["pointermove", "pointerdown", "pointerup", "wheel", "keydown", "click", "drop"];
/** The longest time for which frames are drawn until splats are sorted. */
const MAX_SORTING_MILLISECONDS = 10_000;
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
    public readonly view: ViewCamera;
    /** The page's own light, for meshes; points are unlit. */
    public readonly sky: HemisphericLight;

    /** The texture of the panels over the scene. */
    public panels: AdvancedDynamicTexture | null = null;

    /** True if every frame is drawn, even without changes. */
    public drawsAlways = false;

    private _progressDrawn = -Infinity;
    private _isTurning = false;
    private _slowFrames = 0;
    private _framesToDraw = FRAMES_AFTER_CHANGE;
    /** The time of the last request for a frame. */
    private _requested = 0;
    private _queuedFrames = 0;
    private _frameMilliseconds = 0;

    private constructor(
        public readonly engine: AbstractEngine,
        canvas: HTMLCanvasElement,
    ) {
        this.scene = new Scene(engine);
        this.scene.clearColor = new Color4(0, 0, 0, 0);
        this.sky = new HemisphericLight("sky", new Vector3(0.3, 1, -0.4), this.scene);
        this.sky.intensity = 1.1;
        this.view = new ViewCamera(this.scene, () => {
            const page = { width: Math.max(1, canvas.clientWidth), height: Math.max(1, canvas.clientHeight) };
            return { page, cards: PageCards(this.panels, page) };
        });
        this.camera.attachControl(canvas, true);
        canvas.addEventListener("pointerdown", () => canvas.classList.add("pointed"));
        canvas.addEventListener("blur", () => canvas.classList.remove("pointed"));
        window.addEventListener("resize", () => {
            engine.resize();
            this.view.refit();
        });
    }

    /** The camera of the view. */
    public get camera(): ArcRotateCamera {
        return this.view.camera;
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

    /**
     * Returns whether shown splats wait for their order: a worker sorts them after a frame, and they are not drawn, or
     * in the order of an earlier view, before the next one.
     */
    private _areSplatsUnsorted(): boolean {
        return (
            performance.now() - this._requested < MAX_SORTING_MILLISECONDS &&
            this.scene.meshes.some(
                (mesh) => mesh instanceof GaussianSplattingMesh && mesh.isEnabled() && !mesh._isDepthSortSettled,
            )
        );
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
            if (this._areSplatsUnsorted() || !this.scene.isReady()) {
                this._framesToDraw = FRAMES_AFTER_CHANGE; // what becomes ready after this frame is in the next one
            }
            if (this.drawsAlways || this._framesToDraw > 0 || isMoving || this._isTurning) {
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
        this._requested = performance.now();
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

    /**
     * Returns the box of the segmented content, or of all leaves, or of all that is visible; null for an empty scene.
     */
    public findBox({ content, pointCloud, hierarchy }: UltrametricSegmentation): Box | null {
        if (content) {
            return FindMeshesBox([...new Set(content.items.map(({ mesh }) => mesh))]);
        }
        if (pointCloud && hierarchy) {
            return FindLeafBox(hierarchy.positions, pointCloud.worldMatrix);
        }
        return FindContentBox(this.scene.meshes);
    }

    /**
     * Frames everything, between the cards.
     *
     * @param direction default: from the front and above
     */
    public frame(segmentation: UltrametricSegmentation, direction: ViewDirection = FIRST_DIRECTION): void {
        const box = this.findBox(segmentation);
        if (box) {
            this.view.frame(box, direction);
        } else {
            this.view.forget(direction); // what appears next is framed from there
        }
    }

    /** Frames everything again, unless the user has moved the camera closer, further or aside. */
    public frameAgain(segmentation: UltrametricSegmentation): void {
        if (!this.view.isMoved) {
            this.frame(segmentation, this.camera);
        }
    }
}
