import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { OwnedResources } from "../shared/ownedResources";
import lossSource from "./depthContinuity.wgsl?raw";
import { type DepthRuns, RUN_MASK_WORDS, RUN_PIXELS } from "./depthRuns";
import drawSource from "./drawRuns.wgsl?raw";
import type { RadianceTrainingOptions } from "./radianceFieldOptions";
import { RAY_INCLUDES, RAY_TRAINING_INCLUDES } from "./radianceKernels";

/** Rays per run; four of them become the run. */
export const RAYS_PER_RUN = 4 * RUN_PIXELS;

/** Minimum opacity of a ray with a depth. */
export const MIN_RUN_OPACITY = 0.9;

const RUN_STREAMS = { STREAM_RUN: "11u" } as const;

/** Options of a {@link DepthContinuity}. */
export type DepthContinuityOptions = Pick<RadianceTrainingOptions, "depthContinuity" | "depthContinuityThreshold">;

/** Arrays of a training step that {@link DepthContinuity} reads and adds to. */
export interface DepthContinuityArrays {
    /** Bits of the WGSL struct TrainingState. */
    readonly state: GpuArray;
    readonly rayCount: GpuArray;
    /** [views, 20] bits of the WGSL struct RadianceCamera. */
    readonly cameras: GpuArray;
    /** RGBA bytes of all images. */
    readonly pixels: GpuArray;
    /** [maxRays, 8] bits of the WGSL struct Ray. */
    readonly rays: GpuArray;
    /** [maxRays, 8] bits of the WGSL struct RayTarget. */
    readonly targets: GpuArray;
    /** [maxRays, 16] bits of the WGSL struct RayResult. */
    readonly results: GpuArray;
    /** [maxRays, 4] losses of the rays. */
    readonly losses: GpuArray;
}

/**
 * The depth continuity loss (He et al. 2024, equation 5): inside of a finest mask, depth does not jump along four
 * neighboring pixels.
 */
export class DepthContinuity {
    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _maxRuns: number,
        private readonly _draw: ComputeKernel,
        private readonly _loss: ComputeKernel,
    ) {}

    /** @param data with at least one run */
    public static async CreateAsync(
        engine: WebGPUEngine,
        data: DepthRuns,
        options: DepthContinuityOptions,
        arrays: DepthContinuityArrays,
    ): Promise<DepthContinuity> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const { state, rayCount, cameras, pixels, rays, targets, results, losses } = arrays;
            const maxRays = rays.shape[0];
            const maskCount = data.masks.length / RUN_MASK_WORDS;
            const masks = owned.add(
                GpuArray.From(engine, "u32", data.masks, [maskCount, RUN_MASK_WORDS], { label: "masks with runs" }),
            );
            const runs = owned.add(GpuArray.From(engine, "u32", data.runs, undefined, { label: "runs of pixels" }));
            const defines = { RAYS: `${maxRays}u`, RAYS_PER_RUN: `${RAYS_PER_RUN}u` };
            const draw = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "drawRuns",
                    source: drawSource,
                    arrays: { state, rayCount, cameras, pixels, masks, runs, rays, targets },
                    includes: RAY_TRAINING_INCLUDES,
                    defines: { ...defines, ...RUN_STREAMS, MASKS: `${maskCount}u` },
                    workgroupSize: [64],
                }),
            );
            const loss = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "depthContinuity",
                    source: lossSource,
                    arrays: { rayCount, rays, results, losses },
                    includes: RAY_INCLUDES,
                    defines: {
                        ...defines,
                        WEIGHT: `${options.depthContinuity}f`,
                        THRESHOLD: `${options.depthContinuityThreshold}f`,
                        MIN_OPACITY: `${MIN_RUN_OPACITY}f`,
                    },
                    workgroupSize: [64],
                }),
            );
            return new DepthContinuity(owned, Math.ceil(maxRays / RAYS_PER_RUN), draw, loss);
        });
    }

    /** Records the runs, which replace some of the step's rays. */
    public draw(): void {
        this._draw.dispatchFor(this._maxRuns);
    }

    /** Records the loss and its gradient, which are added to those of the rays. */
    public recordLosses(): void {
        this._loss.dispatchFor(this._maxRuns);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
