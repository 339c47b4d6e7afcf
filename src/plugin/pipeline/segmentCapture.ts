import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { RunOptions } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type {
    FeatureFieldOptions,
    FeatureFieldPreset,
    FeatureTrainingOptions,
} from "../../compute/fields/feature/featureFieldOptions";
import {
    type FeatureTrainingRunOptions,
    TrainFeatureFieldAsync,
} from "../../compute/fields/feature/featureFieldTrainer";
import type { RadianceVolume } from "../../compute/fields/radiance/rayVolume";
import type { HierarchyOptions } from "../../compute/hierarchy/build/hierarchyOptions";
import { HIERARCHY_STAGES } from "../../compute/hierarchy/build/hierarchyStages";
import type { CloudFeatures } from "../../compute/hierarchy/build/surfaceCloud";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { AddImageMasksAsync } from "../masks/addImageMasks";
import { HierarchyClient } from "./hierarchyClient";
import type { HierarchyCounts } from "./hierarchyJob";

/** Options of {@link SegmentCaptureAsync}. */
export interface SegmentOptions extends RunOptions {
    /** The feature field and its training. Default "default". */
    readonly preset?: FeatureFieldPreset;
    /** What differs from the preset. */
    readonly field?: Partial<FeatureFieldOptions>;
    /** What differs from the preset. */
    readonly training?: Partial<FeatureTrainingOptions>;
    /** Where the training's `features` is "volumetric": the radiance field that LearnDepthAsync gave with the capture. */
    readonly radiance?: RadianceVolume;
    /**
     * `default`, or `paper`: neighbors in the image, heights by distance, no smoothing, no votes, with whatever network the
     * preset has. Default `default`.
     */
    readonly recipe?: "default" | "paper";
    /** Heights to compute; the first is shown first. Default ["consensus"], with the paper's recipe ["distance"]. */
    readonly criteria?: readonly Criterion[];
    /** No training: a hierarchy by masks alone, in seconds. Default false. */
    readonly preview?: boolean;
    /**
     * How much masks that the pictures themselves give (see {@link AddImageMasksAsync}) count beside the given ones, 0..1. About 0.5 helps masks
     * of Segment Anything, which knows nothing of depth and passes over much; masks without fault need none. Default 0.
     */
    readonly imageMasks?: number;
    /** How the hierarchy is built. Where a field is trained by our own recipe, `voxelSize` is 0.003 by default: borders a little sharper, half again as many points. */
    readonly hierarchy?: HierarchyOptions;
    /** Called with the hierarchy by masks alone, before the training starts. */
    readonly onPreview?: (hierarchy: SegmentationHierarchy) => void;
    /** Called with the losses, every 50 steps. */
    readonly onLosses?: FeatureTrainingRunOptions["onLosses"];
    /** Called once the hierarchy is there. */
    readonly onCounts?: (counts: HierarchyCounts) => void;
}

/** Side of a voxel, in the unit cube, where there is time for a training: up to 0.9 points of NC more than the default's, and 0.5 less on one of five sets of masks. */
const FINE_VOXEL = 3e-3;

/** They have no measure of their own: each counts alike. */
const STAGES: readonly string[] = Object.values(HIERARCHY_STAGES);

/**
 * From a capture with masks to a hierarchy of parts: the whole way, in a page or in Node. In a page nothing but training
 * steps runs on the page's thread, a few milliseconds at a time.
 *
 * @param engine trains the feature field; null trains nothing, as with `preview`
 * @param masks `masks.views[i]` belongs to `capture.views[i]`
 * @throws UltrametricError "input" when the capture shows nothing, has no masks or they do not fit; "aborted"; and the
 * errors of the GPU. The capture and what was shown before stay as they are.
 */
export async function SegmentCaptureAsync(
    engine: WebGPUEngine | null,
    capture: Capture,
    masks: MaskSet,
    options: SegmentOptions = {},
): Promise<SegmentationHierarchy> {
    const { onProgress, onPreview, onCounts, signal, recipe = "default" } = options;
    checkInput(capture, masks);
    const criteria = options.criteria ?? [recipe === "paper" ? "distance" : "consensus"];
    const share = options.imageMasks ?? 0;
    if (!(share >= 0 && share <= 1)) {
        throw new UltrametricError("input", `imageMasks must lie between 0 and 1, not ${share}.`);
    }
    const allMasks = share > 0 ? await AddImageMasksAsync(capture, masks, share, { onProgress, signal }) : masks;
    const trainingEngine = options.preview ? null : engine;
    const input = {
        capture,
        masks: allMasks,
        options: ResolveHierarchyOptions(options, trainingEngine !== null),
    };
    const onStage = (stage: string): void => {
        onProgress?.({ stage, fraction: Math.max(STAGES.indexOf(stage), 0) / STAGES.length });
    };
    const client = await HierarchyClient.StartAsync(input, onStage, signal);
    try {
        if (trainingEngine !== null && onPreview) {
            onPreview(await client.buildAsync(["consensus"], null));
        }
        const features = trainingEngine && (await learnFeaturesAsync(trainingEngine, client, options));
        const hierarchy = await client.buildAsync(criteria, features);
        onCounts?.(await client.countsAsync());
        ThrowIfAborted(signal, "Segmenting");
        return hierarchy;
    } finally {
        client.dispose();
    }
}

/** What the options of {@link SegmentCaptureAsync} change of the hierarchy's defaults. @param trains whether a field is trained */
export function ResolveHierarchyOptions(
    { recipe = "default", hierarchy }: Pick<SegmentOptions, "recipe" | "hierarchy">,
    trains: boolean,
): HierarchyOptions {
    const fine = trains && recipe === "default" ? { voxelSize: FINE_VOXEL } : {};
    return { ...fine, ...hierarchy, recipe };
}

/** Trains a field on the views, and evaluates it at the leaves. */
async function learnFeaturesAsync(
    engine: WebGPUEngine,
    client: HierarchyClient,
    { preset, field, training, radiance, recipe, onProgress, onLosses, signal }: SegmentOptions,
): Promise<CloudFeatures> {
    onProgress?.({ stage: "Packing views for training", fraction: 0 });
    const views = await client.trainingViewsAsync();
    const neighbors = recipe === "paper" ? ({ neighbors: "image" } as const) : {};
    const trained = await TrainFeatureFieldAsync(
        engine,
        views,
        { preset, field, training: { ...neighbors, ...training }, radiance },
        { onProgress, onLosses, signal },
    );
    try {
        const positions = views.cube.toUnit(await client.positionsAsync());
        onProgress?.({ stage: "Reading out features", fraction: 0 });
        return { features: await trained.field.evaluateAsync(positions, signal), dimensions: trained.field.dimensions };
    } finally {
        trained.field.dispose();
    }
}

function checkInput(capture: Capture, masks: MaskSet): void {
    if (masks.views.length !== capture.views.length) {
        throw new UltrametricError(
            "input",
            `The masks are of ${masks.views.length} views, the capture "${capture.name}" has ${capture.views.length}.`,
        );
    }
    if (masks.views.every((view) => view.masks.length === 0)) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" has no masks in any view. Generate masks, or load them from files.`,
        );
    }
    CheckSurfaceKnown(capture);
}

/**
 * Checks that the surface of a capture is known, as {@link SegmentCaptureAsync} needs it.
 * @throws UltrametricError "input" when no view has depth
 */
export function CheckSurfaceKnown(capture: Capture): void {
    if (capture.views.every((view) => view.depth === null)) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" has no depth in any view, so its surface is unknown. Add depth files, or learn depth from the pictures (LearnDepthAsync).`,
        );
    }
}
