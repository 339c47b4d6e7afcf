import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { GpuArray } from "../../gpu/gpuArray";
import { type KernelDispatch, RecordAll } from "./kernelDispatch";
import { type Mlp, MlpTiles } from "./mlp";
import { OwnedResources } from "./ownedResources";

/** The evaluation of a network at a number of points; keeps all intermediate values for the gradient. */
export class MlpPass {
    private constructor(
        private readonly _owned: OwnedResources,
        /** The inputs of every layer, [inputs, points]. */
        public readonly inputs: readonly GpuArray<"f32">[],
        /** [outputs, points] of the last layer. */
        public readonly outputs: GpuArray<"f32">,
        private readonly _dispatches: readonly KernelDispatch[],
    ) {}

    /** @param inputs [inputs of the first layer, points], points a multiple of 8; owned by the caller */
    public static async CreateAsync(engine: WebGPUEngine, mlp: Mlp, inputs: GpuArray<"f32">): Promise<MlpPass> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const points = inputs.shape[1];
            const dispatches: KernelDispatch[] = [];
            const values = [inputs];
            for (const layer of mlp.layers) {
                const label = `outputs of ${layer.inputs} x ${layer.outputs}`;
                const outputs = owned.add(new GpuArray(engine, "f32", [layer.outputs, points], { label }));
                const kernel = await owned.addAsync(mlp.createForwardAsync(layer, points));
                kernel.bindAll({ inputs: values[values.length - 1], outputs });
                dispatches.push({ kernel, count: MlpTiles(points, layer.outputs) });
                values.push(outputs);
            }
            const outputs = values.pop()!;
            return new MlpPass(owned, values, outputs, dispatches);
        });
    }

    /** Records the outputs at the inputs. */
    public dispatch(): void {
        RecordAll(this._dispatches);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
