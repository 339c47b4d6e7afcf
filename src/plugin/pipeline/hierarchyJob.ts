import { CreateTrainingViews, type TrainingViews } from "../../compute/fields/feature/trainingViews";
import { HierarchyBuilder } from "../../compute/hierarchy/build/hierarchyBuilder";
import type { HierarchyOptions } from "../../compute/hierarchy/build/hierarchyOptions";
import { HIERARCHY_STAGES } from "../../compute/hierarchy/build/hierarchyStages";
import type { MaskedView } from "../../compute/hierarchy/build/observations";
import type { CloudFeatures } from "../../compute/hierarchy/build/surfaceCloud";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CreateMaskArrangement } from "../../compute/masks/maskArrangement";
import { MaskConfidence, type MaskSet } from "../../compute/masks/maskSet";
import type { Capture, View } from "../../compute/views/capture";
import { PinholeCamera } from "../../compute/views/pinholeCamera";
import { ReviveMask } from "../workers/reviveMask";

/** What a job is made from: plain data, which survives the way into a worker. */
export interface HierarchyJobInput {
    readonly capture: Capture;
    readonly masks: MaskSet;
    readonly options: HierarchyOptions;
}

/**
 * The part of a segmentation that needs no GPU, from capture and masks to hierarchies. Keeps what its hierarchies share,
 * so that the preview's work serves the trained hierarchy too. Synchronous: in a page it lives in a worker.
 */
export class HierarchyJob {
    private readonly _builder: HierarchyBuilder;
    private readonly _views: readonly View[];
    private readonly _masks: MaskSet;

    /**
     * @param input may come from another thread: its objects need not be instances of their classes any more
     * @param onStage called before each stage; may throw to stop
     */
    public constructor({ capture, masks, options }: HierarchyJobInput, onStage: (stage: string) => void) {
        onStage(HIERARCHY_STAGES.masks);
        this._views = capture.views.map(reviveView);
        this._masks = { views: masks.views.map((view) => ({ masks: view.masks.map(ReviveMask) })) };
        const maskedViews = this._views.map(
            (view, i): MaskedView => ({
                view,
                arrangement: CreateMaskArrangement(this._masks.views[i].masks, view.camera.width, view.camera.height),
                confidence: Float32Array.from(this._masks.views[i].masks, MaskConfidence),
            }),
        );
        this._builder = new HierarchyBuilder(
            capture.name,
            this._views,
            maskedViews,
            options,
            onStage,
            capture.geometry ?? null,
        );
    }

    /** [n, 3] world positions of the leaves, where the feature field is to be evaluated. */
    public get positions(): Float32Array {
        return this._builder.cloud.positions;
    }

    /** What the feature field learns from. */
    public createTrainingViews(): TrainingViews {
        return CreateTrainingViews({ views: this._views }, this._masks);
    }

    /** What was counted on the way, for reports. */
    public get counts(): HierarchyCounts {
        const { cloud, graph, connectedEdges, observations } = this._builder;
        return {
            points: cloud.positions.length / 3,
            edges: graph.from.length,
            components: connectedEdges.from.length - graph.from.length + 1,
            maskedViews: observations.length,
            masks: observations.reduce((sum, view) => sum + view.arrangement.maskCount, 0),
        };
    }

    /** See {@link HierarchyBuilder.build}. */
    public build(criteria: readonly Criterion[], features: CloudFeatures | null): SegmentationHierarchy {
        return this._builder.build(criteria, features);
    }
}

/** What a hierarchy was made of. */
export interface HierarchyCounts {
    readonly points: number;
    readonly edges: number;
    /** Components of the graph before they were bridged. */
    readonly components: number;
    readonly maskedViews: number;
    readonly masks: number;
}

function reviveView(view: View): View {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld } = view.camera;
    return { ...view, camera: new PinholeCamera(width, height, focalX, focalY, centerX, centerY, cameraToWorld) };
}
