import type { Camera } from "@babylonjs/core/Cameras/camera";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Logger } from "@babylonjs/core/Misc/logger";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { RadianceField } from "../../compute/fields/radiance/radianceField";
import type { RadianceImage } from "../../compute/fields/radiance/radianceImage";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import { CaptureToScene, type UpAxis } from "../babylon/worldFrame";
import { PinholeOfCamera } from "./pinholeOfCamera";
import { RadianceQuad } from "./radianceQuad";

/**
 * Changes an image before it is shown, for instance paints parts over it. Pixels have depth from an opacity of 0.1 on.
 */
export type RadiancePainter = (
    image: RadianceImage,
    camera: PinholeCamera,
    signal: AbortSignal,
) => Promise<RadianceImage>;

/** A rendered image, before it is painted. */
interface RenderedImage {
    readonly image: RadianceImage;
    readonly pinhole: PinholeCamera;
    readonly camera: Camera;
}

/** Options of {@link RadiancePreview}. */
export interface RadiancePreviewOptions {
    /** The axis of the capture's world that points up in the scene. Default "z". */
    upAxis: UpAxis;
    /** The longer side of the finest image in pixels, at most that of the canvas. Default 640. */
    maxSide: number;
    /** The longest predicted time of an image; no finer one is rendered. Default 15000. */
    maxMilliseconds: number;
    /** The same while {@link RadiancePreview.isLive}. Default 2000. */
    liveMilliseconds: number;
    /**
     * The share of the time for rendering while {@link RadiancePreview.isLive}; the rest is for training. Default 0.25.
     */
    liveShare: number;
    /** Paints images before they are shown; null shows them unchanged. Default null. */
    paint: RadiancePainter | null;
}

/** The defaults of {@link RadiancePreviewOptions}. */
export const DEFAULT_RADIANCE_PREVIEW_OPTIONS: Readonly<RadiancePreviewOptions> = {
    upAxis: "z",
    maxSide: 640,
    maxMilliseconds: 15_000,
    liveMilliseconds: 2000,
    liveShare: 0.25,
    paint: null,
};

/** The smallest opacity of pixels with depth, low enough for the faint edges of objects. */
const MIN_OPACITY = 0.1;
/** The longer side of the first image, and of the coarsest one. */
const MIN_SIDE = 48;
/** The intended time of the first image after the camera has moved. */
const FIRST_IMAGE_MILLISECONDS = 150;

/**
 * A preview of a radiance field from the scene's active camera. It is refined from coarse to fine, and starts again
 * when the camera moves or the field changes. It has depth, so meshes and points are in front of it or behind it.
 * WebGPU only. Disposed with the scene.
 */
export class RadiancePreview {
    /** Notified when another image is shown, for applications that render on demand. */
    public readonly onImageChangedObservable = new Observable<RadiancePreview>();

    /** True if the field is being trained, and rendering leaves most of the GPU to it. Default false. */
    public isLive = false;

    private readonly _options: Readonly<RadiancePreviewOptions>;
    private readonly _quad: RadianceQuad;
    private readonly _captureToScene: Matrix;
    private readonly _removals: (() => void)[];
    private readonly _lastTransformation = new Matrix();
    private _paint: RadiancePainter | null;
    private _rendering: AbortController | null = null;
    private _rendered: RenderedImage | null = null;
    private _painting: AbortController | null = null;
    /** True if {@link repaint} was called since the current painting started. */
    private _isPaintDue = false;
    /** True if the field has changed since the current rendering started. */
    private _isStale = false;
    private _side = MIN_SIDE;
    private _pixelsPerMillisecond = 0;
    private _isShown = true;
    private _isDisposed = false;

    /**
     * @param _field belongs to the caller; to be disposed after the preview
     * @throws UltrametricError "unsupported" without WebGPU
     */
    public constructor(
        private readonly _scene: Scene,
        private readonly _field: RadianceField,
        options: Partial<RadiancePreviewOptions> = {},
    ) {
        const engine = _scene.getEngine();
        if (!engine.isWebGPU) {
            throw new UltrametricError(
                "unsupported",
                `A RadiancePreview needs a WebGPUEngine, but this scene has a ${engine.name} engine.`,
            );
        }
        this._options = { ...DEFAULT_RADIANCE_PREVIEW_OPTIONS, ...options };
        this._paint = this._options.paint;
        this._captureToScene = CaptureToScene(this._options.upAxis, _scene.useRightHandedSystem);
        this._quad = new RadianceQuad(_scene);
        const afterRender = _scene.onAfterRenderObservable.add(() => this._checkCamera());
        const disposal = _scene.onDisposeObservable.add(() => this.dispose());
        this._removals = [() => afterRender.remove(), () => disposal.remove()];
    }

    /** True if the preview is shown; a hidden one does not render. */
    public get isShown(): boolean {
        return this._isShown;
    }

    public set isShown(value: boolean) {
        if (value !== this._isShown && !this._isDisposed) {
            this._isShown = value;
            this._quad.isVisible = false;
            this._stop();
            this._lastTransformation.reset(); // starts again, as if the camera had moved
        }
    }

