import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { HashGridGradient } from "../shared/hashGridGradient";
import { MlpGradient } from "../shared/mlpGradient";
import { OwnedResources } from "../shared/ownedResources";
import compositeSource from "./compositeBackward.wgsl?raw";
import geometrySource from "./geometryGradients.wgsl?raw";
import { COLOR_OUTPUTS, RadianceDefines, SHADE_INCLUDES } from "./radianceKernels";
import type { RadianceNetworks, RadiancePass } from "./radiancePass";

/**
 * The gradients of a radiance field's parameters, from the gradients of the rays' results in `RadiancePass.results`.
 */
export class RadianceGradient {
    private constructor(
        private readonly _owned: OwnedResources,
        /** [samples] gradient of the log density from the compositing. */
        public readonly densityGradients: GpuArray<"f32">,
        /** [8, samples] gradient of the color network's outputs. */
        public readonly colorGradients: GpuArray<"f32">,
        public readonly color: MlpGradient,
        public readonly density: MlpGradient,
        public readonly grid: HashGridGradient,
        private readonly _composite: ComputeKernel,
        private readonly _compositeCount: number,
        private readonly _geometry: ComputeKernel,
    ) {}

    /** @param pass with room for a multiple of 32 samples */
    public static async CreateAsync(
        engine: WebGPUEngine,
        networks: RadianceNetworks,
        pass: RadiancePass,
    ): Promise<RadianceGradient> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const { options, grid, densityMlp, colorMlp } = networks;
            const { spans, positions, samples, maxRays } = pass.samples;
            const { weights, results } = pass;
            const defines = { ...RadianceDefines(options), RAYS: `${maxRays}u`, POINTS: `${samples}u` };
            const densityGradients = owned.add(
                new GpuArray(engine, "f32", [samples], { label: "gradients of the densities" }),
            );
            const colorGradients = owned.add(
                new GpuArray(engine, "f32", [COLOR_OUTPUTS, samples], { label: "gradients of the colors" }),
            );
            const composite = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "compositeBackward",
                    source: compositeSource,
                    arrays: {
                        spans,
                        positions,
                        geometry: pass.density.outputs,
                        colors: pass.color.outputs,
                        weights,
                        results,
                        densityGradients,
                        colorGradients,
                    },
                    includes: SHADE_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            const color = await owned.addAsync(
                MlpGradient.CreateAsync(engine, colorMlp, samples, pass.color.inputs, colorGradients),
            );
            const geometryGradients = owned.add(
                new GpuArray(engine, "f32", [options.geometryFeatures, samples], {
                    label: "gradients of the density network's outputs",
                }),
            );
            const geometry = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "geometryGradients",
                    source: geometrySource,
                    arrays: { colorInputGradients: color.inputGradients, densityGradients, geometryGradients },
                    defines,
                    workgroupSize: [64],
                }),
            );
            const density = await owned.addAsync(
                MlpGradient.CreateAsync(engine, densityMlp, samples, pass.density.inputs, geometryGradients),
            );
            const gridGradient = await owned.addAsync(
                HashGridGradient.CreateAsync(engine, grid, samples, positions, density.inputGradients),
            );
            return new RadianceGradient(
                owned,
                densityGradients,
                colorGradients,
                color,
                density,
                gridGradient,
                composite,
                maxRays,
                geometry,
            );
        });
    }

    /** Records the gradients. */
    public dispatch(): void {
        // The kernel does not write the samples that no ray uses.
        this.densityGradients.clear();
        this.colorGradients.clear();
        this._composite.dispatchFor(this._compositeCount);
        this.color.dispatch();
        this._geometry.dispatchFor(this.densityGradients.length);
        this.density.dispatch();
        this.grid.dispatch();
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
