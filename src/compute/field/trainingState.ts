import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../gpu/computeKernel";
import { GpuArray } from "../gpu/gpuArray";
import beginSource from "../wgsl/beginStep.wgsl?raw";
import endSource from "../wgsl/endStep.wgsl?raw";
import randomSource from "../wgsl/include/random.wgsl?raw";
import trainingStateSource from "../wgsl/include/trainingState.wgsl?raw";
import { OwnedResources } from "./ownedResources";

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

/** Loss of a step, of a step without pairs. */
export const NO_LOSS = -1;

/** Parameters of {@link TrainingState}. */
export interface TrainingStateOptions {
    readonly seed: number;
    readonly steps: number;
    readonly viewCount: number;
    readonly learningRate: number;
    /** Losses that are added up in a step: positive pairs times negatives of each. */
    readonly lossTerms: number;
    readonly temperature: number;
}

/** Quanta of the loss sums: no sum of `lossTerms` losses overflows 32 bits, each being at most 2 / temperature + log 2. */
export function LossScale(lossTerms: number, temperature: number): number {
    return Math.min(2 ** 20, 2 ** 32 / (lossTerms * (2 / temperature + 1)));
}

/**
 * The counter of a training run, which lives on the GPU: step, view, learning rate and Adam's corrections follow from it, so that the host
 * sends nothing and reads nothing between steps. Also keeps the losses of every step.
 */
export class TrainingState {
    private constructor(
        private readonly _owned: OwnedResources,
        /** [8] bits of the WGSL struct TrainingState. */
        public readonly state: GpuArray<"u32">,
        /** [3] this step's losses, fixed point, and whether one was not finite. */
        public readonly sums: GpuArray<"u32">,
        private readonly _losses: GpuArray<"u32">,
        private readonly _begin: ComputeKernel,
        private readonly _end: ComputeKernel,
    ) {}

    public static async CreateAsync(engine: WebGPUEngine, options: TrainingStateOptions): Promise<TrainingState> {
        const owned = new OwnedResources();
        try {
            const state = owned.add(new GpuArray(engine, "u32", [STATE_WORDS], { label: "training state" }));
            state.upload(Uint32Array.of(0xffffffff, 0, 0, 0, 0, 0, 0, 0));
            const sums = owned.add(new GpuArray(engine, "u32", [4], { label: "loss sums" }));
            const losses = owned.add(new GpuArray(engine, "u32", [options.steps, 2], { label: "losses" }));
            const begin = await owned.addAsync(
                ComputeKernel.CreateAsync(engine, {
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
                }),
            );
            const { seed, steps, viewCount, learningRate } = options;
            begin.bind("state", state).setUniforms({ seed, steps, viewCount, learningRate });
            const end = await owned.addAsync(
                ComputeKernel.CreateAsync(engine, {
                    name: "endStep",
                    source: endSource,
                    bindings: ["state", "sums", "losses"],
                    includes: TRAINING_INCLUDES,
                    defines: {
                        LOSS_SCALE: LossScale(options.lossTerms, options.temperature),
                        LOSS_TERMS: options.lossTerms,
                    },
                    workgroupSize: [2],
                }),
            );
            end.bindAll({ state, sums, losses });
            return new TrainingState(owned, state, sums, losses, begin, end);
        } catch (error) {
            owned.dispose();
            throw error;
        }
    }

    /** Records the start of a step. */
    public begin(): void {
        this.sums.clear();
        this._begin.dispatch(1);
    }

    /** Records the end of a step. */
    public end(): void {
        this._end.dispatch(1);
    }

    /** [count, 2] euclid and ultra loss of steps that have been recorded; {@link NO_LOSS} twice where a step had no pairs. */
    public async readLossesAsync(first: number, count: number): Promise<Float32Array> {
        return new Float32Array((await this._losses.readAsync(2 * first, 2 * count)).buffer);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
