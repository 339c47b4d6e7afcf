import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../../base/ultrametricError";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { ADAM_DEFINES } from "../shared/adam";
import { OwnedResources } from "../shared/ownedResources";
import { RANDOM_STREAMS, StepCounter, TRAINING_INCLUDES } from "../shared/stepCounter";
import { DepthContinuity } from "./depthContinuity";
import drawSource from "./drawRays.wgsl?raw";
import endSource from "./endRadianceStep.wgsl?raw";
import type { RadianceTrainingOptions } from "./radianceFieldOptions";
import { RAY_INCLUDES, RAY_TRAINING_INCLUDES, TARGET_WORDS } from "./radianceKernels";
import lossSource from "./radianceLoss.wgsl?raw";
import type { RadiancePass } from "./radiancePass";
import type { RadianceViews } from "./radianceViews";

/** Share of the room for samples that a step's rays should fill; what a few long rays bring more then still fits. */
const FILL = 0.95;

/** Streams of random numbers of a step beside those of the feature field's. */
const RAY_STREAMS = { STREAM_JITTER: "7u", STREAM_BACKGROUND: "8u" } as const;

/** What is known of a training step. */
export interface RadianceStep {
    /** Mean loss of colors. */
    readonly colorLoss: number;
    /** Mean of all losses. */
    readonly loss: number;
    /** Mean squared error of the colors, 0..1, over the step's backgrounds. */
    readonly squaredError: number;
    /** Rays that were looked at. */
    readonly rays: number;
}

/**
 * What frames a training step of a radiance field on the GPU: counting steps, drawing rays, losses, and how many rays the next step draws. The host
 * sends nothing and reads nothing between steps.
 */
export class RadianceState {
    private _isContinuous = false;

    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _counter: StepCounter,
        /** [maxRays, 8] bits of the WGSL struct RayTarget. */
        public readonly targets: GpuArray<"f32">,
        /** [maxRays, 4] losses of the rays: color, regularizers, squared error, 1 where the ray counts. */
        public readonly losses: GpuArray<"f32">,
        /** [steps, 4] what is known of each step, see {@link readStepsAsync}. */
        public readonly history: GpuArray<"f32">,
        private readonly _maxRays: number,
        private readonly _draw: ComputeKernel,
        private readonly _loss: ComputeKernel,
        private readonly _end: ComputeKernel,
        /** Null where it has no weight. */
        private readonly _continuity: DepthContinuity | null,
    ) {}

    /** @param pass whose rays are drawn and whose results are judged */
    public static async CreateAsync(
        engine: WebGPUEngine,
        options: RadianceTrainingOptions,
        views: RadianceViews,
        pass: RadiancePass,
    ): Promise<RadianceState> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const { maxRays, rayCount, rays, starts, samples } = pass.samples;
            const scouts = pass.marcher;
            const { seed, steps, learningRate } = options;
            const viewCount = views.views.length;
            const counter = await owned.addAsync(
                StepCounter.CreateAsync(engine, { seed, steps, viewCount, learningRate }),
            );
            const { state } = counter;
            // Before anything is known of empty space a ray makes at most some hundred samples.
            rayCount.upload(Uint32Array.of(Math.min(maxRays, Math.max(32, samples >> 6)), 0));
            const targets = owned.add(new GpuArray(engine, "f32", [maxRays, TARGET_WORDS], { label: "targets" }));
            const losses = owned.add(new GpuArray(engine, "f32", [maxRays, 4], { label: "losses of the rays" }));
            const history = owned.add(new GpuArray(engine, "f32", [steps, 4], { label: "losses" }));
            const cameras = owned.add(
                GpuArray.From(engine, "u32", views.cameras, undefined, { label: "cameras of the views" }),
            );
            const pixels = await owned.addAsync(
                GpuArray.FromAsync(engine, "u32", views.pixels, undefined, { label: "pictures of the views" }),
            );
            const draw = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "drawRays",
                    source: drawSource,
                    arrays: { state, rayCount, cameras, pixels, rays, targets },
                    includes: RAY_TRAINING_INCLUDES,
                    defines: {
                        ...RANDOM_STREAMS,
                        ...RAY_STREAMS,
                        RAYS: `${maxRays}u`,
                        VIEWS: `${viewCount}u`,
                        RANDOM_BACKGROUND: options.background === "random",
                    },
                    workgroupSize: [64],
                }),
            );
            const loss = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "radianceLoss",
                    source: lossSource,
                    arrays: { rayCount, targets, results: pass.results, losses },
                    includes: RAY_INCLUDES,
                    defines: {
                        RAYS: `${maxRays}u`,
                        HUBER: `${options.colorLoss === "huber" ? options.huberDelta : 0}f`,
                        ENTROPY: `${options.opacityEntropy}f`,
                        DISTORTION: `${options.distortion}f`,
                    },
                    workgroupSize: [64],
                }),
            );
            const end = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "endRadianceStep",
                    source: endSource,
                    arrays: { state, rayCount, starts, losses, history, scoutStarts: scouts.starts },
                    includes: TRAINING_INCLUDES,
                    defines: {
                        ...ADAM_DEFINES,
                        RAYS: `${maxRays}u`,
                        POINTS: `${samples}u`,
                        SCOUTS: `${scouts.samples}u`,
                        FILL: `${FILL}f`,
                    },
                }),
            );
            let continuity: DepthContinuity | null = null;
            if (options.depthContinuity > 0) {
                if (!views.runs?.masks.length) {
                    throw new UltrametricError(
                        "input",
                        `Radiance field: the option depthContinuity is ${options.depthContinuity}, which needs views with masks: ` +
                            "give masks to CreateRadianceViews, or leave the option at 0.",
                    );
                }
                const { results } = pass;
                const arrays = { state, rayCount, cameras, pixels, rays, targets, results, losses };
                continuity = await owned.addAsync(DepthContinuity.CreateAsync(engine, views.runs, options, arrays));
            }
            return new RadianceState(owned, counter, targets, losses, history, maxRays, draw, loss, end, continuity);
        });
    }

    /** [8] bits of the WGSL struct TrainingState; `entries` is the number of samples, 0 where nothing is to move. */
    public get state(): GpuArray<"u32"> {
        return this._counter.state;
    }

    /**
     * Records the start of a step: its rays and what they should show.
     * @param isContinuous whether the depth continuity loss counts in this step, if there is one
     */
    public begin(isContinuous = false): void {
        this._isContinuous = isContinuous;
        this._counter.next();
        this._draw.dispatchFor(this._maxRays);
        if (isContinuous) {
            this._continuity?.draw();
        }
    }

    /** Records the losses of what the rays show, and whether the parameters move. */
    public judge(): void {
        this._loss.dispatchFor(this._maxRays);
        if (this._isContinuous) {
            this._continuity?.judge();
        }
        this._end.dispatch(1);
    }

    /** What is known of steps that have been recorded. */
    public async readStepsAsync(first: number, count: number): Promise<RadianceStep[]> {
        const rows = await this.history.readAsync(4 * first, 4 * count);
        return Array.from({ length: count }, (_, i) => ({
            colorLoss: rows[4 * i],
            loss: rows[4 * i + 1],
            squaredError: rows[4 * i + 2],
            rays: rows[4 * i + 3],
        }));
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
