import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import { Scene } from "@babylonjs/core/scene";
import type { MaskSet } from "../../src/compute/masks/maskSet";
import type { Capture } from "../../src/compute/views/capture";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { CaptureSceneAsync } from "../../src/plugin/sceneCapture/sceneCapture";
import type { PrincetonShape } from "./princetonShapes";

/** The capture of a shape, as plain data. */
export interface ShapeCapture {
    readonly capture: Capture;
    readonly masks: MaskSet;
    /** [faces] the leaf of each face. */
    readonly leafOfFace: Uint32Array;
    /** [height, width] the face at the center of each pixel of the first views; NO_ELEMENT for none. */
    readonly faceImages: readonly Uint32Array[];
}

/** Options of {@link CaptureShapeAsync}. */
export interface ShapeCaptureOptions {
    /** Number of views around the shape. Default 24. */
    readonly views: number;
    /** The width and height of a view, in pixels. Default 256. */
    readonly size: number;
    /** Number of leaves. Default 60,000. */
    readonly samples: number;
}

/** The defaults of {@link ShapeCaptureOptions}. */
export const DEFAULT_SHAPE_CAPTURE_OPTIONS: ShapeCaptureOptions = { views: 24, size: 256, samples: 60_000 };

/** The number of views whose faces are kept, for pictures. */
const PICTURED_VIEWS = 24;

/** Captures a mesh in a scene, with masks, as an application does. */
export async function CaptureShapeAsync(
    engine: WebGPUEngine,
    { entry, positions, indices }: PrincetonShape,
    masksOfAsync: (capture: Capture) => Promise<MaskSet>,
    options: ShapeCaptureOptions,
): Promise<ShapeCapture> {
    const scene = new Scene(engine);
    scene.useRightHandedSystem = true;
    try {
        const mesh = new Mesh(String(entry.id), scene);
        const data = new VertexData();
        data.positions = positions;
        data.indices = indices;
        const normals: number[] = [];
        VertexData.ComputeNormals(positions, indices, normals, { useRightHandedSystem: true });
        data.normals = normals;
        data.applyToMesh(mesh);
        const made = await CaptureSceneAsync(scene, [mesh], { name: `${entry.category} ${entry.id}`, ...options });
        const { name, views, heldOutViews, geometry, elements } = made;
        const capture: Capture = { name, views, heldOutViews, geometry };
        const { leafOfElement } = ContentLeaves.Create(made, { name, leafCount: elements.length });
        return {
            capture,
            masks: await masksOfAsync(capture),
            leafOfFace: leafOfElement,
            faceImages: made.elementImages.slice(0, PICTURED_VIEWS),
        };
    } finally {
        scene.dispose();
    }
}

/** Keeps captures and masks in a folder, because they take most of the time and do not depend on merging. */
export class ShapeCaptureCache {
    /** @param _folder the folder; null keeps nothing */
    public constructor(private readonly _folder: string | null) {}

    /** @param key identifies the shape and the options; a file name */
    public async takeAsync(key: string, makeAsync: () => Promise<ShapeCapture>): Promise<ShapeCapture> {
        if (this._folder === null) {
            return await makeAsync();
        }
        const file = join(this._folder, `${key}.bin`);
        try {
            return deserialize(await readFile(file)) as ShapeCapture;
        } catch {
            const made = await makeAsync();
            await mkdir(this._folder, { recursive: true });
            await writeFile(file, serialize(made));
            return made;
        }
    }
}
