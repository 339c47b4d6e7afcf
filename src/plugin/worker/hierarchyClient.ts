import type { TrainingViews } from "../../compute/field/trainingViews";
import type { CloudFeatures } from "../../compute/hierarchy/hierarchyBuilder";
import { type Criterion, SegmentationHierarchy } from "../../compute/hierarchy/segmentationHierarchy";
import { ThrowIfAborted, UltrametricError } from "../../compute/ultrametricError";
import { type HierarchyCounts, HierarchyJob, type HierarchyJobInput } from "./hierarchyJob";
import type { HierarchyRequest, HierarchyResponse } from "./hierarchyMessages";
import HierarchyWorker from "./hierarchyWorker?worker&inline";

const CANCELLED = "Building the hierarchy";

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
        ThrowIfAborted(signal, CANCELLED);
        if (typeof Worker === "undefined") {
            return new InlineClient(
                new HierarchyJob(input, (stage) => {
                    ThrowIfAborted(signal, CANCELLED);
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
    private readonly _worker = new HierarchyWorker();
    private readonly _onAbort = (): void => this._fail(new UltrametricError("aborted", `${CANCELLED} was cancelled.`));
    private _pending: { resolve: (response: HierarchyResponse) => void; reject: (error: Error) => void } | null = null;
    private _failure: Error | null = null;

    public constructor(
        private readonly _onStage: (stage: string) => void,
        private readonly _signal?: AbortSignal,
    ) {
        super();
        this._worker.onmessage = ({ data }: MessageEvent<HierarchyResponse>): void => this._receive(data);
        this._worker.onerror = (event): void => {
            this._fail(
                new Error(`The worker that builds hierarchies failed: ${event.message || "it could not be loaded"}.`),
            );
        };
        _signal?.addEventListener("abort", this._onAbort);
    }

    public async startAsync(input: HierarchyJobInput): Promise<void> {
        await this._askAsync({ kind: "start", input: plainInput(input) });
    }

    public override async positionsAsync(): Promise<Float32Array> {
        return expect(await this._askAsync({ kind: "positions" }), "positions").positions;
    }

    public override async trainingViewsAsync(): Promise<TrainingViews> {
        return expect(await this._askAsync({ kind: "trainingViews" }), "trainingViews").trainingViews;
    }

    public override async countsAsync(): Promise<HierarchyCounts> {
        return expect(await this._askAsync({ kind: "counts" }), "counts").counts;
    }

    public override async buildAsync(
        criteria: readonly Criterion[],
        features: CloudFeatures | null,
    ): Promise<SegmentationHierarchy> {
        const response = await this._askAsync({ kind: "build", criteria, features });
        const { name, positions, colors, dendrograms } = expect(response, "hierarchy").hierarchy;
        return new SegmentationHierarchy(name, positions, colors, dendrograms);
    }

    public override dispose(): void {
        this._fail(
            new UltrametricError("disposed", "The segmentation was disposed while its hierarchy was being built."),
        );
    }

    private _askAsync(request: HierarchyRequest): Promise<HierarchyResponse> {
        return new Promise((resolve, reject) => {
            if (this._failure !== null) {
                reject(this._failure);
                return;
            }
            this._pending = { resolve, reject };
            this._worker.postMessage(request);
        });
    }

    private _receive(response: HierarchyResponse): void {
        if (response.kind === "stage") {
            this._onStage(response.stage);
            return;
        }
        const pending = this._pending;
        this._pending = null;
        if (response.kind === "error") {
            pending?.reject(
                response.errorKind === null
                    ? new Error(response.message)
                    : new UltrametricError(response.errorKind, response.message),
            );
        } else {
            pending?.resolve(response);
        }
    }

    /** Stops the worker for good. */
    private _fail(error: Error): void {
        this._failure ??= error;
        this._worker.terminate();
        this._signal?.removeEventListener("abort", this._onAbort);
        this._pending?.reject(error);
        this._pending = null;
    }
}

/** What the job looks at: a capture may hold more (held-out views, meshes of a scene), some of which could not be copied. */
function plainInput({ capture: { name, views, geometry }, masks, options }: HierarchyJobInput): HierarchyJobInput {
    return { capture: { name, views, heldOutViews: [], geometry }, masks, options };
}

function expect<K extends HierarchyResponse["kind"]>(
    response: HierarchyResponse,
    kind: K,
): Extract<HierarchyResponse, { kind: K }> {
    if (response.kind !== kind) {
        throw new Error(`The worker answered "${response.kind}" where "${kind}" was asked for.`);
    }
    return response as Extract<HierarchyResponse, { kind: K }>;
}
