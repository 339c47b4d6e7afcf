import { type CloudFeatures, HierarchyBuilder, type HierarchyOptions } from "../../compute/hierarchy/hierarchyBuilder";
import type { MaskedView } from "../../compute/hierarchy/observations";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/segmentationHierarchy";
import type { Capture, View } from "../../compute/views/capture";
import { CreateMaskArrangement } from "../../compute/views/maskArrangement";
import { MaskConfidence, type MaskSet } from "../../compute/views/maskSet";
import { PinholeCamera } from "../../compute/views/pinholeCamera";
import { RunLengthMask } from "../../compute/views/runLengthMask";

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

    /**
     * @param input may come from another thread: its objects need not be instances of their classes any more
     * @param onStage called before each stage; may throw to stop
     */
    public constructor({ capture, masks, options }: HierarchyJobInput, onStage: (stage: string) => void) {
        onStage("masks");
        const views = capture.views.map(reviveView);
        const maskedViews = views.map((view, i): MaskedView => {
            const viewMasks = masks.views[i].masks.map((mask) => ({ ...mask, region: reviveMask(mask.region) }));
            return {
                view,
                arrangement: CreateMaskArrangement(viewMasks, view.camera.width, view.camera.height),
                confidence: Float32Array.from(viewMasks, MaskConfidence),
            };
        });
        this._builder = new HierarchyBuilder(capture.name, views, maskedViews, options, onStage);
    }

    /** [n, 3] positions of the leaves in the unit cube, where the feature field is to be evaluated. */
    public get unitPositions(): Float32Array {
        return this._builder.cloud.unitPositions;
    }

    /** What was counted on the way, for reports. */
    public get counts(): HierarchyCounts {
        const { cloud, graph, linkedEdges, observations } = this._builder;
        return {
            points: cloud.positions.length / 3,
            edges: graph.from.length,
            components: linkedEdges.from.length - graph.from.length + 1,
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

function reviveMask({ counts, width, height }: RunLengthMask): RunLengthMask {
    return RunLengthMask.FromCounts(counts, width, height);
}
