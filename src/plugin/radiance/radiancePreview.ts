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

/** Changes a picture before it is shown, as by parts laid over it. Depth is there from an opacity of 0.1 on. */
export type RadiancePainter = (
    image: RadianceImage,
    camera: PinholeCamera,
    signal: AbortSignal,
) => Promise<RadianceImage>;

/** A picture as the field has it. */
interface DrawnPicture {
    readonly image: RadianceImage;
    readonly pinhole: PinholeCamera;
    readonly camera: Camera;
}

/** Options of {@link RadiancePreview}. */
export interface RadiancePreviewOptions {
    /** Which axis of the capture's world points up in the scene. Default "z". */
    upAxis: UpAxis;
    /** Longer side of the finest picture, in pixels, where the window has as many. Default 640. */
    maxSide: number;
    /** No finer picture is begun that would take longer. Default 15000. */
    maxMilliseconds: number;
    /** The same while {@link RadiancePreview.isLive}. Default 2000. */
    liveMilliseconds: number;
    /** Share of the time in which pictures are drawn while {@link RadiancePreview.isLive}; the rest is left to the training. Default 0.25. */
    liveShare: number;
    /** Default null: pictures are shown as the field has them. */
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

/** Also the faint rims of things lie where the things are. */
const MIN_OPACITY = 0.1;
/** Longer side of the very first picture, and the least of any. */
const FIRST_SIDE = 48;
/** The first picture after the camera has moved takes about so long. */
const QUICK_MILLISECONDS = 150;

/**
 * A radiance field as the scene's active camera sees it, drawn over the window: coarse at once, then finer and finer; anew when the camera has moved
 * or the field has changed. It has depth: meshes and points of the scene lie before or behind it. WebGPU only. Disposed with the scene.
 */
export class RadiancePreview {
    /** Notified when another picture is shown, for applications that do not draw all the time. */
    public readonly onImageChangedObservable = new Observable<RadiancePreview>();

    /** Whether the field is being trained, which is to get most of the GPU. Default false. */
    public isLive = false;

    private readonly _options: Readonly<RadiancePreviewOptions>;
    private readonly _picture: RadianceQuad;
    private readonly _captureToScene: Matrix;
    private readonly _removals: (() => void)[];
    private readonly _seen = new Matrix();
    private _paint: RadiancePainter | null;
    private _drawing: AbortController | null = null;
    private _drawn: DrawnPicture | null = null;
    private _painting: AbortController | null = null;
    /** Whether what is painted has changed since the painting was begun. */
    private _isPaintDue = false;
    /** Whether the field has changed since the picture was begun. */
    private _isStale = false;
    private _side = FIRST_SIDE;
    private _pixelsPerMillisecond = 0;
    private _isShown = true;
    private _isDisposed = false;

    /**
     * @param field which stays the caller's; dispose this before it
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
                `A radiance field is drawn with WebGPU: it takes a WebGPUEngine, and this scene has a ${engine.name} engine.`,
            );
        }
        this._options = { ...DEFAULT_RADIANCE_PREVIEW_OPTIONS, ...options };
        this._paint = this._options.paint;
        this._captureToScene = CaptureToScene(this._options.upAxis, _scene.useRightHandedSystem);
        this._picture = new RadianceQuad(_scene);
        const looking = _scene.onAfterRenderObservable.add(() => this._look());
        const disposal = _scene.onDisposeObservable.add(() => this.dispose());
        this._removals = [() => looking.remove(), () => disposal.remove()];
    }

    /** Whether it is in the scene; a hidden one draws nothing. */
    public get isShown(): boolean {
        return this._isShown;
    }

    public set isShown(value: boolean) {
        if (value !== this._isShown && !this._isDisposed) {
            this._isShown = value;
            this._picture.isVisible = false;
            this._stop();
            this._seen.reset(); // as if the camera had moved
        }
    }

    /** Pixels of the picture's longer side that was drawn last. */
    public get side(): number {
        return this._side;
    }

    /** What changes pictures before they are shown. Setting it paints anew. */
    public get paint(): RadiancePainter | null {
        return this._paint;
    }

    public set paint(value: RadiancePainter | null) {
        this._paint = value;
        this.repaint();
    }

    /** To be called when the painter would paint otherwise: paints what is shown anew, without drawing it again. */
    public repaint(): void {
        if (this._painting) {
            this._isPaintDue = true;
        } else if (this._drawn) {
            const painting = new AbortController();
            this._painting = painting;
            this._isPaintDue = false;
            this._watch(this._showAsync(this._drawn, painting.signal), () => {
                if (this._painting === painting) {
                    this._painting = null;
                    if (this._isPaintDue) {
                        this.repaint();
                    }
                }
            });
        }
    }

