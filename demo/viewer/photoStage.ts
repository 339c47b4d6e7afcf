import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Observer } from "@babylonjs/core/Misc/observable";
import { Control } from "@babylonjs/gui/2D/controls/control";
import {
    CameraFrusta,
    type Capture,
    CaptureToScene,
    RadiancePreview,
    RadianceTrainingSession,
    type RunOptions,
    type SegmentationHierarchy,
    type UltrametricSegmentation,
} from "babylon-ultrametric";
import { FindCaptureBounds } from "babylon-ultrametric/compute";
import { PartPainter } from "babylon-ultrametric/fields";
import { PageElement, PHONE_WIDTH } from "./elements";
import { SaveFile, TRAINING_ENDING } from "./fileInputs";
import { ShowError } from "./message";
import type { SubjectRun } from "./subjectRun";
import type { ViewerScene } from "./viewerScene";

/** Half the side of the first framed cube, relative to the median distance of the cameras from the content. */
const FRAMED_SHARE = 0.45;
/** The angle between the view and the first camera, whose image would hide the content. Radians. */
const CAMERA_OFFSET = 0.3;

/**
 * The cameras of a capture of photos, and the radiance field that learns from them, shown in the scene. A canceled
 * training keeps its progress. Disposed with the subject.
 */
export class PhotoStage {
    private readonly _card = PageElement("photos", HTMLElement);
    private readonly _camerasButton = PageElement("cameras", HTMLButtonElement);
    private readonly _pictureButton = PageElement("picture", HTMLButtonElement);
    private readonly _partsObserver: Observer<SegmentationHierarchy | null>;
    private readonly _preview: RadiancePreview;
    private _isTraining = false;

    private constructor(
        private readonly _viewer: ViewerScene,
        private readonly _segmentation: UltrametricSegmentation,
        private readonly _capture: Capture,
        private readonly _frusta: CameraFrusta,
        private readonly _learning: RadianceTrainingSession,
    ) {
        this._preview = new RadiancePreview(_viewer.scene, _learning.field);
        this._preview.onImageChangedObservable.add(() => _viewer.requestFrame());
        _learning.onChangedObservable.add(() => {
            this._preview.isLive = this._isTraining && !_learning.isPaused;
            this._preview.refresh();
            _viewer.requestFrame();
        });
        this._camerasButton.onclick = () => {
            this.showsCameras = !this.showsCameras;
        };
        this._pictureButton.onclick = () => {
            this.showsPicture = !this.showsPicture;
        };
        this._partsObserver = _segmentation.onHierarchyChangedObservable.add(() => this._followParts());
        this.showsCameras = this.showsPicture = true;
    }

    /**
     * Shows the cameras, and frames the content.
     * @param training a saved training of the radiance field; null starts a new one
     */
    public static async CreateAsync(
        viewer: ViewerScene,
        segmentation: UltrametricSegmentation,
        capture: Capture,
        training: Uint8Array | null,
        { onProgress, signal }: SubjectRun,
    ): Promise<PhotoStage> {
        const engine = viewer.engine as WebGPUEngine;
        const frusta = await CameraFrusta.CreateAsync(viewer.scene, capture, { onProgress, signal });
        try {
            const learning = training
                ? await RadianceTrainingSession.ParseAsync(engine, capture, training)
                : await RadianceTrainingSession.CreateAsync(engine, capture, { preset: "fast" });
            lookAtContent(viewer, capture);
            return new PhotoStage(viewer, segmentation, capture, frusta, learning);
        } catch (error) {
            frusta.dispose();
            throw error;
        }
    }

    /** True while the cameras are shown. */
    public get showsCameras(): boolean {
        return this._frusta.root.isEnabled();
    }

    public set showsCameras(value: boolean) {
        this._frusta.root.setEnabled(value);
        this._camerasButton.setAttribute("aria-pressed", String(value));
        this._viewer.requestFrame();
    }

    /** True while the field is drawn instead of the points, with the parts over it if there are any. */
    public get showsPicture(): boolean {
        return this._preview.isShown;
    }

    public set showsPicture(value: boolean) {
        this._preview.isShown = value;
        this._pictureButton.setAttribute("aria-pressed", String(value));
        this._showPoints();
        this._viewer.requestFrame();
    }

    /** Finishes the training, in view, renders the depth of the views, and hides cameras and field. */
    public async learnAsync({ panel, onProgress, signal }: SubjectRun): Promise<Capture> {
        const stopFollowing = panel.follow(this._learning, () => void this._saveAsync());
        // Beside the content, if there is room.
        panel.control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        panel.control.leftInPixels = window.innerWidth <= PHONE_WIDTH ? 12 : 20;
        this._card.hidden = true; // the panel takes its place
        this.showsPicture = true;
        try {
            await this._trainAsync({ onProgress, signal });
            stopFollowing();
            const capture = await this._learning.captureAsync({ onProgress, signal });
            this.showsCameras = this.showsPicture = false;
            return capture;
        } finally {
            stopFollowing();
            this._card.hidden = false;
        }
    }

    /** Removes everything from the scene and the page. */
    public dispose(): void {
        this._card.hidden = true;
        this._partsObserver.remove();
        this._frusta.dispose();
        this._preview.dispose();
        this._learning.dispose();
    }

    /** Paints the parts over the rendered image in the points' colors. */
    private _followParts(): void {
        const { pointCloud } = this._segmentation;
        this._preview.paint = pointCloud && new PartPainter(pointCloud).paintAsync;
        pointCloud?.onColoredObservable.add(() => this._preview.repaint());
        this._showPoints();
    }

    /** Hides the points under the rendered image, whose surface they lie on. */
    private _showPoints(): void {
        const { pointCloud } = this._segmentation;
        if (pointCloud) {
            pointCloud.mesh.isVisible = !this.showsPicture;
        }
    }

    private async _trainAsync(run: RunOptions): Promise<void> {
        this._isTraining = this._preview.isLive = true;
        try {
            await this._learning.runAsync(run);
        } finally {
            this._isTraining = this._preview.isLive = false;
            this._preview.refresh(); // the GPU is free for a finer image
        }
    }

    private async _saveAsync(): Promise<void> {
        try {
            SaveFile(`${this._capture.name}${TRAINING_ENDING}`, await this._learning.saveAsync());
        } catch (error) {
            ShowError("The radiance field could not be saved", error);
        }
    }
}

/** Points the camera at the content from the direction of the first photo. */
function lookAtContent(viewer: ViewerScene, capture: Capture): void {
    const { scene } = viewer;
    const toScene = CaptureToScene("z", scene.useRightHandedSystem);
    const inScene = (position: readonly number[]): Vector3 =>
        Vector3.TransformCoordinates(Vector3.FromArray(position), toScene);
    const { low, extent } = FindCaptureBounds(capture).cube;
    const content = inScene(low.map((value) => value + extent / 2));
    const away = capture.views.map((view) => inScene(view.camera.position).subtractInPlace(content));
    const distances = away.map((offset) => offset.length()).sort((a, b) => a - b);
    const [first] = away;
    const half = Vector3.One().scaleInPlace(FRAMED_SHARE * distances[distances.length >> 1]);
    viewer.view.frame(
        { low: content.subtract(half), high: content.add(half) },
        { alpha: Math.atan2(first.z, first.x) + CAMERA_OFFSET, beta: Math.acos(first.y / first.length()) },
    );
}
