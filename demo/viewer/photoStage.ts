import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { RunOptions } from "../../src/compute/progress";
import type { Capture } from "../../src/compute/views/capture";
import { FindCaptureBounds } from "../../src/compute/views/captureBounds";
import { CaptureToScene } from "../../src/plugin/materials/worldFrame";
import { CameraFrusta } from "../../src/plugin/radiance/cameraFrusta";
import { PageElement } from "./elements";
import type { ViewerScene } from "./viewerScene";

/** Radius of the sphere that the window shows at first, in distances of the usual camera from the content. */
const ROOM = 0.75;
/** So much beside the first camera, whose picture would be in the way. Radians. */
const ASIDE = 0.3;

/** What is shown of a capture of photos beside its parts: where they were taken. Disposed with what is open. */
export class PhotoStage {
    private readonly _card = PageElement("photos", HTMLElement);
    private readonly _camerasButton = PageElement("cameras", HTMLButtonElement);

    private constructor(
        private readonly _viewer: ViewerScene,
        private readonly _frusta: CameraFrusta,
    ) {
        this._camerasButton.onclick = () => {
            this.showsCameras = !this.showsCameras;
        };
        this.showsCameras = true;
        this._card.hidden = false;
    }

    /** Shows the cameras, and all of the content. */
    public static async CreateAsync(viewer: ViewerScene, capture: Capture, run: RunOptions): Promise<PhotoStage> {
        const frusta = await CameraFrusta.CreateAsync(viewer.scene, capture, {}, run);
        lookAtContent(viewer, capture);
        return new PhotoStage(viewer, frusta);
    }

    /** Whether the cameras are in the scene. */
    public get showsCameras(): boolean {
        return this._frusta.root.isEnabled();
    }

    public set showsCameras(value: boolean) {
        this._frusta.root.setEnabled(value);
        this._camerasButton.setAttribute("aria-pressed", String(value));
        this._viewer.requestFrame();
    }

    /** Takes everything out of the scene and the page. */
    public dispose(): void {
        this._card.hidden = true;
        this._frusta.dispose();
    }
}

/** From where the first photo was taken, but from farther away: among the cameras, with the content in the middle. */
function lookAtContent(viewer: ViewerScene, capture: Capture): void {
    const { scene, camera } = viewer;
    const toScene = CaptureToScene("z", scene.useRightHandedSystem);
    const inScene = (place: readonly number[]): Vector3 =>
        Vector3.TransformCoordinates(Vector3.FromArray(place), toScene);
    const { low, extent } = FindCaptureBounds(capture).cube;
    const content = inScene(low.map((value) => value + extent / 2));
    const away = capture.views.map((view) => inScene(view.camera.position).subtractInPlace(content));
    const distances = away.map((offset) => offset.length()).sort((a, b) => a - b);
    const [first] = away;
    camera.alpha = Math.atan2(first.z, first.x) + ASIDE;
    camera.beta = Math.acos(first.y / first.length());
    viewer.frameSphere(content, ROOM * distances[distances.length >> 1]);
}