    /** The longer side of the current image in pixels. */
    public get side(): number {
        return this._side;
    }

    /** Paints images before they are shown. Setting it repaints. */
    public get paint(): RadiancePainter | null {
        return this._paint;
    }

    public set paint(value: RadiancePainter | null) {
        this._paint = value;
        this.repaint();
    }

    /** Paints the current image again, without rendering it; to be called when the painter's output has changed. */
    public repaint(): void {
        if (this._painting) {
            this._isPaintDue = true;
        } else if (this._rendered) {
            const painting = new AbortController();
            this._painting = painting;
            this._isPaintDue = false;
            this._watch(this._showAsync(this._rendered, painting.signal), () => {
                if (this._painting === painting) {
                    this._painting = null;
                    if (this._isPaintDue) {
                        this.repaint();
                    }
                }
            });
        }
    }

    /** Renders again at the same resolution; to be called when the field has changed. */
    public refresh(): void {
        this._isStale = true;
        if (!this._rendering && this._scene.activeCamera && this._isShown && !this._isDisposed) {
            this._start(this._scene.activeCamera, this._side);
        }
    }

    /** Removes the preview from the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._stop();
        for (const remove of this._removals) {
            remove();
        }
        this._quad.dispose();
        this.onImageChangedObservable.clear();
    }

    /** Starts again when the camera or the canvas has changed. */
    private _checkCamera(): void {
        const camera = this._scene.activeCamera;
        if (camera && this._isShown && !camera.getTransformationMatrix().equals(this._lastTransformation)) {
            this._lastTransformation.copyFrom(camera.getTransformationMatrix());
            const side = Math.sqrt(this._pixelsPerMillisecond * FIRST_IMAGE_MILLISECONDS);
            this._start(camera, Math.max(MIN_SIDE, Math.min(side, this._options.maxSide)));
        }
    }

    private _start(camera: Camera, side: number): void {
        this._rendering?.abort();
        const rendering = new AbortController();
        this._rendering = rendering;
        this._watch(this._renderAsync(camera, side, rendering.signal), () => {
            if (this._rendering === rendering) {
                this._rendering = null;
                if (this._isStale) {
                    this.refresh(); // the field has changed since the last image started
                }
            }
        });
    }

    private _stop(): void {
        this._rendering?.abort();
        this._painting?.abort();
        this._rendering = this._painting = this._rendered = null;
        this._isStale = this._isPaintDue = false;
    }

    /** Calls back when work has ended, and logs errors. */
    private _watch(work: Promise<void>, onEnd: () => void): void {
        work.catch((error: unknown) => {
            if (!(error instanceof UltrametricError && ["aborted", "disposed"].includes(error.kind))) {
                Logger.Error(
                    `The radiance field could not be rendered: ${error instanceof Error ? error.message : error}`,
                );
            }
        }).finally(onEnd);
    }

    private async _showAsync({ image, pinhole, camera }: RenderedImage, signal: AbortSignal): Promise<void> {
        const painted = this._paint ? await this._paint(image, pinhole, signal) : image;
        if (!signal.aborted) {
            this._quad.show(painted, camera, this._captureToScene);
            this.onImageChangedObservable.notifyObservers(this);
        }
    }

    private async _renderAsync(camera: Camera, firstSide: number, signal: AbortSignal): Promise<void> {
        const { maxSide, maxMilliseconds, liveMilliseconds, liveShare } = this._options;
        const engine = this._scene.getEngine();
        for (let side = firstSide; ; ) {
            const [canvasWidth, canvasHeight] = [engine.getRenderWidth(), engine.getRenderHeight()];
            const largestSide = Math.min(maxSide, Math.max(canvasWidth, canvasHeight));
            side = Math.min(side, largestSide);
            const factor = side / Math.max(canvasWidth, canvasHeight);
            const [width, height] = [canvasWidth, canvasHeight].map((size) => Math.max(1, Math.round(size * factor)));
            this._isStale = false;
            this._side = side;
            const start = performance.now();
            const pinhole = PinholeOfCamera(camera, this._captureToScene, width, height);
            const image = await this._field.renderAsync(pinhole, { signal, minOpacity: MIN_OPACITY });
            this._rendered = { image, pinhole, camera };
            this._painting?.abort();
            this._painting = null;
            await this._showAsync(this._rendered, signal);
            const milliseconds = Math.max(1, performance.now() - start);
            // The time of the first image includes the compilation of shaders.
            const isFirst = this._pixelsPerMillisecond === 0;
            this._pixelsPerMillisecond = (width * height) / milliseconds;
            const limit = this.isLive ? liveMilliseconds : maxMilliseconds;
            const isFinest = side >= largestSide || (!isFirst && 4 * milliseconds > limit);
            if (isFinest && !this._isStale) {
                return;
            }
            if (this.isLive) {
                await delayAsync(milliseconds * (1 / liveShare - 1), signal);
            }
            side = isFinest ? side : 2 * side;
        }
    }
}

async function delayAsync(milliseconds: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        const stop = (): void => {
            clearTimeout(timer);
            resolve();
        };
        signal.addEventListener("abort", stop, { once: true });
    });
}
