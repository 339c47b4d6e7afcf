import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import beginSource from "./beginStep.wgsl?raw";
import randomSource from "./random.include.wgsl?raw";
import trainingStateSource from "./trainingState.include.wgsl?raw";

/** WGSL that kernels of a training step include: random numbers, the state of a step, the row of a view. */
export const TRAINING_INCLUDES: readonly string[] = [randomSource, trainingStateSource];

/** Streams of random numbers of a step; every kind of draw has its own. */
export const RANDOM_STREAMS = {
    STREAM_VIEW: "1u",
    STREAM_PIXEL: "2u",
    STREAM_ENTRY: "3u",
    STREAM_PAIR: "4u",
    STREAM_CHAIN: "5u",
    STREAM_NEGATIVE: "6u",
} as const;

/** The learning rate ends at this share of the first. */
export const FINAL_RATE = 1 / 30;

/** Words of the state, in the order of TrainingState in trainingState.wgsl. */
export const STATE_WORDS = 8;

/** Parameters of {@link StepCounter}. */
export interface StepCounterOptions {
    readonly seed: number;
    readonly steps: number;
    readonly viewCount: number;
    readonly learningRate: number;
}

/**
 * The counter of a training run, which lives on the GPU: step, view, learning rate and Adam's corrections follow from it, so that the host
 * sends nothing and reads nothing between steps.
 */
export class StepCounter {
    private constructor(
        /** [8] bits of the WGSL struct TrainingState. */
        public readonly state: GpuArray<"u32">,
        private readonly _begin: ComputeKernel,
    ) {}

    /** @throws UltrametricError "limits", "gpu", "deviceLost" */
    public static async CreateAsync(
        engine: WebGPUEngine,
        { seed, steps, viewCount, learningRate }: StepCounterOptions,
    ): Promise<StepCounter> {
        const state = new GpuArray(engine, "u32", [STATE_WORDS], { label: "training state" });
        try {
            state.upload(Uint32Array.of(0xffffffff, 0, 0, 0, 0, 0, 0, 0));
            const begin = await ComputeKernel.CreateAsync(engine, {
                name: "beginStep",
                source: beginSource,
                bindings: ["state"],
                includes: TRAINING_INCLUDES,
                defines: { ...RANDOM_STREAMS, FINAL_RATE },
                uniforms: [
                    { name: "seed", type: "u32" },
                    { name: "steps", type: "u32" },
                    { name: "viewCount", type: "u32" },
                    { name: "learningRate", type: "f32" },
                ],
                workgroupSize: [1],
            });
            begin.bind("state", state).setUniforms({ seed, steps, viewCount, learningRate });
            return new StepCounter(state, begin);
        } catch (error) {
            state.dispose();
            throw error;
        }
    }

    /** Records the start of a step. */
    public next(): void {
        this._begin.dispatch(1);
    }

    /** Frees the GPU memory. Safe to call again. */
    public dispose(): void {
        this._begin.dispose();
        this.state.dispose();
    }
}
