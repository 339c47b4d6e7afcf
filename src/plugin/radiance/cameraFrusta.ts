import { Constants } from "@babylonjs/core/Engines/constants";
import { Material } from "@babylonjs/core/Materials/material";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateLineSystem } from "@babylonjs/core/Meshes/Builders/linesBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Capture, View } from "../../compute/views/capture";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import { ReleaseShaders } from "../babylon/drawCaches";
import { HideFromFiles } from "../babylon/hideFromFiles";
import { CaptureToScene, type UpAxis } from "../babylon/worldFrame";
import { ThumbnailAtlas } from "./thumbnailAtlas";

/** Options of {@link CameraFrusta}. */
export interface CameraFrustaOptions {
    /** The axis of the capture's world that points up in the scene. Default "z". */
    upAxis: UpAxis;
    /** The longer side of the images, in units of the capture; 0 fits it to the cameras' spacing. Default 0. */
    size: number;
    /** The color of training views, sRGB 0..1. Default a light blue. */
    color: readonly [number, number, number];
    /** The color of held-out views, sRGB 0..1. Default orange. */
    heldOutColor: readonly [number, number, number];
    /** The longer side of a thumbnail in pixels; 0 for no thumbnails. Default 64. */
    thumbnailPixels: number;
}

/** The defaults of {@link CameraFrustaOptions}. */
export const DEFAULT_CAMERA_FRUSTA_OPTIONS: Readonly<CameraFrustaOptions> = {
    upAxis: "z",
    size: 0,
    color: [0.43, 0.66, 1],
    heldOutColor: [0.95, 0.65, 0.35],
    thumbnailPixels: 64,
};

/** The fitted side of an image: the smaller of these shares of the cameras' spacing and of their spread. */
const SIDE_IN_SPACINGS = 0.8;
const SIDE_IN_SPREADS = 0.25;
/** The side where neither is known, as for a single camera. */
const FALLBACK_SIDE = 0.2;
/** Thumbnails omit pixels of lower alpha. */
const MIN_ALPHA = 0.4;

/**
 * The cameras of a capture in a scene: frusta of lines, with thumbnails of their images. They are not pickable and not
 * saved with the scene, but `captureSceneAsync(null)` captures them unless {@link root} is disabled. Disposed with the
 * scene; {@link dispose} restores the scene.
 */
export class CameraFrusta {
    /** The node that places the cameras in the scene; it can be moved, rotated, scaled and disabled. */
    public readonly root: TransformNode;

    private readonly _meshes: Mesh[] = [];
    private readonly _observer: Observer<Scene>;
    private _material: StandardMaterial | null = null;
    private _isDisposed = false;

    private constructor(
        scene: Scene,
        name: string,
        /** The training views, followed by the held-out views. */
        public readonly views: readonly View[],
        trainingCount: number,
        /** The longer side of the images, in units of the capture. */
        public readonly size: number,
        { upAxis, color, heldOutColor }: CameraFrustaOptions,
        atlas: ThumbnailAtlas | null,
    ) {
        this.root = new TransformNode(`${name} (cameras)`, scene);
        HideFromFiles(this.root);
        CaptureToScene(upAxis, scene.useRightHandedSystem).decomposeToTransformNode(this.root);
        const cornersOfViews = views.map(({ camera }) => cornersOf(camera, size));
        const colorOf = (view: number): Color4 => new Color4(...(view < trainingCount ? color : heldOutColor), 1);
        const lines = CreateLineSystem(
            `${name} (frusta)`,
            {
                lines: views.flatMap(({ camera }, v) => linesOf(camera, cornersOfViews[v])),
                colors: views.flatMap((view, v) =>
                    linesOf(view.camera, cornersOfViews[v]).map((line) => line.map(() => colorOf(v))),
                ),
            },
            scene,
        );
        this._add(lines);
        if (atlas) {
            this._material = createThumbnailMaterial(`${name} (thumbnails)`, scene, atlas);
            const thumbnails = new Mesh(`${name} (thumbnails)`, scene);
            createQuads(cornersOfViews, atlas).applyToMesh(thumbnails);
            thumbnails.material = this._material;
            this._add(thumbnails);
        }
        this._observer = scene.onDisposeObservable.add(() => this.dispose());
    }

