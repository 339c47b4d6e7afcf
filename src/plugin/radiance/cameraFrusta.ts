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
import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Capture, View } from "../../compute/views/capture";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import { ShrinkImage } from "../../compute/views/shrinkImage";
import { ReleaseShaders } from "../babylon/drawCaches";
import { CaptureToScene, type UpAxis } from "../babylon/worldFrame";

/** Options of {@link CameraFrusta}. */
export interface CameraFrustaOptions {
    /** Which axis of the capture's world points up in the scene. Default "z". */
    upAxis: UpAxis;
    /** Longer side of the pictures in the scene, in units of the capture; 0 fits it to how close the cameras stand. Default 0. */
    size: number;
    /** Of the views that are learned from, sRGB 0..1. Default a light blue. */
    color: readonly [number, number, number];
    /** Of the views that are held out, sRGB 0..1. Default orange. */
    heldOutColor: readonly [number, number, number];
    /** Longer side of a thumbnail in pixels; 0 for none. Default 64. */
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

/** A fitted picture's side, in distances to the nearest other camera and in sizes of the group of cameras: the smaller one. */
const SIDE_IN_SPACINGS = 0.8;
const SIDE_IN_SPREADS = 0.25;
/** Where neither tells, as for a single camera. */
const USUAL_SIDE = 0.2;
/** Pixels that are clearer than this are left out of the thumbnails. */
const MIN_ALPHA = 0.4;

/**
 * The cameras of a capture in a scene: pyramids of lines, with their pictures at the bottom. Disposed with the scene; {@link dispose} leaves the
 * scene as it was. Not pickable, and not saved with the scene; but content of the scene for `captureSceneAsync(null)` unless {@link root} is disabled.
 */
export class CameraFrusta {
    /** The node that places the capture in the scene. Move, turn, scale and disable this. */
    public readonly root: TransformNode;

    private readonly _meshes: Mesh[] = [];
    private readonly _observer: Observer<Scene>;
    private _material: StandardMaterial | null = null;
    private _isDisposed = false;

    private constructor(
        scene: Scene,
        name: string,
        /** Views and, after them, held-out views. */
        public readonly views: readonly View[],
        learnedCount: number,
        /** Longer side of the pictures, in units of the capture. */
        public readonly size: number,
        { upAxis, color, heldOutColor }: CameraFrustaOptions,
        atlas: Atlas | null,
    ) {
        this.root = new TransformNode(`${name} (cameras)`, scene);
        this.root.doNotSerialize = true;
        CaptureToScene(upAxis, scene.useRightHandedSystem).decomposeToTransformNode(this.root);
        const cornersOfViews = views.map(({ camera }) => cornersOf(camera, size));
        const colorOf = (view: number): Color4 => new Color4(...(view < learnedCount ? color : heldOutColor), 1);
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
            this._material = createPictureMaterial(`${name} (thumbnails)`, scene, atlas);
            const pictures = new Mesh(`${name} (thumbnails)`, scene);
            createQuads(cornersOfViews, atlas).applyToMesh(pictures);
            pictures.material = this._material;
            this._add(pictures);
        }
        this._observer = scene.onDisposeObservable.add(() => this.dispose());
    }

    /**
     * The page stays alive: pictures are made smaller one by one.
     * @param capture whose views, also those held out, are shown
     * @throws UltrametricError "input" for no views or an option out of range, "aborted", "disposed"
     */
    public static async CreateAsync(
        scene: Scene,
        capture: Pick<Capture, "name" | "views" | "heldOutViews">,
        options: Partial<CameraFrustaOptions> = {},
        { signal, onProgress }: RunOptions = {},
    ): Promise<CameraFrusta> {
        const settings = { ...DEFAULT_CAMERA_FRUSTA_OPTIONS, ...options };
        const { size, thumbnailPixels } = settings;
        const views = [...capture.views, ...capture.heldOutViews];
        if (views.length === 0) {
            throw new UltrametricError(
                "input",
                `The capture "${capture.name}" has no views whose cameras could be shown.`,
            );
        }
        if (!(size >= 0 && Number.isFinite(size))) {
            throw new UltrametricError("input", `The option size is ${size}; it is a length, or 0.`);
        }
        if (!(Number.isInteger(thumbnailPixels) && thumbnailPixels >= 0 && thumbnailPixels <= 512)) {
            throw new UltrametricError(
                "input",
                `The option thumbnailPixels is ${thumbnailPixels}; it is a whole number from 0 to 512.`,
            );
        }
        const stage = "Showing the cameras";
        const pacer = new Pacer(stage, signal);
        let atlas: Atlas | null = null;
        if (thumbnailPixels > 0) {
            atlas = new Atlas(views.length, thumbnailPixels);
            for (let v = 0; v < views.length; v++) {
                atlas.put(v, views[v]);
                onProgress?.({ stage, fraction: (v + 1) / views.length });
                await pacer.yieldIfDueAsync();
            }
        }
        if (scene.isDisposed) {
            throw new UltrametricError("disposed", "The scene was disposed while the cameras were made for it.");
        }
        const side = size || fitSize(views.map(({ camera }) => camera.position));
        return new CameraFrusta(scene, capture.name, views, capture.views.length, side, settings, atlas);
    }

