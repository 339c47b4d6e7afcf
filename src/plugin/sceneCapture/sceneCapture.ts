import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Scene } from "@babylonjs/core/scene";
import { CheckOptions } from "../../compute/base/checkOptions";
import { Pacer } from "../../compute/base/pacer";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { RunOnGpuAsync } from "../../compute/gpu/foreignErrors";
import type { Capture, CaptureGeometry, View } from "../../compute/views/capture";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import type { UpAxis } from "../babylon/worldFrame";
import { type ContentSamples, SampleContentAsync } from "../content/contentSamples";
import { ReadContentStructure } from "../content/contentStructure";
import {
    DEFAULT_SCENE_CONTENT_OPTIONS,
    ReadSceneContentAsync,
    type SceneContentOptions,
} from "../content/readSceneContent";
import type { ContentItem, ContentPiece, SceneContent } from "../content/sceneContent";
import { CreateSceneCameras, DEFAULT_SCENE_CAMERA_OPTIONS, type SceneCameraOptions } from "./sceneCameras";
import { FindLeavesOfSplats, LeafVisibilityInView, MarkSplats } from "./splatLeaves";
import { ViewRenderer } from "./viewRenderer";
import { DEFAULT_VIEW_RENDERER_OPTIONS, type ViewRendererOptions } from "./viewRendererOptions";

/** Options of {@link CaptureSceneAsync}, with those of its content, its cameras and its renderer. */
export interface SceneCaptureOptions extends SceneContentOptions, SceneCameraOptions, ViewRendererOptions {
    /** The capture's name. Default "scene". */
    name: string;
    /** Cameras in the capture's world, in place of those that the camera options place. Default null. */
    cameras: readonly PinholeCamera[] | null;
    /**
     * The number of leaves on faces, visible or hidden. All points of point clouds and all splats that are opaque
     * enough become leaves, too. Default 200,000.
     */
    samples: number;
    /** Seed of the samples. Default 1. */
    seed: number;
}

/** The defaults of {@link SceneCaptureOptions}. */
export const DEFAULT_SCENE_CAPTURE_OPTIONS: Readonly<SceneCaptureOptions> = {
    ...DEFAULT_SCENE_CONTENT_OPTIONS,
    ...DEFAULT_SCENE_CAMERA_OPTIONS,
    ...DEFAULT_VIEW_RENDERER_OPTIONS,
    name: "scene",
    cameras: null,
    samples: 200_000,
    seed: 1,
};

/**
 * Views of a scene's content and points on its surface, both linked to the meshes of the scene. Created by
 * {@link CaptureSceneAsync}.
 */
export class SceneCapture implements Capture {
    /** Always empty. */
    public readonly heldOutViews: readonly View[] = [];

    /** @internal */
    public constructor(
        public readonly name: string,
        /** The up axis of the capture's right-handed world. */
        public readonly upAxis: UpAxis,
        public readonly views: readonly View[],
        /** For each view [height, width]: the element at each pixel's center, NO_ELEMENT where there is none. */
        public readonly elementImages: readonly Uint32Array[],
        /** The leaves: points on the content in the capture's world, with normals and colors of the content. */
        public readonly geometry: CaptureGeometry,
        /** [leaves] the element that each leaf lies on. */
        public readonly elements: Uint32Array,
        /**
         * [leaves, 2] barycentric weights of the second and third corner of the leaf's face; 0 for points and splats.
         */
        public readonly barycentrics: Float32Array,
        /** [elements, 3] centers of all faces, points and splats, in the capture's world. */
        public readonly elementCenters: Float32Array,
        /** The captured meshes, point clouds and splat meshes, each instance separately; `firstElement` ascends. */
        public readonly items: readonly ContentItem[],
    ) {}

    /**
     * Finds the item that an element belongs to.
     *
     * @returns index of the item; the element is its face, point or splat `element - items[index].firstElement`
     */
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
 * Captures meshes, point clouds and Gaussian splats of a scene: places cameras around and inside them, renders color,
 * depth and visible elements, and samples their surface.
 *
 * Does not modify the scene, which may continue to render meanwhile, also when the capture fails or is canceled.
 * Content that moves is captured in its pose at the start.
 *
 * @param scene a scene of a WebGPUEngine
 * @param meshes the meshes to capture, visible or not; their children are not included
 * @throws UltrametricError "unsupported" without WebGPU and for a part of a compound splat mesh alone, "input" when
 * there is nothing to capture or an option is wrong, "disposed" | "limits" | "gpu" | "deviceLost" | "aborted"
 */
export async function CaptureSceneAsync(
    scene: Scene,
    meshes: readonly AbstractMesh[],
    { onProgress, signal, ...options }: Partial<SceneCaptureOptions> & RunOptions = {},
): Promise<SceneCapture> {
    CheckOptions(options, Object.keys(DEFAULT_SCENE_CAPTURE_OPTIONS), "The capture of a scene");
    const settings: SceneCaptureOptions = { ...DEFAULT_SCENE_CAPTURE_OPTIONS, ...options };
    const { name, upAxis, samples, seed, splatOpacity } = settings;
    const engine = webGpuEngineOf(scene);
    const pacer = new Pacer(`Capturing "${name}"`, signal);
    await pacer.yieldAsync(); // a frame may be in progress
    onProgress?.(StageProgress("readScene", 0));
    const content = await ReadSceneContentAsync(scene, meshes, settings, pacer);
    const cameras = settings.cameras ?? CreateSceneCameras(content.bounds, upAxis, settings);
    if (cameras.length === 0) {
        throw new UltrametricError("input", "The option cameras is empty; a capture needs at least one view.");
    }
    onProgress?.(StageProgress("sampleSurfaces", 0));
    const leaves = await SampleContentAsync(content.pieces, { count: samples, seed, splatOpacity }, pacer);
    const leafOfSplat = FindLeavesOfSplats(leaves, content.elementCount);
    return RunOnGpuAsync(engine, `Capturing "${name}"`, async () => {
        const renderer = await ViewRenderer.CreateAsync(engine, content, upAxis, settings, pacer);
        try {
            const colors = await renderer.colorSamplesAsync(leaves, pacer);
            const views: View[] = [];
            const elementImages: Uint32Array[] = [];
            for (const [v, camera] of cameras.entries()) {
                onProgress?.(StageProgress("drawViews", v / cameras.length));
                const { image, depth, elements, visibility } = await renderer.renderAsync(camera, pacer);
                await pacer.yieldIfDueAsync();
                const leafVisibility = visibility &&
                    leafOfSplat && { visibility: LeafVisibilityInView(visibility, leafOfSplat) };
                views.push({ name: `${name} ${v}`, camera, image, depth, ...leafVisibility });
                elementImages.push(elements);
                await pacer.yieldIfDueAsync();
            }
            onProgress?.(StageProgress("drawViews", 1));
            return createCapture(settings, views, elementImages, leaves, colors, content);
        } finally {
            renderer.dispose();
        }
    });
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
    const geometry = { positions, normals, faceNormals, hasVisibility: MarkSplats(leaves), colors, structure };
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

function webGpuEngineOf(scene: Scene): WebGPUEngine {
    const engine = scene.getEngine();
    if (scene.isDisposed || engine.isDisposed) {
        throw new UltrametricError("disposed", "The scene has been disposed; it cannot be captured.");
    }
    if (!engine.isWebGPU) {
        throw new UltrametricError(
            "unsupported",
            `Capturing a scene needs WebGPU, but this scene has a ${engine.name} engine; create a WebGPUEngine.`,
        );
    }
    return engine as WebGPUEngine;
}
