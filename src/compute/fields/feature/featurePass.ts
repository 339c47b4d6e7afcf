import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { GridPass } from "../shared/gridPass";
import type { HashGrid } from "../shared/hashGrid";
import type { Mlp } from "../shared/mlp";
import { OwnedResources } from "../shared/ownedResources";
import normalizeSource from "./normalizeFeatures.wgsl?raw";

/** The evaluation of a feature field at `points` positions; keeps all intermediate values for the gradient. */
export class FeaturePass {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Number of points. */
        public readonly points: number,
        /** [points, 4] unit cube; the fourth number is unused. Written by the caller before {@link dispatch}. */
        public readonly positions: GpuArray<"f32">,
        /** [points, dimensions] unit features. */
        public readonly features: GpuArray<"f32">,
        /** [points] 1 / length of the network's outputs. */
        public readonly inverseNorms: GpuArray<"f32">,
        private readonly _network: GridPass,
        private readonly _normalize: ComputeKernel,
    ) {}

    /** @param points a multiple of 8 */
    public static async CreateAsync(
        engine: WebGPUEngine,
        grid: HashGrid,
        mlp: Mlp,
        points: number,
    ): Promise<FeaturePass> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const array = (label: string, shape: readonly number[]): GpuArray<"f32"> =>
                owned.add(new GpuArray(engine, "f32", shape, { label }));
            const positions = array("positions", [points, 4]);
            const network = await owned.addAsync(GridPass.CreateAsync(engine, grid, mlp, positions));
            const dimensions = network.outputs.shape[0];
            const features = array("features", [points, dimensions]);
            const inverseNorms = array("inverse norms", [points]);
            const normalize = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "normalizeFeatures",
                    source: normalizeSource,
                    arrays: { outputs: network.outputs, features, inverseNorms },
                    defines: { DIMS: dimensions, POINTS: points },
                    workgroupSize: [64],
                }),
            );
            return new FeaturePass(owned, points, positions, features, inverseNorms, network, normalize);
        });
    }

    /** The inputs of every layer, [inputs, points]. */
    public get inputs(): readonly GpuArray<"f32">[] {
        return this._network.inputs;
    }

    /** Records the features at the positions. */
    public dispatch(): void {
        this._network.dispatch();
        this._normalize.dispatchFor(this.points);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
