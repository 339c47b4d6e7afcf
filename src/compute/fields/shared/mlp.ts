import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import forwardSource from "./denseForward.wgsl?raw";

/** One layer of a network. */
export interface MlpLayer {
    readonly inputs: number;
    readonly outputs: number;
    /** Its first weight in {@link Mlp.weights}. */
    readonly start: number;
    /** Whether negative outputs are cut to 0: all layers but the last. */
    readonly isRectified: boolean;
}

/** A network without biases, ReLU between the layers. Widths are multiples of 8. */
export class Mlp {
    /** All layers' weights, each [inputs, outputs]. */
    public readonly weights: GpuArray<"f32">;
    public readonly layers: readonly MlpLayer[];

    /** The weights start as zeros. @param widths of the inputs, the hidden layers and the outputs */
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
     * He's normal initialization for ReLU (variance 2 / inputs; 1 / inputs for the last layer).
     * @param usedInputs the first layer's inputs past these are always 0, and their weights are set to 0
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
     * The kernel of one layer: bind `inputs` [inputs, points] and `outputs` [outputs, points] (columns, the points of one side by side) and
     * dispatch it for {@link MlpTiles} invocations.
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

/** Invocations of a kernel that computes 8 x 8 numbers of a `rows` x `columns` matrix in each. */
export function MlpTiles(rows: number, columns: number): number {
    return (rows / 8) * (columns / 8);
}
