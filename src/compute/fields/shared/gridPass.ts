import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import type { HashGrid } from "./hashGrid";
import type { Mlp } from "./mlp";
import { MlpPass } from "./mlpPass";
import { OwnedResources } from "./ownedResources";

/** The evaluation of a hash grid and the network after it; keeps all intermediate values for the gradient. */
export class GridPass {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Number of points. */
        public readonly points: number,
        private readonly _encode: ComputeKernel,
        private readonly _encodeCount: number,
        private readonly _layers: MlpPass,
    ) {}

    /**
     * @param positions [points, 4] unit cube, points a multiple of 8; the fourth number is unused; owned by the caller
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        grid: HashGrid,
        mlp: Mlp,
        positions: GpuArray<"f32">,
    ): Promise<GridPass> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const points = positions.shape[0];
            const encoding = owned.add(new GpuArray(engine, "f32", [grid.width, points], { label: "encoding" }));
            const encode = await owned.addAsync(grid.createForwardAsync(points));
            encode.bindAll({ positions, encoding });
            const layers = await owned.addAsync(MlpPass.CreateAsync(engine, mlp, encoding));
            return new GridPass(owned, points, encode, points * grid.levels.length, layers);
        });
    }

    /** The inputs of every layer, [inputs, points]. */
    public get inputs(): readonly GpuArray<"f32">[] {
        return this._layers.inputs;
    }

    /** [outputs, points] of the last layer. */
    public get outputs(): GpuArray<"f32"> {
        return this._layers.outputs;
    }

    /** Records the outputs at the positions. */
    public dispatch(): void {
        this._encode.dispatchFor(this._encodeCount);
        this._layers.dispatch();
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
