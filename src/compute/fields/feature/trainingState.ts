import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { OwnedResources } from "../shared/ownedResources";
import { StepCounter, type StepCounterOptions, TRAINING_INCLUDES } from "../shared/stepCounter";
import endSource from "./endStep.wgsl?raw";

/** The loss of a step without pairs. */
export const NO_LOSS = -1;

/** Options of a {@link TrainingState}. */
export interface TrainingStateOptions extends StepCounterOptions {
    /** Number of losses that a step sums: positive pairs times negatives per positive. */
    readonly lossTerms: number;
    readonly temperature: number;
}

/**
 * Returns the scale of the integer loss sums: `lossTerms` losses of at most 2 / temperature + log 2 fit into 32 bits.
 */
export function LossScale(lossTerms: number, temperature: number): number {
    return Math.min(2 ** 20, 2 ** 32 / (lossTerms * (2 / temperature + 1)));
}

/** The start and end of a training step of a feature field on the GPU: the step counter and the losses. */
export class TrainingState {
    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _counter: StepCounter,
        /** [4] the losses of this step, fixed point, a flag that is 1 if one was not finite, and one unused word. */
        public readonly sums: GpuArray<"u32">,
        private readonly _losses: GpuArray<"u32">,
        private readonly _end: ComputeKernel,
    ) {}

    public static async CreateAsync(engine: WebGPUEngine, options: TrainingStateOptions): Promise<TrainingState> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const counter = await owned.addAsync(StepCounter.CreateAsync(engine, options));
            const { state } = counter;
            const sums = owned.add(new GpuArray(engine, "u32", [4], { label: "loss sums" }));
            const losses = owned.add(new GpuArray(engine, "u32", [options.steps, 2], { label: "losses" }));
            const end = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "endStep",
                    source: endSource,
                    arrays: { state, sums, losses },
                    includes: TRAINING_INCLUDES,
                    defines: {
                        LOSS_SCALE: LossScale(options.lossTerms, options.temperature),
                        LOSS_TERMS: options.lossTerms,
                    },
                    workgroupSize: [2],
                }),
            );
            return new TrainingState(owned, counter, sums, losses, end);
        });
    }

    /** [8] bits of the WGSL struct TrainingState. */
    public get state(): GpuArray<"u32"> {
        return this._counter.state;
    }

    /** Records the start of a step. */
    public begin(): void {
        this.sums.clear();
        this._counter.next();
    }

    /** Records the end of a step. */
    public end(): void {
        this._end.dispatch(1);
    }

    /** Reads the losses of recorded steps. @returns [count, 2] euclid and ultra loss; {@link NO_LOSS} without pairs */
    public async readLossesAsync(first: number, count: number): Promise<Float32Array> {
        return new Float32Array((await this._losses.readAsync(2 * first, 2 * count)).buffer);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
