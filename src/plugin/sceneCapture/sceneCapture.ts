import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SplatVisibility } from "../../compute/splats/splatVisibility";
import type { Capture, CaptureGeometry, View, ViewVisibility } from "../../compute/views/capture";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import type { UpAxis } from "../babylon/worldFrame";
import { type ContentSamples, SampleContentAsync } from "./contentSamples";
import { ReadContentStructure } from "./contentStructure";
import { CreateSceneCameras, DEFAULT_SCENE_CAMERA_OPTIONS, type SceneCameraOptions } from "./sceneCameras";
import { type ContentItem, type ContentPiece, ReadSceneContentAsync, type SceneContent } from "./sceneContent";
import { DEFAULT_VIEW_RENDERER_OPTIONS, ViewRenderer, type ViewRendererOptions } from "./viewRenderer";

/** Options of {@link CaptureSceneAsync}, with those of its cameras and of how they see. */
export interface SceneCaptureOptions extends SceneCameraOptions, ViewRendererOptions {
    /** The capture's name. Default "scene". */
    name: string;
    /**
     * The capture's world is right-handed with this axis up; {@link CaptureToScene} leads from it into the scene. Default "y": the scene's own axes,
     * with z turned around where the scene is left-handed.
     */
    upAxis: UpAxis;
    /** Cameras of your own, in the capture's world, in place of those that are placed. Default null. */
    cameras: readonly PinholeCamera[] | null;
    /** Number of points on faces, seen or not, that become leaves; those of point clouds all do, and splats that are opaque enough. Default 200,000. */
    samples: number;
    /** Seed of the samples. Default 1. */
    seed: number;
    /** Radius of points in the views, world units; null fits it to how close they lie. Default null. */
    pointRadius: number | null;
    /** Splats that are less opaque, 0..1, become no leaves: they follow the nearest one. They are drawn in views all the same. Default 0.1. */
    splatOpacity: number;
    /**
     * Splats that float by themselves, in clumps of less than this share of a mesh's splats, 0..1, are left out of the views and of what cameras are fitted
     * to; they become no leaves either, but follow the nearest one. 0 keeps all. Default 0.001.
     */
    splatClump: number;
}

/** The defaults of {@link SceneCaptureOptions}. */
export const DEFAULT_SCENE_CAPTURE_OPTIONS: Readonly<SceneCaptureOptions> = {
    ...DEFAULT_SCENE_CAMERA_OPTIONS,
    ...DEFAULT_VIEW_RENDERER_OPTIONS,
    name: "scene",
    upAxis: "y",
    cameras: null,
    samples: 200_000,
    seed: 1,
    pointRadius: null,
    splatOpacity: 0.1,
    splatClump: 0.001,
};

/** Views of content of a scene, points on it, and the links from both back to its meshes. Made by {@link CaptureSceneAsync}. */
export class SceneCapture implements Capture {
    /** None: the scene can be looked at from anywhere. */
    public readonly heldOutViews: readonly View[] = [];

    /** @internal */
    public constructor(
        public readonly name: string,
        /** Which axis of the capture's right-handed world points up. */
        public readonly upAxis: UpAxis,
        public readonly views: readonly View[],
        /** For each view [height, width]: the element at each pixel's center, NO_ELEMENT where nothing is. */
        public readonly elementImages: readonly Uint32Array[],
        /** Points on the content in the capture's world, with its own normals and colors: the leaves. */
        public readonly geometry: CaptureGeometry,
        /** [leaves] the element that each leaf lies on. */
        public readonly elements: Uint32Array,
        /** [leaves, 2] where on its face: weights of the face's second and third corner, the first has the rest; 0 for points and splats. */
        public readonly barycentrics: Float32Array,
        /** [elements, 3] centers of all faces and splats, and all points, in the capture's world. */
        public readonly elementCenters: Float32Array,
        /** Meshes, point clouds and splats, instances each for itself; `firstElement` ascends. */
        public readonly items: readonly ContentItem[],
    ) {}

