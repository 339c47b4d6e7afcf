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

/** Share of the capacity for samples that a step fills on average, so that more samples still fit. */
const FILL = 0.95;

/** Streams of random numbers, besides RANDOM_STREAMS. */
const RAY_STREAMS = { STREAM_JITTER: "7u", STREAM_BACKGROUND: "8u" } as const;

/** The losses of a training step. */
export interface RadianceStep {
    /** Mean loss of colors. */
    readonly colorLoss: number;
    /** Mean of all losses. */
    readonly loss: number;
    /** Mean squared error of the colors, 0..1, over the backgrounds of the step. */
    readonly squaredError: number;
    /** Number of rays. */
    readonly rays: number;
}

/**
 * The start and end of a training step of a radiance field on the GPU: the step counter, the rays, the losses, and the
 * number of rays of the next step. The host neither writes nor reads anything between steps.
 */
export class RadianceState {
    private _isContinuous = false;

    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _counter: StepCounter,
        /** [maxRays, 8] bits of the WGSL struct RayTarget. */
        public readonly targets: GpuArray<"f32">,
        /** [maxRays, 4] losses of the rays: color, regularizers, squared error, 1 if the ray is valid. */
        public readonly losses: GpuArray<"f32">,
        /** [steps, 4] losses of each step, see {@link readStepsAsync}. */
        public readonly history: GpuArray<"f32">,
        private readonly _maxRays: number,
        private readonly _draw: ComputeKernel,
        private readonly _loss: ComputeKernel,
        private readonly _end: ComputeKernel,
        /** null if its weight is 0. */
        private readonly _continuity: DepthContinuity | null,
    ) {}

    /** @param pass writes its rays, and reads its results for the losses */
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
            // Before empty space is known, a ray has up to some hundred samples.
            rayCount.upload(Uint32Array.of(Math.min(maxRays, Math.max(32, samples >> 6)), 0));
            const targets = owned.add(new GpuArray(engine, "f32", [maxRays, TARGET_WORDS], { label: "targets" }));
            const losses = owned.add(new GpuArray(engine, "f32", [maxRays, 4], { label: "losses of the rays" }));
            const history = owned.add(new GpuArray(engine, "f32", [steps, 4], { label: "losses" }));
            const cameras = owned.add(
                GpuArray.From(engine, "u32", views.cameras, undefined, { label: "cameras of the views" }),
            );
            const pixels = await owned.addAsync(
                GpuArray.FromAsync(engine, "u32", views.pixels, undefined, { label: "images of the views" }),
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
                        `Radiance field: the option depthContinuity is ${options.depthContinuity}, ` +
                            "which needs views with masks. Pass masks to CreateRadianceViews, or set the option to 0.",
                    );
                }
                const { results } = pass;
                const arrays = { state, rayCount, cameras, pixels, rays, targets, results, losses };
                continuity = await owned.addAsync(DepthContinuity.CreateAsync(engine, views.runs, options, arrays));
            }
            return new RadianceState(owned, counter, targets, losses, history, maxRays, draw, loss, end, continuity);
        });
    }

    /** [8] bits of the WGSL struct TrainingState; `entries` is the number of samples, 0 if the step updates nothing. */
    public get state(): GpuArray<"u32"> {
        return this._counter.state;
    }

    /**
     * Records the start of a step: its rays and their targets.
     * @param isContinuous whether this step includes the depth continuity loss, if there is one
     */
    public begin(isContinuous = false): void {
        this._isContinuous = isContinuous;
        this._counter.next();
        this._draw.dispatchFor(this._maxRays);
        if (isContinuous) {
            this._continuity?.draw();
        }
    }

    /** Records the losses, and whether the step updates the parameters. */
    public recordLosses(): void {
        this._loss.dispatchFor(this._maxRays);
        if (this._isContinuous) {
            this._continuity?.recordLosses();
        }
        this._end.dispatch(1);
    }

    /** Reads the losses of recorded steps. */
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
