import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { PrefixSum } from "../../gpu/prefixSum";
import { type KernelDispatch, RecordAll } from "../shared/kernelDispatch";
import { OwnedResources } from "../shared/ownedResources";
import countSource from "./cullCount.wgsl?raw";
import writeSource from "./cullWrite.wgsl?raw";
import gatherSource from "./gatherColumns.wgsl?raw";
import type { RadianceFieldOptions } from "./radianceFieldOptions";
import { MARCH_INCLUDES, RadianceDefines } from "./radianceKernels";
import type { RaySamples } from "./rayMarcher";

/** The values of a network at a number of points. */
export interface NetworkValues {
    /** The inputs of every layer, [inputs, points]. */
    readonly inputs: readonly GpuArray<"f32">[];
    /** [outputs, points] of the last layer. */
    readonly outputs: GpuArray<"f32">;
}

/**
 * Culls the samples behind opaque surfaces, about half of them, once their densities are known. Compacts the values of
 * the kept samples, so that colors and gradients are computed for these only.
 */
export class SampleCuller {
    private constructor(
        private readonly _owned: OwnedResources,
        /** The kept samples. */
        public readonly kept: RaySamples,
        /** The density network at the kept samples. */
        public readonly density: NetworkValues,
        private readonly _count: ComputeKernel,
        private readonly _prefixSum: PrefixSum,
        private readonly _write: ComputeKernel,
        private readonly _gathers: readonly KernelDispatch[],
    ) {}

    /**
     * @param all samples to cull
     * @param density the density network at all samples
     * @param samples capacity for kept samples, a multiple of 8
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        options: RadianceFieldOptions,
        all: RaySamples,
        density: NetworkValues,
        samples: number,
    ): Promise<SampleCuller> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const { maxRays, rayCount, rays } = all;
            const starts = owned.add(
                new GpuArray(engine, "u32", [maxRays + 1], { label: "kept samples before a ray" }),
            );
            const spans = owned.add(new GpuArray(engine, "u32", [maxRays, 2], { label: "kept samples of a ray" }));
            const positions = owned.add(new GpuArray(engine, "f32", [samples, 4], { label: "kept samples" }));
            const sampleRays = owned.add(new GpuArray(engine, "u32", [samples], { label: "rays of kept samples" }));
            const sources = owned.add(new GpuArray(engine, "u32", [samples], { label: "sources of kept samples" }));
            const defines = {
                ...RadianceDefines(options),
                RAYS: `${maxRays}u`,
                POINTS: `${all.samples}u`,
                KEPT: `${samples}u`,
            };
            const count = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "cullCount",
                    source: countSource,
                    arrays: { spans: all.spans, positions: all.positions, geometry: density.outputs, starts },
                    includes: MARCH_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            const write = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "cullWrite",
                    source: writeSource,
                    arrays: {
                        spans: all.spans,
                        positions: all.positions,
                        starts,
                        keptSpans: spans,
                        keptPositions: positions,
                        keptRays: sampleRays,
                        sources,
                    },
                    includes: MARCH_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            const prefixSum = await owned.addAsync(PrefixSum.CreateAsync(engine, maxRays + 1));
            const gathers: KernelDispatch[] = [];
            const gatherAsync = async (values: GpuArray<"f32">): Promise<GpuArray<"f32">> => {
                const columns = values.shape[0];
                const label = `kept ${values.label}`;
                const kept = owned.add(new GpuArray(engine, "f32", [columns, samples], { label }));
                const kernel = await owned.addAsync(
                    ComputeKernel.CreateBoundAsync(engine, {
                        name: `gatherColumns ${columns}`,
                        source: gatherSource,
                        arrays: { sources, values, kept },
                        defines: { COLUMNS: `${columns}u`, POINTS: `${all.samples}u`, KEPT: `${samples}u` },
                        workgroupSize: [64],
                    }),
                );
                gathers.push({ kernel, count: (columns * samples) / 4 });
                return kept;
            };
            const inputs: GpuArray<"f32">[] = [];
            for (const values of density.inputs) {
                inputs.push(await gatherAsync(values));
            }
            const outputs = await gatherAsync(density.outputs);
            const kept: RaySamples = { maxRays, samples, rayCount, rays, starts, spans, positions, sampleRays };
            return new SampleCuller(owned, kept, { inputs, outputs }, count, prefixSum, write, gathers);
        });
    }

    /** Records the kept samples. */
    public dispatch(): void {
        const { maxRays, starts } = this.kept;
        this._count.dispatchFor(maxRays + 1);
        this._prefixSum.dispatch(starts);
        this._write.dispatchFor(maxRays);
        RecordAll(this._gathers);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
