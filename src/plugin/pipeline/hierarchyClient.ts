import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import { UnitCube } from "../../compute/bounds/unitCube";
import type { TrainingViews } from "../../compute/fields/feature/trainingViews";
import type { CloudFeatures } from "../../compute/hierarchy/build/surfaceCloud";
import { type Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { HasPriors } from "../../compute/hierarchy/priors/structurePriors";
import { HasWorkers, WorkerLink } from "../workers/workerLink";
import { StartWorker, WorkerUrls } from "../workers/workerUrls";
import { type HierarchyCounts, HierarchyJob, type HierarchyJobInput } from "./hierarchyJob";
import type { HierarchyRequest, HierarchyResponse } from "./hierarchyMessages";
import HierarchyWorker from "./hierarchyWorker?worker&inline";

/** The task, for error messages. */
const TASK = "Building the hierarchy";

/**
 * Runs a {@link HierarchyJob}: in a worker if there are workers (in a page), otherwise on the calling thread (in Node).
 */
export abstract class HierarchyClient {
    /**
     * Starts a job. All methods of the client may throw as this one does.
     *
     * @param onStage called before each stage
     * @throws UltrametricError "input" for an invalid capture or mask set, "aborted" on the signal
     */
    public static async StartAsync(
        input: HierarchyJobInput,
        onStage: (stage: string) => void,
        signal?: AbortSignal,
    ): Promise<HierarchyClient> {
        ThrowIfAborted(signal, TASK);
        if (!HasWorkers()) {
            return new InlineClient(
                new HierarchyJob(input, (stage) => {
                    ThrowIfAborted(signal, TASK);
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

    /** Returns the world positions at which the feature field is evaluated -> [n, 3]. */
    public abstract positionsAsync(): Promise<Float32Array>;

    /** Returns the training data of the feature field. */
    public abstract trainingViewsAsync(): Promise<TrainingViews>;

    /** Returns the counts for reports. */
    public abstract countsAsync(): Promise<HierarchyCounts>;

    /** Builds a hierarchy, see HierarchyBuilder.build. */
    public abstract buildAsync(
        criteria: readonly Criterion[],
        features: CloudFeatures | null,
    ): Promise<SegmentationHierarchy>;

    /** Ends the worker, if there is one. */
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
        this._link = new WorkerLink(StartWorker(WorkerUrls.hierarchy, HierarchyWorker), TASK, takeStage, signal);
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
        // A message loses the class of an object.
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

/**
 * Returns the input without data that the job does not use: a capture may hold more, some of which cannot be copied.
 */
function plainInput({ capture: { name, views, geometry }, masks, options }: HierarchyJobInput): HierarchyJobInput {
    // The structure holds the corners of all faces, which are not worth copying unless a prior needs them.
    const structure = HasPriors(options.priors) ? geometry?.structure : null;
    return {
        capture: { name, views, heldOutViews: [], geometry: geometry && { ...geometry, structure } },
        masks,
        options,
    };
}
