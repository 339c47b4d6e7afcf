import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { GridPass } from "../shared/gridPass";
import type { HashGrid } from "../shared/hashGrid";
import type { Mlp } from "../shared/mlp";
import { MlpPass } from "../shared/mlpPass";
import { OwnedResources } from "../shared/ownedResources";
import colorInputsSource from "./colorInputs.wgsl?raw";
import compositeSource from "./compositeForward.wgsl?raw";
import type { RadianceFieldOptions } from "./radianceFieldOptions";
import { DIRECTION_INPUTS, RAY_INCLUDES, RadianceDefines, RESULT_WORDS, SHADE_INCLUDES } from "./radianceKernels";
import { RayMarcher, type RaySamples } from "./rayMarcher";
import { type NetworkValues, SampleCuller } from "./sampleCuller";

/** The hash grid, the networks and the occupancy grid of a radiance field. */
export interface RadianceNetworks {
    readonly options: RadianceFieldOptions;
    readonly grid: HashGrid;
    readonly densityMlp: Mlp;
    readonly colorMlp: Mlp;
    /** [resolution^3 / 32] bits of the occupied cells. */
    readonly occupancy: GpuArray<"u32">;
}

/** The rendering of rays through a radiance field; keeps all intermediate values for the gradient. */
export class RadiancePass {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Rays and all their samples. The caller writes `rayCount` and `rays` before {@link dispatch}. */
        public readonly marcher: RayMarcher,
        /** The composited samples: all, or those in front of opaque surfaces. */
        public readonly samples: RaySamples,
        /** The density network at these samples: log density and geometry features. */
        public readonly density: NetworkValues,
        /** The color network, from directions and geometry features to colors. */
        public readonly color: MlpPass,
        /** [samples] weight of each sample in its ray; valid for samples in the span of a ray. */
        public readonly weights: GpuArray<"f32">,
        /** [maxRays, 16] bits of the WGSL struct RayResult. */
        public readonly results: GpuArray<"f32">,
        private readonly _density: GridPass,
        private readonly _culler: SampleCuller | null,
        private readonly _colorInputs: ComputeKernel,
        private readonly _composite: ComputeKernel,
    ) {}

    /**
     * @param samples capacity for composited samples, a multiple of 8
     * @param scouts capacity for all samples if those behind opaque surfaces are culled, a multiple of 8; 0 = no
     * culling
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        networks: RadianceNetworks,
        maxRays: number,
        samples: number,
        scouts = 0,
    ): Promise<RadiancePass> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const { options, grid, densityMlp, colorMlp, occupancy } = networks;
            const defines = { ...RadianceDefines(options), RAYS: `${maxRays}u`, POINTS: `${samples}u` };
            const marcher = await owned.addAsync(
                RayMarcher.CreateAsync(engine, options, occupancy, maxRays, scouts || samples),
            );
            const network = await owned.addAsync(GridPass.CreateAsync(engine, grid, densityMlp, marcher.positions));
            const culler =
                scouts > 0
                    ? await owned.addAsync(SampleCuller.CreateAsync(engine, options, marcher, network, samples))
                    : null;
            const kept: RaySamples = culler?.kept ?? marcher;
            const density: NetworkValues = culler?.density ?? network;
            const { rays, spans, positions, sampleRays } = kept;
            const inputs = owned.add(
                new GpuArray(engine, "f32", [DIRECTION_INPUTS + options.geometryFeatures, samples], {
                    label: "inputs of the color network",
                }),
            );
            const colorInputs = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "colorInputs",
                    source: colorInputsSource,
                    arrays: { rays, sampleRays, geometry: density.outputs, inputs },
                    includes: RAY_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            const color = await owned.addAsync(MlpPass.CreateAsync(engine, colorMlp, inputs));
            const weights = owned.add(new GpuArray(engine, "f32", [samples], { label: "weights of the samples" }));
            const results = owned.add(
                new GpuArray(engine, "f32", [maxRays, RESULT_WORDS], { label: "results of the rays" }),
            );
            const composite = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "compositeForward",
                    source: compositeSource,
                    arrays: { spans, positions, geometry: density.outputs, colors: color.outputs, weights, results },
                    includes: SHADE_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            return new RadiancePass(
                owned,
                marcher,
                kept,
                density,
                color,
                weights,
                results,
                network,
                culler,
                colorInputs,
                composite,
            );
        });
    }

    /**
     * Records the results of the rays.
     * @param color whether to compute colors; otherwise those of the rays are undefined
     */
    public dispatch(color = true): void {
        this.marcher.dispatch();
        this._density.dispatch();
        this._culler?.dispatch();
        if (color) {
            this._colorInputs.dispatchFor(this.samples.samples);
            this.color.dispatch();
        }
        this._composite.dispatchFor(this.marcher.maxRays);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
