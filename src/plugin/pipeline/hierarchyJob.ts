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

/** The input of a job: plain data, which can be copied to a worker. */
export interface HierarchyJobInput {
    readonly capture: Capture;
    readonly masks: MaskSet;
    readonly options: HierarchyOptions;
}

/**
 * The part of a segmentation that runs on the CPU, from capture and masks to hierarchies. The preview and the trained
 * hierarchy share its intermediate results. Synchronous: in a page it runs in a worker.
 */
export class HierarchyJob {
    private readonly _builder: HierarchyBuilder;
    private readonly _views: readonly View[];
    private readonly _masks: MaskSet;

    /**
     * @param input may be a copy from another thread, whose objects have lost their classes
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
        const { name, geometry } = capture;
        this._builder = new HierarchyBuilder({ name, views: this._views, maskedViews, geometry }, options, onStage);
    }

    /** [n, 3] world positions at which the feature field is evaluated. */
    public get positions(): Float32Array {
        return this._builder.cloud.positions;
    }

    /** Creates the training data of the feature field. */
    public createTrainingViews(): TrainingViews {
        return CreateTrainingViews({ views: this._views }, this._masks);
    }

    /** Counts for reports. */
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

    /** Builds a hierarchy, see {@link HierarchyBuilder.build}. */
    public build(criteria: readonly Criterion[], features: CloudFeatures | null): SegmentationHierarchy {
        return this._builder.build(criteria, features);
    }
}

/** The sizes of the data that a hierarchy was built from. */
export interface HierarchyCounts {
    /** Number of points in the cloud. */
    readonly points: number;
    /** Number of edges of the neighbor graph. */
    readonly edges: number;
    /** Number of components of the neighbor graph, without bridges. */
    readonly components: number;
    /** Number of views with masks. */
    readonly maskedViews: number;
    /** Number of masks in all views. */
    readonly masks: number;
}

function reviveView(view: View): View {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld } = view.camera;
    return { ...view, camera: new PinholeCamera(width, height, focalX, focalY, centerX, centerY, cameraToWorld) };
}