    /** Which mesh an element belongs to. @returns index of the item; the element is its face, point or splat `element - items[index].firstElement` */
    public itemOfElement(element: number): number {
        let low = 0;
        let high = this.items.length - 1;
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (this.items[middle].firstElement <= element) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}

/**
 * Captures meshes, point clouds and Gaussian splats of a scene: places cameras around (and in) them, draws color, depth and what is seen where, and samples their
 * surface. The scene is only read: it may go on being drawn meanwhile, and nothing in it is changed, whether this ends well, fails or is canceled.
 * Content that moves is captured as it stands at the start.
 *
 * @param scene whose engine is a WebGPUEngine
 * @param meshes what to capture, visible or not; their children are not added
 * @throws UltrametricError "unsupported" without WebGPU and for splats put together from parts, "input" when there is nothing to capture or an option is wrong,
 * "disposed" | "limits" | "gpu" | "deviceLost" | "aborted"
 */
export async function CaptureSceneAsync(
    scene: Scene,
    meshes: readonly AbstractMesh[],
    options: Partial<SceneCaptureOptions> = {},
    { onProgress, signal }: RunOptions = {},
): Promise<SceneCapture> {
    const settings: SceneCaptureOptions = { ...DEFAULT_SCENE_CAPTURE_OPTIONS, ...options };
    const { name, upAxis, samples, seed, pointRadius, splatOpacity, splatClump } = settings;
    const engine = webGpuOf(scene);
    const pacer = new Pacer(`Capturing "${name}"`, signal);
    await pacer.yieldAsync(); // a frame may be under way
    onProgress?.({ stage: "Reading the scene", fraction: 0 });
    const content = await ReadSceneContentAsync(scene, meshes, upAxis, pointRadius, splatOpacity, splatClump, pacer);
    const cameras = settings.cameras ?? CreateSceneCameras(content.bounds, upAxis, settings);
    if (cameras.length === 0) {
        throw new UltrametricError("input", "The option cameras is empty; a capture needs at least one view.");
    }
    onProgress?.({ stage: "Sampling surfaces", fraction: 0 });
    const leaves = await SampleContentAsync(content.pieces, samples, seed, pacer, splatOpacity);
    const leafOfSplat = FindLeavesOfSplats(leaves, content);
    const renderer = await ViewRenderer.CreateAsync(engine, content, upAxis, settings, pacer);
    try {
        const colors = await renderer.colorSamplesAsync(leaves, pacer);
        const views: View[] = [];
        const elementImages: Uint32Array[] = [];
        for (const [v, camera] of cameras.entries()) {
            onProgress?.({ stage: "Drawing views", fraction: v / cameras.length });
            const { image, depth, elements, visibility } = await renderer.renderAsync(camera, pacer);
            await pacer.yieldIfDueAsync();
            const seen = visibility && leafOfSplat && { visibility: LeafVisibilityInView(visibility, leafOfSplat) };
            views.push({ name: `${name} ${v}`, camera, image, depth, ...seen });
            elementImages.push(elements);
            await pacer.yieldIfDueAsync();
        }
        onProgress?.({ stage: "Drawing views", fraction: 1 });
        return createCapture(settings, views, elementImages, leaves, colors, content);
    } finally {
        renderer.dispose();
    }
}

function createCapture(
    { name, upAxis }: SceneCaptureOptions,
    views: View[],
    elementImages: Uint32Array[],
    leaves: ContentSamples<ContentPiece>,
    colors: Uint8Array,
    content: SceneContent,
): SceneCapture {
    const { positions, normals, faceNormals, elements, barycentrics } = leaves;
    const structure = ReadContentStructure(content, leaves);
    const hasVisibility = content.pieces.some(({ kind }) => kind === "splats") ? MarkSplats(leaves) : null;
    const geometry = { positions, normals, faceNormals, hasVisibility, colors, structure };
    const centers = elementCentersOf(content);
    return new SceneCapture(
        name,
        upAxis,
        views,
        elementImages,
        geometry,
        elements,
        barycentrics,
        centers,
        content.items,
    );
}

/** [elements] leaf of each splat, -1 for the faint ones and what is none; null where there are no splats. */
function FindLeavesOfSplats(
    { elements, runs }: ContentSamples<ContentPiece>,
    { elementCount }: SceneContent,
): Int32Array | null {
    const ofSplats = runs.filter(({ piece }) => piece.kind === "splats");
    if (ofSplats.length === 0) {
        return null;
    }
    const leafOf = new Int32Array(elementCount).fill(-1);
    for (const { first, count } of ofSplats) {
        for (let leaf = first; leaf < first + count; leaf++) {
            leafOf[elements[leaf]] = leaf;
        }
    }
    return leafOf;
}

/** What a view sees of splats, of those that are leaves. */
function LeafVisibilityInView({ elements, pixels }: SplatVisibility, leafOfSplat: Int32Array): ViewVisibility {
    const points = new Uint32Array(elements.length);
    const at = new Uint32Array(elements.length);
    let count = 0;
    for (let i = 0; i < elements.length; i++) {
        const leaf = leafOfSplat[elements[i]];
        if (leaf >= 0) {
            points[count] = leaf;
            at[count++] = pixels[i];
        }
    }
    return { points: points.slice(0, count), pixels: at.slice(0, count) };
}

/** [leaves] 1 for splats. */
function MarkSplats({ elements, runs }: ContentSamples<ContentPiece>): Uint8Array {
    const marks = new Uint8Array(elements.length);
    for (const { piece, first, count } of runs) {
        marks.fill(piece.kind === "splats" ? 1 : 0, first, first + count);
    }
    return marks;
}

function elementCentersOf({ pieces, elementCount }: SceneContent): Float32Array {
    const centers = new Float32Array(3 * elementCount);
    for (const { kind, positions, firstElement, elementCount: count } of pieces) {
        if (kind !== "faces") {
            centers.set(positions, 3 * firstElement);
            continue;
        }
        for (let face = 0; face < count; face++) {
            for (let axis = 0; axis < 3; axis++) {
                const at = 9 * face + axis;
                centers[3 * (firstElement + face) + axis] = (positions[at] + positions[at + 3] + positions[at + 6]) / 3;
            }
        }
    }
    return centers;
}

function webGpuOf(scene: Scene): WebGPUEngine {
    const engine = scene.getEngine();
    if (scene.isDisposed || engine.isDisposed) {
        throw new UltrametricError("disposed", "The scene has been disposed; it cannot be captured.");
    }
    if (!engine.isWebGPU) {
        throw new UltrametricError(
            "unsupported",
            `Scenes are captured with WebGPU, and this one has a ${engine.name} engine: make a WebGPUEngine.`,
        );
    }
    return engine as WebGPUEngine;
}