    /**
     * Creates the frusta, and the thumbnails in time slices.
     * @param capture has the views, of which held-out ones are shown too
     * @throws UltrametricError "input" without views, or for an option out of range, "aborted", "disposed"
     */
    public static async CreateAsync(
        scene: Scene,
        capture: Pick<Capture, "name" | "views" | "heldOutViews">,
        { signal, onProgress, ...options }: Partial<CameraFrustaOptions> & RunOptions = {},
    ): Promise<CameraFrusta> {
        const settings = { ...DEFAULT_CAMERA_FRUSTA_OPTIONS, ...options };
        const { size, thumbnailPixels } = settings;
        const views = [...capture.views, ...capture.heldOutViews];
        if (views.length === 0) {
            throw new UltrametricError("input", `The capture "${capture.name}" has no views.`);
        }
        if (!(size >= 0 && Number.isFinite(size))) {
            throw new UltrametricError("input", `The option size must be a length or 0, not ${size}.`);
        }
        if (!(Number.isInteger(thumbnailPixels) && thumbnailPixels >= 0 && thumbnailPixels <= 512)) {
            throw new UltrametricError(
                "input",
                `The option thumbnailPixels must be a whole number from 0 to 512, not ${thumbnailPixels}.`,
            );
        }
        const stage = "Showing the cameras";
        const pacer = new Pacer(stage, signal);
        let atlas: ThumbnailAtlas | null = null;
        if (thumbnailPixels > 0) {
            atlas = new ThumbnailAtlas(views.length, thumbnailPixels);
            for (let v = 0; v < views.length; v++) {
                atlas.put(v, views[v]);
                onProgress?.(StageProgress("showCameras", (v + 1) / views.length));
                await pacer.yieldIfDueAsync();
            }
        }
        if (scene.isDisposed) {
            throw new UltrametricError("disposed", "The scene was disposed while the cameras were being created.");
        }
        const side = size || fitSize(views.map(({ camera }) => camera.position));
        return new CameraFrusta(scene, capture.name, views, capture.views.length, side, settings, atlas);
    }

    /** Removes the cameras from the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._observer.remove();
        for (const mesh of this._meshes) {
            ReleaseShaders(mesh);
            mesh.dispose();
        }
        this._material?.dispose(true, true);
        this._material = null;
        this.root.dispose();
    }

    private _add(mesh: Mesh): void {
        mesh.parent = this.root;
        mesh.isPickable = false;
        mesh.doNotSerialize = true;
        this._meshes.push(mesh);
    }
}

/** Returns the corners of an image in the capture's world: top left, top right, bottom right, bottom left. */
function cornersOf(camera: PinholeCamera, size: number): Vector3[] {
    const { width, height, focalX, focalY } = camera;
    const depth = size / Math.max(width / focalX, height / focalY);
    return [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
    ].map(([x, y]) => {
        const corner = [0, 0, 0];
        camera.unproject(x, y, depth, corner);
        return Vector3.FromArray(corner);
    });
}

/** Returns the lines of a frustum, with a triangle above the upper edge of its image. */
function linesOf({ position }: PinholeCamera, corners: readonly Vector3[]): Vector3[][] {
    const apex = Vector3.FromArray(position);
    const [topLeft, topRight, bottomRight] = corners;
    const roof = Vector3.Center(topLeft, topRight).addInPlace(topLeft.subtract(corners[3]).scaleInPlace(0.25));
    return [
        [...corners, topLeft],
        [topLeft, apex, topRight],
        [bottomRight, apex, corners[3]],
        [topLeft, roof, topRight],
    ];
}

function createQuads(cornersOfViews: readonly Vector3[][], atlas: ThumbnailAtlas): VertexData {
    const data = new VertexData();
    const uvs: number[] = [];
    const indices: number[] = [];
    cornersOfViews.forEach((_, v) => {
        const [left, right, top, bottom] = atlas.edgesOf(v);
        uvs.push(left, top, right, top, right, bottom, left, bottom);
        indices.push(...[0, 1, 2, 0, 2, 3].map((corner) => 4 * v + corner));
    });
    data.positions = cornersOfViews.flatMap((corners) => corners.flatMap((corner) => corner.asArray()));
    data.uvs = uvs;
    data.indices = indices;
    return data;
}

/** Creates an unlit material. */
function createThumbnailMaterial(
    name: string,
    scene: Scene,
    { pixels, width, height }: ThumbnailAtlas,
): StandardMaterial {
    const texture = RawTexture.CreateRGBATexture(
        pixels,
        width,
        height,
        scene,
        true,
        false, // the first row is at the top
        Constants.TEXTURE_TRILINEAR_SAMPLINGMODE,
    );
    texture.hasAlpha = true;
    const material = new StandardMaterial(name, scene);
    material.doNotSerialize = true;
    material.disableLighting = true;
    material.diffuseTexture = texture;
    material.emissiveColor = Color3.White();
    material.useAlphaFromDiffuseTexture = true;
    material.backFaceCulling = false;
    // Alpha test rather than blending, because overlapping thumbnails are not sorted.
    material.transparencyMode = Material.MATERIAL_ALPHATEST;
    material.alphaCutOff = MIN_ALPHA;
    return material;
}

/** Returns a side length at which the frusta hardly overlap. */
function fitSize(positions: readonly (readonly [number, number, number])[]): number {
    const distance = (a: readonly number[], b: readonly number[]): number =>
        Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
    const middle = [0, 1, 2].map((axis) => positions.reduce((sum, p) => sum + p[axis], 0) / positions.length);
    const spread = median(positions.map((p) => distance(p, middle)));
    const spacing = median(
        positions.map((p) =>
            positions.reduce((min, q) => {
                const gap = distance(p, q);
                return gap > 0 && gap < min ? gap : min; // cameras at the same position are ignored
            }, Infinity),
        ),
    );
    const side = Math.min(SIDE_IN_SPACINGS * spacing, SIDE_IN_SPREADS * spread);
    return side > 0 && Number.isFinite(side) ? side : FALLBACK_SIDE;
}
