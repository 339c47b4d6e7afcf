import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import adamDenseSource from "./adamDense.wgsl?raw";
import adamGridSource from "./adamGrid.wgsl?raw";
import { GRID_BLOCK, type HashGrid } from "./hashGrid";
import type { HashGridGradient } from "./hashGridGradient";
import { type KernelDispatch, RecordAll } from "./kernelDispatch";
import type { Mlp } from "./mlp";
import type { MlpGradient } from "./mlpGradient";
import { OwnedResources } from "./ownedResources";
import { TRAINING_INCLUDES } from "./stepCounter";

/** The constants of Adam (Kingma & Ba 2015) with the values of instant-NGP, as WGSL defines. */
export const ADAM_DEFINES = { BETA1: 0.9, BETA2: 0.99, EPSILON: 1e-15 } as const;

/** A hash grid to train, with its gradient. */
export interface TrainedGrid {
    readonly grid: HashGrid;
    readonly gradient: HashGridGradient;
}

/**
 * The Adam optimizer for a network and, optionally, the hash grid before it. It updates every weight of the network,
 * but only the grid values with a nonzero gradient; the moments of the others do not decay. A step without entries
 * updates nothing.
 */
export class Adam {
    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _dispatches: readonly KernelDispatch[],
        /** First and second moments of the network's weights, then those of the grid's values if there is a grid. */
        public readonly moments: readonly GpuArray<"f32">[],
    ) {}

    /** @param state bits of the WGSL struct TrainingState, with the learning rate and the corrections */
    public static async CreateAsync(
        engine: WebGPUEngine,
        state: GpuArray,
        mlp: Mlp,
        mlpGradient: MlpGradient,
        trainedGrid: TrainedGrid | null,
    ): Promise<Adam> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const moments: GpuArray<"f32">[] = [];
            const moment = (label: string, length: number): GpuArray<"f32"> => {
                const array = owned.add(new GpuArray(engine, "f32", [length], { label }));
                moments.push(array);
                return array;
            };
            const dense = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "adamDense",
                    source: adamDenseSource,
                    arrays: {
                        state,
                        partials: mlpGradient.partials,
                        weights: mlp.weights,
                        firstMoments: moment("first moments of the weights", mlp.weights.length),
                        secondMoments: moment("second moments of the weights", mlp.weights.length),
                    },
                    includes: TRAINING_INCLUDES,
                    defines: { ...ADAM_DEFINES, WEIGHTS: mlp.weights.length, PARTIALS: mlpGradient.partialCount },
                    workgroupSize: [64],
                }),
            );
            const dispatches: KernelDispatch[] = [{ kernel: dense, count: mlp.weights.length / 4 }];
            if (trainedGrid) {
                const { grid, gradient } = trainedGrid;
                const sparse = await owned.addAsync(
                    ComputeKernel.CreateBoundAsync(engine, {
                        name: "adamGrid",
                        source: adamGridSource,
                        arrays: {
                            state,
                            levelOfBlock: grid.levelOfBlock,
                            maxima: gradient.maxima,
                            gradients: gradient.gradients,
                            table: grid.table,
                            firstMoments: moment("first moments of the hash grid", grid.table.length),
                            secondMoments: moment("second moments of the hash grid", grid.table.length),
                        },
                        includes: TRAINING_INCLUDES,
                        defines: {
                            ...ADAM_DEFINES,
                            ...grid.defines,
                            BLOCK: GRID_BLOCK,
                            POINTS: gradient.points,
                            BLOCKS: grid.levelOfBlock.length,
                        },
                    }),
                );
                dispatches.push({ kernel: sparse, count: grid.levelOfBlock.length });
            }
            return new Adam(owned, dispatches, moments);
        });
    }

    /** Records an update of all parameters, and sets the grid's gradient to zeros. */
    public dispatch(): void {
        RecordAll(this._dispatches);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
