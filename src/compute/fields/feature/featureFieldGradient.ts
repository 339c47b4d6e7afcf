import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { GpuArray } from "../../gpu/gpuArray";
import type { HashGrid } from "../shared/hashGrid";
import { HashGridGradient } from "../shared/hashGridGradient";
import { type KernelDispatch, RecordAll } from "../shared/kernelDispatch";
import type { Mlp } from "../shared/mlp";
import { MlpGradient } from "../shared/mlpGradient";
import { OwnedResources } from "../shared/ownedResources";

/** The hash grid and the network of a feature field. */
export interface FeatureNetworks {
    readonly grid: HashGrid;
    readonly mlp: Mlp;
}

/** The intermediate values of an evaluation, see FeaturePass. */
export interface EvaluatedPoints {
    readonly points: number;
    readonly positions: GpuArray<"f32">;
    readonly inputs: readonly GpuArray<"f32">[];
}

/** The gradients of a feature field's parameters, from the gradient of the network's outputs. */
export class FeatureFieldGradient {
    private constructor(
        private readonly _owned: OwnedResources,
        public readonly mlp: MlpGradient,
        public readonly grid: HashGridGradient,
        private readonly _before: readonly KernelDispatch[],
    ) {}

    /**
     * @param evaluated with a number of points that is a multiple of 32
     * @param outputGradients [dimensions, points]
     * @param before kernels that compute `outputGradients`, recorded first; owned by the caller
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        { grid, mlp }: FeatureNetworks,
        evaluated: EvaluatedPoints,
        outputGradients: GpuArray<"f32">,
        before: readonly KernelDispatch[] = [],
    ): Promise<FeatureFieldGradient> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const { points, positions, inputs } = evaluated;
            const mlpGradient = await owned.addAsync(
                MlpGradient.CreateAsync(engine, mlp, points, inputs, outputGradients),
            );
            const gridGradient = await owned.addAsync(
                HashGridGradient.CreateAsync(engine, grid, points, positions, mlpGradient.inputGradients),
            );
            return new FeatureFieldGradient(owned, mlpGradient, gridGradient, before);
        });
    }

    /** Records the gradients. */
    public dispatch(): void {
        RecordAll(this._before);
        this.mlp.dispatch();
        this.grid.dispatch();
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
