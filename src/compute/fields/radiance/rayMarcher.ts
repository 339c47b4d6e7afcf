import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { PrefixSum } from "../../gpu/prefixSum";
import { OwnedResources } from "../shared/ownedResources";
import countSource from "./marchCount.wgsl?raw";
import writeSource from "./marchWrite.wgsl?raw";
import type { RadianceFieldOptions } from "./radianceFieldOptions";
import { MARCH_INCLUDES, RAY_WORDS, RadianceDefines } from "./radianceKernels";

/** Rays and their samples, ray by ray. */
export interface RaySamples {
    /** Maximum number of rays. */
    readonly maxRays: number;
    /** Maximum number of samples. */
    readonly samples: number;
    /** [2] number of rays; the second word belongs to the training. */
    readonly rayCount: GpuArray<"u32">;
    /** [maxRays, 8] bits of the WGSL struct Ray. */
    readonly rays: GpuArray<"f32">;
    /** [maxRays + 1] number of samples of the rays before, whether they fit or not; the last is the sum. */
    readonly starts: GpuArray<"u32">;
    /** [maxRays, 2] first sample and number of samples of a ray; the first is 0xffffffff if they did not fit. */
    readonly spans: GpuArray<"u32">;
    /** [samples, 4] position in the grid, and length along the ray. */
    readonly positions: GpuArray<"f32">;
    /** [samples] ray of each sample. */
    readonly sampleRays: GpuArray<"u32">;
}

/**
 * Samples rays in occupied cells, ray by ray, with a capacity of `samples`. A ray whose samples do not all fit is
 * marked as dropped, as are the rays after it except shorter ones.
 */
export class RayMarcher implements RaySamples {
    private constructor(
        private readonly _owned: OwnedResources,
        public readonly maxRays: number,
        public readonly samples: number,
        public readonly rayCount: GpuArray<"u32">,
        public readonly rays: GpuArray<"f32">,
        public readonly starts: GpuArray<"u32">,
        public readonly spans: GpuArray<"u32">,
        public readonly positions: GpuArray<"f32">,
        public readonly sampleRays: GpuArray<"u32">,
        private readonly _count: ComputeKernel,
        private readonly _prefixSum: PrefixSum,
        private readonly _write: ComputeKernel,
    ) {}

    /**
     * @param occupancy [resolution^3 / 32] bits of the cells
     * @param samples a multiple of 8
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        options: RadianceFieldOptions,
        occupancy: GpuArray<"u32">,
        maxRays: number,
        samples: number,
    ): Promise<RayMarcher> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const rayCount = owned.add(new GpuArray(engine, "u32", [2], { label: "number of rays" }));
            const rays = owned.add(new GpuArray(engine, "f32", [maxRays, RAY_WORDS], { label: "rays" }));
            const starts = owned.add(new GpuArray(engine, "u32", [maxRays + 1], { label: "samples before a ray" }));
            const spans = owned.add(new GpuArray(engine, "u32", [maxRays, 2], { label: "samples of a ray" }));
            const positions = owned.add(new GpuArray(engine, "f32", [samples, 4], { label: "samples" }));
            const sampleRays = owned.add(new GpuArray(engine, "u32", [samples], { label: "rays of the samples" }));
            const defines = { ...RadianceDefines(options), RAYS: `${maxRays}u`, POINTS: `${samples}u` };
            const count = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "marchCount",
                    source: countSource,
                    arrays: { rayCount, rays, occupancy, starts },
                    includes: MARCH_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            const write = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "marchWrite",
                    source: writeSource,
                    arrays: { rays, occupancy, starts, spans, positions, sampleRays },
                    includes: MARCH_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            const prefixSum = await owned.addAsync(PrefixSum.CreateAsync(engine, maxRays + 1));
            return new RayMarcher(
                owned,
                maxRays,
                samples,
                rayCount,
                rays,
                starts,
                spans,
                positions,
                sampleRays,
                count,
                prefixSum,
                write,
            );
        });
    }

    /** Records the samples of the rays. */
    public dispatch(): void {
        this._count.dispatchFor(this.maxRays + 1);
        this._prefixSum.dispatch(this.starts);
        this._write.dispatchFor(this.maxRays);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
