import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import beginSource from "./beginStep.wgsl?raw";
import { OwnedResources } from "./ownedResources";
import randomSource from "./random.include.wgsl?raw";
import trainingStateSource from "./trainingState.include.wgsl?raw";

/** WGSL includes of the kernels of a training step: random numbers, TrainingState, TrainingView. */
export const TRAINING_INCLUDES: readonly string[] = [randomSource, trainingStateSource];

/** Streams of random numbers; every kind of draw has its own. */
export const RANDOM_STREAMS = {
    STREAM_VIEW: "1u",
    STREAM_PIXEL: "2u",
    STREAM_ENTRY: "3u",
    STREAM_PAIR: "4u",
    STREAM_CHAIN: "5u",
    STREAM_NEGATIVE: "6u",
} as const;

/** Share of the first learning rate that the last one has. */
export const FINAL_RATE = 1 / 30;

/** Words of the struct TrainingState in trainingState.include.wgsl. */
export const STATE_WORDS = 8;

/** Options of a {@link StepCounter}. */
export interface StepCounterOptions {
    readonly seed: number;
    readonly steps: number;
    readonly viewCount: number;
    readonly learningRate: number;
}

/**
 * The step counter of a training on the GPU. Step, view, learning rate and the corrections of Adam follow from it, so
 * that the host neither writes nor reads anything between steps.
 */
export class StepCounter {
    private constructor(
        private readonly _owned: OwnedResources,
        /** [8] bits of the WGSL struct TrainingState. */
        public readonly state: GpuArray<"u32">,
        private readonly _begin: ComputeKernel,
    ) {}

    /** @throws UltrametricError "limits", "gpu", "deviceLost" */
    public static async CreateAsync(
        engine: WebGPUEngine,
        { seed, steps, viewCount, learningRate }: StepCounterOptions,
    ): Promise<StepCounter> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const state = owned.add(new GpuArray(engine, "u32", [STATE_WORDS], { label: "training state" }));
            state.upload(Uint32Array.of(0xffffffff, 0, 0, 0, 0, 0, 0, 0));
            const begin = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "beginStep",
                    source: beginSource,
                    arrays: { state },
                    includes: TRAINING_INCLUDES,
                    defines: { ...RANDOM_STREAMS, FINAL_RATE },
                    uniforms: [
                        { name: "seed", type: "u32" },
                        { name: "steps", type: "u32" },
                        { name: "viewCount", type: "u32" },
                        { name: "learningRate", type: "f32" },
                    ],
                    workgroupSize: [1],
                }),
            );
            begin.setUniforms({ seed, steps, viewCount, learningRate });
            return new StepCounter(owned, state, begin);
        });
    }

    /** Records the start of a step. */
    public next(): void {
        this._begin.dispatch(1);
    }

    /** Frees the GPU memory. Safe to call again. */
    public dispose(): void {
        this._owned.dispose();
    }
}