    /** Takes the cameras out of the scene. Safe to call again. */
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

/** Small pictures of views, side by side in one texture. */
class Atlas {
    public readonly pixels: Uint8Array;
    public readonly width: number;
    public readonly height: number;
    private readonly _columns: number;
    private readonly _sizes: [width: number, height: number][] = [];

    public constructor(
        count: number,
        private readonly _side: number,
    ) {
        this._columns = Math.ceil(Math.sqrt(count));
        this.width = this._columns * _side;
        this.height = Math.ceil(count / this._columns) * _side;
        this.pixels = new Uint8Array(4 * this.width * this.height);
    }

    public put(index: number, { camera, image }: View): void {
        const { width, height } = camera;
        const factor = Math.min(1, this._side / Math.max(width, height));
        const [columns, rows] = [width, height].map((pixels) => Math.max(1, Math.round(factor * pixels)));
        const small = factor < 1 ? ShrinkImage(image, width, height, columns, rows) : image;
        const [left, top] = this._cornerOf(index);
        for (let row = 0; row < rows; row++) {
            this.pixels.set(
                small.subarray(4 * row * columns, 4 * (row + 1) * columns),
                4 * ((top + row) * this.width + left),
            );
        }
        this._sizes[index] = [columns, rows];
    }

    /** Where a picture lies in the texture: left, right, top and bottom, 0..1, half a pixel within its edges. */
    public edgesOf(index: number): [number, number, number, number] {
        const [left, top] = this._cornerOf(index);
        const [columns, rows] = this._sizes[index];
        return [
            (left + 0.5) / this.width,
            (left + columns - 0.5) / this.width,
            (top + 0.5) / this.height,
            (top + rows - 0.5) / this.height,
        ];
    }

    private _cornerOf(index: number): [left: number, top: number] {
        return [(index % this._columns) * this._side, Math.floor(index / this._columns) * this._side];
    }
}

/** The picture's corners in the capture's world: left above, right above, right below, left below. */
function cornersOf(camera: PinholeCamera, size: number): Vector3[] {
    const { width, height, focalX, focalY } = camera;
    const depth = size / Math.max(width / focalX, height / focalY);
    return [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
    ].map(([x, y]) => {
        const place = [0, 0, 0];
        camera.unproject(x, y, depth, place);
        return Vector3.FromArray(place);
    });
}

/** A pyramid, with a roof over the upper edge of its picture. */
function linesOf({ position }: PinholeCamera, corners: readonly Vector3[]): Vector3[][] {
    const apex = Vector3.FromArray(position);
    const [leftAbove, rightAbove, rightBelow] = corners;
    const roof = Vector3.Center(leftAbove, rightAbove).addInPlace(leftAbove.subtract(corners[3]).scaleInPlace(0.25));
    return [
        [...corners, leftAbove],
        [leftAbove, apex, rightAbove],
        [rightBelow, apex, corners[3]],
        [leftAbove, roof, rightAbove],
    ];
}

function createQuads(cornersOfViews: readonly Vector3[][], atlas: Atlas): VertexData {
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

/** Shows the pixels as they are, without light. */
function createPictureMaterial(name: string, scene: Scene, { pixels, width, height }: Atlas): StandardMaterial {
    const texture = RawTexture.CreateRGBATexture(
        pixels,
        width,
        height,
        scene,
        true,
        false, // the first row is the upper one
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
    // Cut out and not blended: pictures in front of pictures need no order.
    material.transparencyMode = Material.MATERIAL_ALPHATEST;
    material.alphaCutOff = MIN_ALPHA;
    return material;
}

/** A length at which the pyramids of cameras hardly meet. */
function fitSize(positions: readonly (readonly [number, number, number])[]): number {
    const distance = (a: readonly number[], b: readonly number[]): number =>
        Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
    const middle = [0, 1, 2].map((axis) => positions.reduce((sum, p) => sum + p[axis], 0) / positions.length);
    const spread = median(positions.map((p) => distance(p, middle)));
    const spacing = median(
        positions.map((p) =>
            positions.reduce((least, q) => {
                const gap = distance(p, q);
                return gap > 0 && gap < least ? gap : least; // cameras at one place say nothing
            }, Infinity),
        ),
    );
    const side = Math.min(SIDE_IN_SPACINGS * spacing, SIDE_IN_SPREADS * spread);
    return side > 0 && Number.isFinite(side) ? side : USUAL_SIDE;
}
