import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../gpu/computeKernel";
import { GpuArray } from "../gpu/gpuArray";
import adamDenseSource from "../wgsl/adamDense.wgsl?raw";
import adamGridSource from "../wgsl/adamGrid.wgsl?raw";
import { GRID_BLOCK, type HashGrid } from "./hashGrid";
import type { HashGridGradient } from "./hashGridGradient";
import type { Mlp } from "./mlp";
import type { MlpGradient } from "./mlpGradient";
import { OwnedResources } from "./ownedResources";
import { TRAINING_INCLUDES } from "./trainingState";

/** Adam's constants (Kingma & Ba 2015) as instant-NGP has them, as WGSL defines. */
export const ADAM_DEFINES = { BETA1: 0.9, BETA2: 0.99, EPSILON: 1e-15 } as const;

/**
 * Adam on a hash grid and a network: every weight of the network moves, of the grid only the numbers that the step's gradient touches (the
 * moments of the others do not decay either). Nothing moves in a step without pairs.
 */
export class Adam {
    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _dense: ComputeKernel,
        private readonly _denseCount: number,
        private readonly _grid: ComputeKernel,
        private readonly _gridCount: number,
    ) {}

    /** @param state bits of the WGSL struct TrainingState: learning rate and corrections */
    public static async CreateAsync(
        engine: WebGPUEngine,
        state: GpuArray,
        mlp: Mlp,
        mlpGradient: MlpGradient,
        grid: HashGrid,
        gridGradient: HashGridGradient,
    ): Promise<Adam> {
        const owned = new OwnedResources();
        try {
            const moment = (label: string, length: number): GpuArray<"f32"> =>
                owned.add(new GpuArray(engine, "f32", [length], { label }));
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
                        POINTS: gridGradient.points,
                        BLOCKS: grid.levelOfBlock.length,
                    },
                }),
            );
            sparse.bindAll({
                state,
                levelOfBlock: grid.levelOfBlock,
                maxima: gridGradient.maxima,
                gradients: gridGradient.gradients,
                table: grid.table,
                firstMoments: moment("first moments of the hash grid", grid.table.length),
                secondMoments: moment("second moments of the hash grid", grid.table.length),
            });
            return new Adam(owned, dense, mlp.weights.length / 4, sparse, grid.levelOfBlock.length);
        } catch (error) {
            owned.dispose();
            throw error;
        }
    }

    /** Records one update of all parameters, and sets the grid's gradient to zeros. */
    public dispatch(): void {
        this._dense.dispatchFor(this._denseCount);
        this._grid.dispatchFor(this._gridCount);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