    /** To be called when the field has changed: draws anew, as fine as it was, when it is time. */
    public refresh(): void {
        this._isStale = true;
        if (!this._drawing && this._scene.activeCamera && this._isShown && !this._isDisposed) {
            this._start(this._scene.activeCamera, this._side);
        }
    }

    /** Takes it out of the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._stop();
        for (const remove of this._removals) {
            remove();
        }
        this._picture.dispose();
        this.onImageChangedObservable.clear();
    }

    /** Begins anew where the camera, or the window, is another. */
    private _look(): void {
        const camera = this._scene.activeCamera;
        if (camera && this._isShown && !camera.getTransformationMatrix().equals(this._seen)) {
            this._seen.copyFrom(camera.getTransformationMatrix());
            const side = Math.sqrt(this._pixelsPerMillisecond * QUICK_MILLISECONDS);
            this._start(camera, Math.max(FIRST_SIDE, Math.min(side, this._options.maxSide)));
        }
    }

    private _start(camera: Camera, side: number): void {
        this._drawing?.abort();
        const drawing = new AbortController();
        this._drawing = drawing;
        this._watch(this._drawAsync(camera, side, drawing.signal), () => {
            if (this._drawing === drawing) {
                this._drawing = null;
                if (this._isStale) {
                    this.refresh(); // it changed as the last picture came
                }
            }
        });
    }

    private _stop(): void {
        this._drawing?.abort();
        this._painting?.abort();
        this._drawing = this._painting = this._drawn = null;
        this._isStale = this._isPaintDue = false;
    }

    /** Calls back when work has ended. Of a lost device or a failing GPU, what trains the field tells better. */
    private _watch(work: Promise<void>, onEnd: () => void): void {
        work.catch((error: unknown) => {
            if (!(error instanceof UltrametricError && ["aborted", "disposed"].includes(error.kind))) {
                Logger.Error(
                    `The radiance field could not be drawn: ${error instanceof Error ? error.message : error}`,
                );
            }
        }).finally(onEnd);
    }

    private async _showAsync({ image, pinhole, camera }: DrawnPicture, signal: AbortSignal): Promise<void> {
        const painted = this._paint ? await this._paint(image, pinhole, signal) : image;
        if (!signal.aborted) {
            this._picture.show(painted, camera, this._captureToScene);
            this.onImageChangedObservable.notifyObservers(this);
        }
    }

    private async _drawAsync(camera: Camera, firstSide: number, signal: AbortSignal): Promise<void> {
        const { maxSide, maxMilliseconds, liveMilliseconds, liveShare } = this._options;
        const engine = this._scene.getEngine();
        for (let side = firstSide; ; ) {
            const [windowWidth, windowHeight] = [engine.getRenderWidth(), engine.getRenderHeight()];
            const most = Math.min(maxSide, Math.max(windowWidth, windowHeight));
            side = Math.min(side, most);
            const factor = side / Math.max(windowWidth, windowHeight);
            const [width, height] = [windowWidth, windowHeight].map((size) => Math.max(1, Math.round(size * factor)));
            this._isStale = false;
            this._side = side;
            const start = performance.now();
            const pinhole = PinholeOfCamera(camera, this._captureToScene, width, height);
            const image = await this._field.renderAsync(pinhole, { signal, minOpacity: MIN_OPACITY });
            this._drawn = { image, pinhole, camera };
            this._painting?.abort();
            this._painting = null;
            await this._showAsync(this._drawn, signal);
            const milliseconds = Math.max(1, performance.now() - start);
            // The first picture takes shaders to be made, which says nothing of the next.
            const isFirst = this._pixelsPerMillisecond === 0;
            this._pixelsPerMillisecond = (width * height) / milliseconds;
            const limit = this.isLive ? liveMilliseconds : maxMilliseconds;
            const isFinest = side >= most || (!isFirst && 4 * milliseconds > limit);
            if (isFinest && !this._isStale) {
                return;
            }
            if (this.isLive) {
                await yieldAsync(milliseconds * (1 / liveShare - 1), signal);
            }
            side = isFinest ? side : 2 * side;
        }
    }
}

async function yieldAsync(milliseconds: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        const stop = (): void => {
            clearTimeout(timer);
            resolve();
        };
        signal.addEventListener("abort", stop, { once: true });
    });
}
