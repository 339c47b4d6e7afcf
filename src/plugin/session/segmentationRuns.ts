import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Logger } from "@babylonjs/core/Misc/logger";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { IsOwnMesh } from "../babylon/ownMeshes";
import { type ContentSource, FindMeshes } from "../content/findMeshes";
import type { MakeMasksOptions } from "../masks/makeMasks";
import { ContentLeaves } from "../parts/model/contentLeaves";
import type { SegmentOptions } from "../pipeline/segmentCapture";
import type { UltrametricSegmentationOptions } from "../saved/segmentationOptions";
import type { SceneCapture, SceneCaptureOptions } from "../sceneCapture/sceneCapture";
import { RunScope } from "./runScope";

/** Options of UltrametricSegmentation.captureSceneAsync. */
export interface CaptureContentOptions extends Partial<SceneCaptureOptions>, RunOptions {
    /** True if the meshes below each node are captured with it. Default true. */
    readonly includesChildren?: boolean;
}

/** The segmentation that {@link SegmentationRuns} act for. */
export interface SegmentationRunsHost {
    readonly scene: Scene;
    readonly hierarchy: SegmentationHierarchy | null;
    /** The transform from the leaves' coordinates into the scene; null without a hierarchy. */
    readonly leavesToScene: Matrix | null;
    /** Returns true if a mesh of the scene belongs to the segmentation itself. */
    owns(mesh: AbstractMesh): boolean;
    setHierarchyAsync(
        hierarchy: SegmentationHierarchy,
        options: RunOptions & { content: ContentLeaves | null },
    ): Promise<void>;
}

/**
 * The long runs of a segmentation: capture, masks, hierarchy. Their modules are large, and an application that shows a
 * saved hierarchy needs none of them, so each is imported when it is called. All runs end when this is disposed.
 */
export class SegmentationRuns {
    private readonly _scope = new RunScope();

    public constructor(
        private readonly _host: SegmentationRunsHost,
        private readonly _options: Pick<UltrametricSegmentationOptions, "upAxis">,
    ) {}

    /** See UltrametricSegmentation.captureSceneAsync. */
    public async captureSceneAsync(
        content: ContentSource | null,
        { includesChildren = true, ...options }: CaptureContentOptions,
    ): Promise<SceneCapture> {
        const { scene } = this._host;
        const { upAxis } = this._options;
        if (options.upAxis !== undefined && options.upAxis !== upAxis) {
            throw new UltrametricError(
                "input",
                `The capture cannot have the upAxis "${options.upAxis}", as the segmentation places its leaves by ` +
                    `"${upAxis}": new UltrametricSegmentation(scene, { upAxis: "${options.upAxis}" }).`,
            );
        }
        const signal = this._scope.signal(options.signal);
        const { CaptureSceneAsync } = await import("../sceneCapture/sceneCapture");
        const isCaptured = (mesh: AbstractMesh): boolean =>
            !this._host.owns(mesh) && !IsOwnMesh(mesh) && mesh.isVisible && mesh.isEnabled();
        const meshes = content ? FindMeshes(content, includesChildren) : scene.meshes.filter(isCaptured);
        return CaptureSceneAsync(scene, meshes, { ...options, upAxis, signal });
    }

    /** See UltrametricSegmentation.generateMasksAsync. */
    public async generateMasksAsync(capture: Capture, options: MakeMasksOptions): Promise<MaskSet> {
        const signal = this._scope.signal(options.signal);
        const { MakeMasksAsync } = await import("../masks/makeMasks");
        return MakeMasksAsync(capture, { ...options, signal });
    }

    /** See UltrametricSegmentation.segmentAsync. */
    public async segmentAsync(
        capture: Capture,
        masks: MaskSet,
        options: SegmentOptions,
    ): Promise<SegmentationHierarchy> {
        const engine = this._host.scene.getEngine();
        if (!engine.isWebGPU && !options.preview) {
            throw new UltrametricError(
                "unsupported",
                `Training a feature field needs WebGPU, and this scene has a ${engine.name} engine. Create a ` +
                    'WebGPUEngine (if "await WebGPUEngine.IsSupportedAsync" is true), or segment by the masks ' +
                    "alone (preview: true).",
            );
        }
        const signal = this._scope.signal(options.signal);
        const { SegmentCaptureAsync } = await import("../pipeline/segmentCapture");
        let isDone = false;
        const showPreviewAsync = async (preview: SegmentationHierarchy): Promise<void> => {
            try {
                const content = await contentOfAsync(capture, preview, signal);
                if (!isDone) {
                    await this._host.setHierarchyAsync(preview, { content, signal });
                }
            } catch (error) {
                // The run goes on without its preview; a canceled run reports that itself.
                if (!signal.aborted) {
                    Logger.Warn(`The preview of "${capture.name}" cannot be shown: ${(error as Error).message}`);
                }
            }
        };
        // An earlier hierarchy of the capture stays visible until the new one is complete.
        const showsPreview = this._host.hierarchy?.name !== capture.name;
        const hierarchy = await SegmentCaptureAsync(engine.isWebGPU ? (engine as WebGPUEngine) : null, capture, masks, {
            ...options,
            signal,
            onPreview: (preview) => {
                options.onPreview?.(preview);
                if (showsPreview && !signal.aborted) {
                    void showPreviewAsync(preview);
                }
            },
        });
        isDone = true;
        await this._host.setHierarchyAsync(hierarchy, {
            content: await contentOfAsync(capture, hierarchy, signal),
            signal,
        });
        return hierarchy;
    }

    /** See UltrametricSegmentation.carryToAsync. */
    public async carryToAsync(meshes: readonly AbstractMesh[], options: RunOptions): Promise<void> {
        const { hierarchy, leavesToScene } = this._host;
        if (!hierarchy || !leavesToScene) {
            throw new UltrametricError("input", "There is no hierarchy whose parts could be carried to other splats.");
        }
        const signal = this._scope.signal(options.signal);
        const { CarryLeavesAsync } = await import("../parts/model/carriedLeaves");
        const content = await CarryLeavesAsync(hierarchy, leavesToScene, meshes, { ...options, signal });
        await this._host.setHierarchyAsync(hierarchy, { content, signal });
    }

    public dispose(): void {
        this._scope.dispose();
    }
}

/** Links a scene capture's content to its leaves, in time slices; null for a capture from files. */
async function contentOfAsync(
    capture: Capture,
    hierarchy: SegmentationHierarchy,
    signal: AbortSignal,
): Promise<ContentLeaves | null> {
    const { SceneCapture } = await import("../sceneCapture/sceneCapture");
    return capture instanceof SceneCapture
        ? ContentLeaves.CreateAsync(capture, hierarchy, new Pacer("Linking leaves to content", signal))
        : null;
}
