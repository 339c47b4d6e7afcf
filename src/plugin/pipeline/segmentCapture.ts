import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { CheckOptions } from "../../compute/base/checkOptions";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
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
import { HIERARCHY_STAGES, HierarchyStageOf } from "../../compute/hierarchy/build/hierarchyStages";
import type { CloudFeatures } from "../../compute/hierarchy/build/surfaceCloud";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { AddImageMasksAsync } from "../masks/addImageMasks";
import { DefaultImageMaskShare } from "../masks/imageMaskShare";
import { HierarchyClient } from "./hierarchyClient";
import type { HierarchyCounts } from "./hierarchyJob";

/** Options of {@link SegmentCaptureAsync}. */
export interface SegmentOptions extends RunOptions {
    /** Preset of the feature field and its training. Default "default". */
    readonly preset?: FeatureFieldPreset;
    /** Changes to the preset's field. */
    readonly field?: Partial<FeatureFieldOptions>;
    /** Changes to the preset's training. */
    readonly training?: Partial<FeatureTrainingOptions>;
    /**
     * Radiance field that LearnDepthAsync returned with the capture; needed if the training's `features` is
     * "volumetric".
     */
    readonly radiance?: RadianceVolume;
    /**
     * `default`, or `paper`: neighbors in the image, the criterion `distance`, no smoothing and no votes; the preset
     * still decides the network. Default `default`.
     */
    readonly recipe?: "default" | "paper";
    /**
     * Criteria of the hierarchy; the first is the initial one. Default ["consensus"]; for the paper's recipe
     * ["distance"].
     */
    readonly criteria?: readonly Criterion[];
    /** True to skip the training: the hierarchy is built from masks alone, in seconds. Default false. */
    readonly preview?: boolean;
    /**
     * Confidence factor of additional masks from the images and their depth (see {@link AddImageMasksAsync}), 0..1; 0
     * adds none. About 0.5 improves masks of Segment Anything, which ignores depth and misses parts; accurate masks
     * need none. Default 0.5 beside masks with scores (predicted IoU or stability), which a
     * model made; 0 beside others.
     */
    readonly imageMasks?: number;
    /**
     * Options of the hierarchy. If a field is trained with the default recipe, `voxelSize` defaults to 0.003: slightly
     * sharper borders, and half again as many points.
     */
    readonly hierarchy?: HierarchyOptions;
    /** Called with the hierarchy by masks alone, before the training starts. */
    readonly onPreview?: (hierarchy: SegmentationHierarchy) => void;
    /** Called with the losses, every 50 steps. */
    readonly onLosses?: FeatureTrainingRunOptions["onLosses"];
    /** Called when the hierarchy is complete. */
    readonly onCounts?: (counts: HierarchyCounts) => void;
}

/**
 * Voxel size with training, in the unit cube: up to 0.9 points of NC above the default's, 0.5 below on one of five mask
 * sets.
 */
const TRAINED_VOXEL_SIZE = 3e-3;

const OPTIONS: readonly string[] = [
    ...["preset", "field", "training", "radiance", "recipe", "criteria", "preview", "imageMasks", "hierarchy"],
    ...["onPreview", "onLosses", "onCounts", "onProgress", "signal"],
];

/** The stages, each with an equal share of the progress. */
const STAGES: readonly string[] = Object.values(HIERARCHY_STAGES);

/**
 * Segments a capture with masks into a hierarchy of parts, in a page or in Node. In a page the hierarchy is built in a
 * worker, and only the training steps run on the main thread, in time slices.
 *
 * @param engine trains the feature field; null skips the training, as `preview` does
 * @param masks `masks.views[i]` belongs to `capture.views[i]`
 * @throws UltrametricError "input" if the capture has no depth, has no masks, or these do not fit; "aborted" on the
 * signal; and the errors of the GPU. The capture does not change.
 */
export async function SegmentCaptureAsync(
    engine: WebGPUEngine | null,
    capture: Capture,
    masks: MaskSet,
    options: SegmentOptions = {},
): Promise<SegmentationHierarchy> {
    const { onProgress, onPreview, onCounts, signal, recipe = "default" } = options;
    CheckOptions(options, OPTIONS, "segmentAsync");
    checkInput(capture, masks);
    const criteria = options.criteria ?? [recipe === "paper" ? "distance" : "consensus"];
    const share = options.imageMasks ?? DefaultImageMaskShare(masks);
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
        onProgress?.(StageProgress(HierarchyStageOf(stage), Math.max(STAGES.indexOf(stage), 0) / STAGES.length));
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

/**
 * Returns the hierarchy's options with the defaults that follow from the other options of {@link SegmentCaptureAsync}.
 *
 * @param trains whether a feature field is trained
 */
export function ResolveHierarchyOptions(
    { recipe = "default", hierarchy }: Pick<SegmentOptions, "recipe" | "hierarchy">,
    trains: boolean,
): HierarchyOptions {
    const defaults = trains && recipe === "default" ? { voxelSize: TRAINED_VOXEL_SIZE } : {};
    return { ...defaults, ...hierarchy, recipe };
}

/** Trains a feature field on the views, and evaluates it at the leaves. */
async function learnFeaturesAsync(
    engine: WebGPUEngine,
    client: HierarchyClient,
    { preset, field, training, radiance, recipe, onProgress, onLosses, signal }: SegmentOptions,
): Promise<CloudFeatures> {
    onProgress?.(StageProgress("packViews", 0));
    const views = await client.trainingViewsAsync();
    const neighbors = recipe === "paper" ? ({ neighbors: "image" } as const) : {};
    const trained = await TrainFeatureFieldAsync(engine, views, {
        preset,
        field,
        training: { ...neighbors, ...training },
        radiance,
        onProgress,
        onLosses,
        signal,
    });
    try {
        const positions = views.cube.toUnit(await client.positionsAsync());
        onProgress?.(StageProgress("readFeatures", 0));
        return { features: await trained.field.evaluateAsync(positions, signal), dimensions: trained.field.dimensions };
    } finally {
        trained.field.dispose();
    }
}

function checkInput(capture: Capture, masks: MaskSet): void {
    if (masks.views.length !== capture.views.length) {
        throw new UltrametricError(
            "input",
            `The masks belong to ${masks.views.length} views, but the capture "${capture.name}" has ` +
                `${capture.views.length}.`,
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
 * Checks that a capture has depth, which {@link SegmentCaptureAsync} needs.
 *
 * @throws UltrametricError "input" if no view has depth
 */
export function CheckSurfaceKnown(capture: Capture): void {
    if (capture.views.every((view) => view.depth === null)) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" has no depth in any view, so its surface is unknown. ` +
                "Add depth files, or learn depth from the images (LearnDepthAsync).",
        );
    }
}
