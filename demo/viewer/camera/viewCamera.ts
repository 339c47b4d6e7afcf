import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera";
import { Camera } from "@babylonjs/core/Cameras/camera";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { type Box, FitBox, type OrbitFit, type PageRectangle, type PageSize } from "./fitBox";
import { FindFreeSpace } from "./freeSpace";

/** A direction of view, as the angles of ArcRotateCamera. */
export interface ViewDirection {
    readonly alpha: number;
    readonly beta: number;
}

/** The view of content that has just been opened: its front, from the right and above. */
export const FIRST_DIRECTION: ViewDirection = { alpha: 0.9, beta: 1.15 };

/** The page over the scene. */
export interface PageSpace {
    readonly page: PageSize;
    /** The rectangles that cover the scene. */
    readonly cards: readonly PageRectangle[];
}

/** The vertical field of view, and one without visible perspective, in radians. */
const FOV = 0.8;
const FLAT_FOV = 0.05;

/** The limits of the distance, relative to the distance at which content was framed. */
const NEAREST = 1 / 50;
const FARTHEST = 4;

/** The orbit camera of the page, which fits boxes into the space between the cards. */
export class ViewCamera {
    public readonly camera: ArcRotateCamera;

    /** The framed box; null before the first. */
    private _framed: Box | null = null;
    /** The box of the whole content, which limits how far the camera can go. */
    private _whole: Box | null = null;
    /** The screen offset of the target, relative to the distance. */
    private _offset: OrbitFit["offset"] = [0, 0];
    private _framedPlace = "";

    public constructor(
        scene: Scene,
        private readonly _findSpace: () => PageSpace,
    ) {
        const { alpha, beta } = FIRST_DIRECTION;
        this.camera = new ArcRotateCamera("camera", alpha, beta, 4, Vector3.Zero(), scene);
        const { camera } = this;
        camera.fov = FOV;
        camera.inputs.removeByType("ArcRotateCameraKeyboardMoveInput"); // the arrow keys select parts
        camera.useInputToRestoreState = false; // a double click focuses a part
        camera.wheelDeltaPercentage = 0.02;
        camera.pinchDeltaPercentage = 0.01;
        camera.inertia = 0.8;
        // The target stays at its place on the page at any distance.
        camera.onAfterCheckInputsObservable.add(() => {
            camera.targetScreenOffset.set(this._offset[0] * camera.radius, this._offset[1] * camera.radius);
        });
    }

    /** True if the distance or the target was changed since content was framed. */
    public get isMoved(): boolean {
        return this._framed !== null && this._place() !== this._framedPlace;
    }

    /** True for a view without visible perspective. */
    public get isFlat(): boolean {
        return this.camera.fov < FOV;
    }

    public set isFlat(value: boolean) {
        if (value !== this.isFlat) {
            const { camera } = this;
            const wasMoved = this.isMoved;
            const factor = Math.tan(camera.fov / 2) / Math.tan((value ? FLAT_FOV : FOV) / 2);
            const radius = camera.radius * factor;
            camera.fov = value ? FLAT_FOV : FOV;
            this._offset = [this._offset[0] / factor, this._offset[1] / factor];
            this._limit(radius);
            camera.radius = radius;
            if (!wasMoved) {
                this._framedPlace = this._place();
            }
        }
    }

    /**
     * Shows a box in the space between the cards.
     *
     * @param direction default: the current one
     * @param whole the box of the whole content. Default: the box
     */
    public frame(box: Box, direction: ViewDirection = this.camera, whole: Box = box): void {
        const { camera } = this;
        const { alpha, beta } = direction;
        const { page, cards } = this._findSpace();
        const lens = { alpha, beta, fov: camera.fov };
        const free = FindFreeSpace(box, lens, page, cards);
        const { radius, offset } = FitBox(box, lens, page, free);
        this._framed = box;
        this._whole = whole;
        this._offset = [offset[0] / radius, offset[1] / radius];
        camera.inertialAlphaOffset = camera.inertialBetaOffset = camera.inertialRadiusOffset = 0;
        camera.inertialPanningX = camera.inertialPanningY = 0;
        this._limit(radius);
        camera.target = Vector3.Center(box.low, box.high);
        // A new target keeps the position of the camera and changes its angles, so these come last.
        camera.alpha = alpha;
        camera.beta = beta;
        camera.radius = radius;
        this._framedPlace = this._place();
    }

    /**
     * Looks in the direction of another camera of the scene, from its height and side, with everything at the depth of
     * the content as large as there. A tilt to the side is left out: this camera keeps the horizon level.
     */
    public lookLike(other: Camera): void {
        if (!this._whole) {
            return;
        }
        const { camera } = this;
        const toWorld = Matrix.Invert(other.getViewMatrix(true));
        const ahead = camera.getScene().useRightHandedSystem ? -1 : 1;
        const forward = Vector3.TransformNormal(new Vector3(0, 0, ahead), toWorld).normalize();
        const position = toWorld.getTranslation();
        const toCenter = Vector3.Center(this._whole.low, this._whole.high).subtract(position);
        const extent = Vector3.Distance(this._whole.low, this._whole.high);
        const depth = Math.max(Vector3.Dot(toCenter, forward), extent / 10);
        const isFlat = other.mode === Camera.ORTHOGRAPHIC_CAMERA && other.orthoTop !== null;
        const half = isFlat ? other.orthoTop! : depth * Math.tan(other.fov / 2);
        const radius = half / Math.tan(camera.fov / 2);
        this._offset = [0, 0];
        this._limit(radius);
        camera.target = position.add(forward.scale(depth));
        camera.alpha = Math.atan2(-forward.z, -forward.x);
        camera.beta = Math.acos(Math.min(Math.max(-forward.y, -1), 1));
        camera.radius = radius;
    }

    /** Turns to a direction before anything is shown, so that it counts as not moved. */
    public forget({ alpha, beta }: ViewDirection): void {
        this._framed = null;
        this.camera.alpha = alpha;
        this.camera.beta = beta;
    }

    /** Frames the same box again if the camera was not moved, for other cards or another size of the page. */
    public refit(): void {
        if (this._framed && !this.isMoved) {
            this.frame(this._framed, this.camera, this._whole ?? this._framed);
        }
    }

    private _limit(radius: number): void {
        const { camera } = this;
        const extent = this._whole ? Vector3.Distance(this._whole.low, this._whole.high) : 0;
        const ofWhole = (1.5 * extent) / 2 / Math.tan(camera.fov / 2);
        camera.lowerRadiusLimit = radius * NEAREST;
        camera.upperRadiusLimit = FARTHEST * Math.max(radius, ofWhole);
        camera.maxZ = camera.upperRadiusLimit + 2 * extent;
        camera.minZ = Math.max(radius / 500, camera.maxZ / 1e6);
        camera.panningSensibility = (2500 / radius) * (FOV / camera.fov);
    }

    private _place(): string {
        const { radius, target } = this.camera;
        return [radius, target.x, target.y, target.z].join(" ");
    }
}
