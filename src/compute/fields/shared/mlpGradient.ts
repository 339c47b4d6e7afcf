import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import inputGradientSource from "./denseInputGradient.wgsl?raw";
import weightGradientSource from "./denseWeightGradient.wgsl?raw";
import { type KernelDispatch, RecordAll } from "./kernelDispatch";
import { type Mlp, MlpTiles } from "./mlp";
import { OwnedResources } from "./ownedResources";

/** Points whose gradients one invocation sums: enough work for it, and enough invocations for the GPU. */
export const POINTS_PER_PARTIAL = 128;

/** The gradients of a network's weights and inputs, from the gradient of its outputs. */
export class MlpGradient {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Number of partial sums of each weight's gradient. */
        public readonly partialCount: number,
        /** [partialCount, weights] partial sums; the gradient is their sum over the first axis. */
        public readonly partials: GpuArray<"f32">,
        /** [inputs, points] gradient of the network's inputs. */
        public readonly inputGradients: GpuArray<"f32">,
        private readonly _dispatches: readonly KernelDispatch[],
    ) {}

    /**
     * @param points a multiple of 8
     * @param inputs of every layer, [inputs, points]
     * @param outputGradients [outputs, points] of the last layer
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        mlp: Mlp,
        points: number,
        inputs: readonly GpuArray[],
        outputGradients: GpuArray,
    ): Promise<MlpGradient> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const partialCount = Math.ceil(points / POINTS_PER_PARTIAL);
            const partials = owned.add(
                new GpuArray(engine, "f32", [partialCount, mlp.weights.length], { label: "weight gradients" }),
            );
            const dispatches: KernelDispatch[] = [];
            let gradients = outputGradients;
            for (let l = mlp.layers.length - 1; l >= 0; l--) {
                const layer = mlp.layers[l];
                const inputGradients = owned.add(
                    new GpuArray(engine, "f32", [layer.inputs, points], { label: `gradients of layer ${l}'s inputs` }),
                );
                const defines = {
                    INPUTS: layer.inputs,
                    OUTPUTS: layer.outputs,
                    POINTS: points,
                    WEIGHT_START: layer.start,
                };
                const weightKernel = await owned.addAsync(
                    ComputeKernel.CreateBoundAsync(engine, {
                        name: `denseWeightGradient ${layer.inputs} x ${layer.outputs}`,
                        source: weightGradientSource,
                        arrays: { inputs: inputs[l], outputGradients: gradients, partials },
                        defines: { ...defines, WEIGHTS: mlp.weights.length, PARTIALS: partialCount },
                        workgroupSize: [64],
                    }),
                );
                const inputKernel = await owned.addAsync(
                    ComputeKernel.CreateBoundAsync(engine, {
                        name: `denseInputGradient ${layer.inputs} x ${layer.outputs}`,
                        source: inputGradientSource,
                        arrays: { outputGradients: gradients, weights: mlp.weights, inputs: inputs[l], inputGradients },
                        defines: { ...defines, RELU_INPUTS: l > 0 },
                        workgroupSize: [64],
                    }),
                );
                dispatches.push(
                    { kernel: weightKernel, count: MlpTiles(layer.inputs, layer.outputs) * partialCount },
                    { kernel: inputKernel, count: MlpTiles(layer.inputs, points) },
                );
                gradients = inputGradients;
            }
            return new MlpGradient(owned, partialCount, partials, gradients as GpuArray<"f32">, dispatches);
        });
    }

    /** Records the gradients. */
    public dispatch(): void {
        RecordAll(this._dispatches);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
