import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import forwardSource from "./denseForward.wgsl?raw";

/** A layer of a network. */
export interface MlpLayer {
    readonly inputs: number;
    readonly outputs: number;
    /** Index of its first weight in {@link Mlp.weights}. */
    readonly start: number;
    /** True if ReLU follows: after all layers but the last. */
    readonly isRectified: boolean;
}

/** A multilayer perceptron without biases, with ReLU between the layers. Widths are multiples of 8. */
export class Mlp {
    /** Weights of all layers, [inputs, outputs] each. */
    public readonly weights: GpuArray<"f32">;
    public readonly layers: readonly MlpLayer[];

    /** Creates a network with zero weights. @param widths of the inputs, the hidden layers and the outputs */
    public constructor(
        private readonly _engine: WebGPUEngine,
        widths: readonly number[],
    ) {
        let start = 0;
        this.layers = widths.slice(1).map((outputs, i) => {
            const layer = { inputs: widths[i], outputs, start, isRectified: i < widths.length - 2 };
            start += layer.inputs * outputs;
            return layer;
        });
        this.weights = new GpuArray(_engine, "f32", [start], { label: "layer weights" });
    }

    /**
     * Initializes the weights for ReLU (He et al. 2015): normal, variance 2 / inputs, 1 / inputs for the last layer.
     * @param usedInputs number of inputs; the inputs after them are always 0, and so are their weights. Default: all
     */
    public randomize(random: () => number, usedInputs = this.layers[0].inputs): void {
        const weights = new Float32Array(this.weights.length);
        this.layers.forEach(({ inputs, outputs, start, isRectified }, i) => {
            const rows = i === 0 ? usedInputs : inputs;
            const deviation = Math.sqrt((isRectified ? 2 : 1) / rows);
            for (let w = 0; w < rows * outputs; w++) {
                // Box-Muller; 1 - random() is never 0
                const radius = Math.sqrt(-2 * Math.log(1 - random()));
                weights[start + w] = deviation * radius * Math.cos(2 * Math.PI * random());
            }
        });
        this.weights.upload(weights);
    }

    /**
     * Creates the kernel of one layer. Bind `inputs` [inputs, points] and `outputs` [outputs, points] (columns with
     * contiguous points), and dispatch it for {@link MlpTiles} invocations.
     * @param points a multiple of 8
     */
    public async createForwardAsync(layer: MlpLayer, points: number): Promise<ComputeKernel> {
        const kernel = await ComputeKernel.CreateAsync(this._engine, {
            name: `denseForward ${layer.inputs} x ${layer.outputs}`,
            source: forwardSource,
            bindings: ["inputs", "weights", "outputs"],
            defines: {
                INPUTS: layer.inputs,
                OUTPUTS: layer.outputs,
                POINTS: points,
                WEIGHT_START: layer.start,
                RELU: layer.isRectified,
            },
            workgroupSize: [64],
        });
        return kernel.bind("weights", this.weights);
    }

    public dispose(): void {
        this.weights.dispose();
    }
}

/** Returns the invocations of a kernel that computes a `rows` x `columns` matrix, 8 x 8 numbers in each. */
export function MlpTiles(rows: number, columns: number): number {
    return (rows / 8) * (columns / 8);
}
