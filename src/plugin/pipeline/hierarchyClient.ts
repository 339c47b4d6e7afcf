import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import type { TrainingViews } from "../../compute/fields/feature/trainingViews";
import type { CloudFeatures } from "../../compute/hierarchy/build/surfaceCloud";
import { type Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { HasPriors } from "../../compute/hierarchy/priors/structurePriors";
import { UnitCube } from "../../compute/views/unitCube";
import { HasWorkers, WorkerLink } from "../workers/workerLink";
import { type HierarchyCounts, HierarchyJob, type HierarchyJobInput } from "./hierarchyJob";
import type { HierarchyRequest, HierarchyResponse } from "./hierarchyMessages";
import HierarchyWorker from "./hierarchyWorker?worker&inline";

const WHAT = "Building the hierarchy";

/** Runs a {@link HierarchyJob}: in a worker where there are workers (pages), otherwise here (Node). */
export abstract class HierarchyClient {
    /**
     * @param onStage called before each stage
     * @throws UltrametricError "input" for what is wrong with capture or masks, "aborted"; so do all methods
     */
    public static async StartAsync(
        input: HierarchyJobInput,
        onStage: (stage: string) => void,
        signal?: AbortSignal,
    ): Promise<HierarchyClient> {
        ThrowIfAborted(signal, WHAT);
        if (!HasWorkers()) {
            return new InlineClient(
                new HierarchyJob(input, (stage) => {
                    ThrowIfAborted(signal, WHAT);
                    onStage(stage);
                }),
            );
        }
        const client = new WorkerClient(onStage, signal);
        try {
            await client.startAsync(input);
        } catch (error) {
            client.dispose();
            throw error;
        }
        return client;
    }

    /** [n, 3] world positions of the leaves. */
    public abstract positionsAsync(): Promise<Float32Array>;

    /** What the feature field learns from. */
    public abstract trainingViewsAsync(): Promise<TrainingViews>;

    public abstract countsAsync(): Promise<HierarchyCounts>;

    /** See HierarchyBuilder.build. */
    public abstract buildAsync(
        criteria: readonly Criterion[],
        features: CloudFeatures | null,
    ): Promise<SegmentationHierarchy>;

    public abstract dispose(): void;
}

class InlineClient extends HierarchyClient {
    public constructor(private readonly _job: HierarchyJob) {
        super();
    }

    public override async positionsAsync(): Promise<Float32Array> {
        return this._job.positions;
    }

    public override async trainingViewsAsync(): Promise<TrainingViews> {
        return this._job.createTrainingViews();
    }

    public override async countsAsync(): Promise<HierarchyCounts> {
        return this._job.counts;
    }

    public override async buildAsync(
        criteria: readonly Criterion[],
        features: CloudFeatures | null,
    ): Promise<SegmentationHierarchy> {
        return this._job.build(criteria, features);
    }

    public override dispose(): void {}
}

class WorkerClient extends HierarchyClient {
    private readonly _link: WorkerLink<HierarchyRequest, HierarchyResponse>;

    public constructor(onStage: (stage: string) => void, signal?: AbortSignal) {
        super();
        const takeStage = (response: HierarchyResponse): boolean => {
            if (response.kind === "stage") {
                onStage(response.stage);
            }
            return response.kind === "stage";
        };
        this._link = new WorkerLink(new HierarchyWorker(), WHAT, takeStage, signal);
    }

    public async startAsync(input: HierarchyJobInput): Promise<void> {
        const { capture, masks, options } = plainInput(input);
        for (const [v, view] of capture.views.entries()) {
            await this._link.askAsync({ kind: "view", view, masks: masks.views[v] }, "viewTaken");
        }
        const rest = { capture: { ...capture, views: [] }, masks: { views: [] }, options };
        await this._link.askAsync({ kind: "start", input: rest }, "started");
    }

    public override async positionsAsync(): Promise<Float32Array> {
        return (await this._link.askAsync({ kind: "positions" }, "positions")).positions;
    }

    public override async trainingViewsAsync(): Promise<TrainingViews> {
        const { trainingViews } = await this._link.askAsync({ kind: "trainingViews" }, "trainingViews");
        // A message carries what an object holds, not its class.
        const { low, extent } = trainingViews.cube;
        return { ...trainingViews, cube: new UnitCube(low, extent) };
    }

    public override async countsAsync(): Promise<HierarchyCounts> {
        return (await this._link.askAsync({ kind: "counts" }, "counts")).counts;
    }

    public override async buildAsync(
        criteria: readonly Criterion[],
        features: CloudFeatures | null,
    ): Promise<SegmentationHierarchy> {
        const { hierarchy } = await this._link.askAsync({ kind: "build", criteria, features }, "hierarchy");
        const { name, positions, colors, dendrograms } = hierarchy;
        return new SegmentationHierarchy(name, positions, colors, dendrograms);
    }

    public override dispose(): void {
        this._link.close();
    }
}

/** What the job looks at: a capture may hold more (held-out views, meshes of a scene), some of which could not be copied. */
function plainInput({ capture: { name, views, geometry }, masks, options }: HierarchyJobInput): HierarchyJobInput {
    // The corners of all faces are much to copy where no prior asks for them.
    const kept = geometry && { ...geometry, structure: HasPriors(options.priors) ? geometry.structure : null };
    return { capture: { name, views, heldOutViews: [], geometry: kept }, masks, options };
}
