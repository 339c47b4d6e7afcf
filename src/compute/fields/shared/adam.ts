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

/** Adam's constants (Kingma & Ba 2015) as instant-NGP has them, as WGSL defines. */
export const ADAM_DEFINES = { BETA1: 0.9, BETA2: 0.99, EPSILON: 1e-15 } as const;

/** A hash grid to be trained, with its gradient. */
export interface TrainedGrid {
    readonly grid: HashGrid;
    readonly gradient: HashGridGradient;
}

/**
 * Adam on a network and, where there is one, the hash grid before it: every weight of the network moves, of the grid only the numbers that the
 * step's gradient touches (the moments of the others do not decay either). Nothing moves in a step without entries.
 */
export class Adam {
    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _dispatches: readonly KernelDispatch[],
        /** First and second moments of the network's weights and, where there is one, of the grid's numbers: what it knows of the steps before. */
        public readonly moments: readonly GpuArray<"f32">[],
    ) {}

    /** @param state bits of the WGSL struct TrainingState: learning rate and corrections */
    public static async CreateAsync(
        engine: WebGPUEngine,
        state: GpuArray,
        mlp: Mlp,
        mlpGradient: MlpGradient,
        trainedGrid: TrainedGrid | null,
    ): Promise<Adam> {
        const owned = new OwnedResources();
        try {
            const moments: GpuArray<"f32">[] = [];
            const moment = (label: string, length: number): GpuArray<"f32"> => {
                const array = owned.add(new GpuArray(engine, "f32", [length], { label }));
                moments.push(array);
                return array;
            };
            const dense = await owned.addAsync(
                ComputeKernel.CreateAsync(engine, {
                    name: "adamDense",
                    source: adamDenseSource,
                    bindings: ["state", "partials", "weights", "firstMoments", "secondMoments"],
                    includes: TRAINING_INCLUDES,
                    defines: { ...ADAM_DEFINES, WEIGHTS: mlp.weights.length, CHUNKS: mlpGradient.chunks },
                    workgroupSize: [64],
                }),
            );
            dense.bindAll({
                state,
                partials: mlpGradient.partials,
                weights: mlp.weights,
                firstMoments: moment("first moments of the weights", mlp.weights.length),
                secondMoments: moment("second moments of the weights", mlp.weights.length),
            });
            const dispatches: KernelDispatch[] = [{ kernel: dense, count: mlp.weights.length / 4 }];
            if (trainedGrid) {
                const { grid, gradient } = trainedGrid;
                const sparse = await owned.addAsync(
                    ComputeKernel.CreateAsync(engine, {
                        name: "adamGrid",
                        source: adamGridSource,
                        bindings: [
                            "state",
                            "levelOfBlock",
                            "maxima",
                            "gradients",
                            "table",
                            "firstMoments",
                            "secondMoments",
                        ],
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
                sparse.bindAll({
                    state,
                    levelOfBlock: grid.levelOfBlock,
                    maxima: gradient.maxima,
                    gradients: gradient.gradients,
                    table: grid.table,
                    firstMoments: moment("first moments of the hash grid", grid.table.length),
                    secondMoments: moment("second moments of the hash grid", grid.table.length),
                });
                dispatches.push({ kernel: sparse, count: grid.levelOfBlock.length });
            }
            return new Adam(owned, dispatches, moments);
        } catch (error) {
            owned.dispose();
            throw error;
        }
    }

    /** Records one update of all parameters, and sets the grid's gradient to zeros. */
    public dispatch(): void {
        RecordAll(this._dispatches);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
