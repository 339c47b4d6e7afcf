import type { MlpLayer } from "../../src/compute/fields/shared/mlp";

/**
 * Reference implementation of denseForward.wgsl, layer by layer.
 * @param inputs [n, inputs of the first layer]
 * @returns the outputs of every layer, [n, outputs]
 */
export function Mlp(
    layers: readonly MlpLayer[],
    weights: ArrayLike<number>,
    inputs: ArrayLike<number>,
): Float64Array[] {
    const count = inputs.length / layers[0].inputs;
    let values = Float64Array.from(inputs);
    return layers.map((layer) => {
        const outputs = new Float64Array(count * layer.outputs);
        for (let i = 0; i < count; i++) {
            for (let o = 0; o < layer.outputs; o++) {
                let sum = 0;
                for (let k = 0; k < layer.inputs; k++) {
                    sum += values[i * layer.inputs + k] * weights[layer.start + k * layer.outputs + o];
                }
                outputs[i * layer.outputs + o] = layer.isRectified ? Math.max(sum, 0) : sum;
            }
        }
        values = outputs;
        return outputs;
    });
}
