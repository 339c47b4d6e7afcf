import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../gpu/computeKernel";
import { GpuArray } from "../gpu/gpuArray";
import normaliseSource from "../wgsl/normaliseFeatures.wgsl?raw";
import type { HashGrid } from "./hashGrid";
import { type KernelDispatch, RecordAll } from "./kernelDispatch";
import { type Mlp, MlpTiles } from "./mlp";
import { OwnedResources } from "./ownedResources";

/** A feature field's way from `points` positions to unit features, with all that lies between kept for the gradient. */
export class FeaturePass {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Number of points. */
        public readonly points: number,
        /** [points, 4] unit cube; the fourth number is unused. To be written before {@link dispatch}. */
        public readonly positions: GpuArray<"f32">,
        /** The inputs of every layer, [inputs, points]. */
        public readonly inputs: readonly GpuArray<"f32">[],
        /** [points, dims] unit features. */
        public readonly features: GpuArray<"f32">,
        /** [points] 1 / length of the last layer's outputs. */
        public readonly inverseNorms: GpuArray<"f32">,
        private readonly _dispatches: readonly KernelDispatch[],
    ) {}

    /** @param points a multiple of 8 */
    public static async CreateAsync(
        engine: WebGPUEngine,
        grid: HashGrid,
        mlp: Mlp,
        points: number,
    ): Promise<FeaturePass> {
        const owned = new OwnedResources();
        try {
            const array = (label: string, shape: readonly number[]): GpuArray<"f32"> =>
                owned.add(new GpuArray(engine, "f32", shape, { label }));
            const positions = array("positions", [points, 4]);
            const encoding = array("encoding", [grid.width, points]);
            const encode = await owned.addAsync(grid.createForwardAsync(points));
            encode.bindAll({ positions, encoding });
            const dispatches: KernelDispatch[] = [{ kernel: encode, count: points * grid.levels.length }];
            const values = [encoding];
            for (const layer of mlp.layers) {
                const outputs = array(`outputs of ${layer.inputs} x ${layer.outputs}`, [layer.outputs, points]);
                const kernel = await owned.addAsync(mlp.createForwardAsync(layer, points));
                kernel.bindAll({ inputs: values[values.length - 1], outputs });
                dispatches.push({ kernel, count: MlpTiles(points, layer.outputs) });
                values.push(outputs);
            }
            const last = values.pop()!;
            const dims = last.shape[0];
            const features = array("features", [points, dims]);
            const inverseNorms = array("inverse norms", [points]);
            const normalise = await owned.addAsync(
                ComputeKernel.CreateAsync(engine, {
                    name: "normaliseFeatures",
                    source: normaliseSource,
                    bindings: ["outputs", "features", "inverseNorms"],
                    defines: { DIMS: dims, POINTS: points },
                    workgroupSize: [64],
                }),
            );
            normalise.bindAll({ outputs: last, features, inverseNorms });
            dispatches.push({ kernel: normalise, count: points });
            return new FeaturePass(owned, points, positions, values, features, inverseNorms, dispatches);
        } catch (error) {
            owned.dispose();
            throw error;
        }
    }

    /** Records the features at the positions. */
    public dispatch(): void {
        RecordAll(this._dispatches);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
