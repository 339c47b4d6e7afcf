import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { UnitCube } from "../../bounds/unitCube";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GetMaxBufferBytes } from "../../gpu/deviceLimits";
import { GpuArray } from "../../gpu/gpuArray";
import { GridPass } from "../shared/gridPass";
import { OwnedResources } from "../shared/ownedResources";
import { TRAINING_INCLUDES } from "../shared/stepCounter";
import { MARCH_INCLUDES, RAY_TRAINING_INCLUDES, RadianceDefines } from "./radianceKernels";
import type { RadianceNetworks } from "./radiancePass";
import { RayMarcher } from "./rayMarcher";
import surfaceRaysSource from "./surfaceRays.wgsl?raw";
import slotsSource from "./volumeSlots.wgsl?raw";

/** Streams of random numbers, besides RANDOM_STREAMS. */
const VOLUME_STREAMS = { STREAM_JITTER: "9u", STREAM_SLOTS: "10u" } as const;

/** Capacity for samples of the radiance field, per ray on average. */
const SAMPLES_PER_RAY = 64;

/** A trained radiance field with its cube. */
export interface RadianceVolume extends RadianceNetworks {
    /** Maps the world to the unit cube of the field. */
    readonly cube: UnitCube;
}

/** Arrays that {@link RayVolume} reads and writes. */
export interface RayVolumeArrays {
    /** Bits of the WGSL struct TrainingState. */
    readonly state: GpuArray;
    /** [views, 3] camera positions, in `cube`. */
    readonly eyes: Float32Array<ArrayBuffer>;
    /** [rays, 4] points that the rays pass through, in `cube`. */
    readonly surface: GpuArray;
    /** [rays * slots, 4] receives the points along the rays, in `cube`, with their weights. */
    readonly slots: GpuArray;
}

/**
 * Points along rays with their weights by a trained radiance field: a fixed number of slots per ray, where empty ones
 * have weight 0. Gradients do not reach the weights.
 */
export class RayVolume {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Rays and their samples, in the cube of the radiance field. */
        public readonly marcher: RayMarcher,
        /** The density network at these samples. */
        public readonly density: GridPass,
        /** [rays] sums of the weights. */
        public readonly opacities: GpuArray<"f32">,
        private readonly _rays: ComputeKernel,
        private readonly _slots: ComputeKernel,
    ) {}

    /**
     * @param cube of the surface points and of the slots
     * @param slots points per ray
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        volume: RadianceVolume,
        cube: UnitCube,
        slots: number,
        arrays: RayVolumeArrays,
    ): Promise<RayVolume> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const { options, grid, densityMlp, occupancy } = volume;
            const count = arrays.surface.shape[0];
            const widest = Math.max(grid.width, 4, ...densityMlp.layers.map(({ outputs }) => outputs));
            const wanted = Math.max(SAMPLES_PER_RAY * count, options.maxSamplesPerRay);
            const room = Math.floor(Math.min(wanted + 7, GetMaxBufferBytes(engine) / (4 * widest)) / 8) * 8;
            const marcher = await owned.addAsync(RayMarcher.CreateAsync(engine, options, occupancy, count, room));
            marcher.rayCount.upload(Uint32Array.of(count, 0));
            const density = await owned.addAsync(GridPass.CreateAsync(engine, grid, densityMlp, marcher.positions));
            const opacities = owned.add(new GpuArray(engine, "f32", [count], { label: "opacities" }));
            const eyes = owned.add(
                GpuArray.From(engine, "f32", arrays.eyes, [arrays.eyes.length / 3, 3], { label: "eyes of the views" }),
            );
            const defines = {
                ...RadianceDefines(options),
                ...VOLUME_STREAMS,
                ...cubeDefines(cube, volume.cube),
                RAYS: `${count}u`,
                POINTS: `${room}u`,
                SLOTS: `${slots}u`,
            };
            const rays = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "surfaceRays",
                    source: surfaceRaysSource,
                    arrays: { state: arrays.state, eyes, surface: arrays.surface, rays: marcher.rays },
                    includes: RAY_TRAINING_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            const slotKernel = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "volumeSlots",
                    source: slotsSource,
                    arrays: {
                        state: arrays.state,
                        rays: marcher.rays,
                        spans: marcher.spans,
                        positions: marcher.positions,
                        geometry: density.outputs,
                        surface: arrays.surface,
                        slots: arrays.slots,
                        opacities,
                    },
                    includes: [...TRAINING_INCLUDES, ...MARCH_INCLUDES],
                    defines,
                    workgroupSize: [64],
                }),
            );
            return new RayVolume(owned, marcher, density, opacities, rays, slotKernel);
        });
    }

    /** Records the points of the current step. */
    public dispatch(): void {
        this._rays.dispatchFor(this.marcher.maxRays);
        this.marcher.dispatch();
        this.density.dispatch();
        this._slots.dispatchFor(this.marcher.maxRays);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}

/** Returns the WGSL constants that map positions from one cube to another: position * CUBE_SCALE + CUBE_OFFSET. */
function cubeDefines(from: UnitCube, to: UnitCube): Record<string, string> {
    const unit = to.toWorldLength(1);
    const offsets = [0, 1, 2].map((axis) => (from.toWorldPosition(0, axis) - to.toWorldPosition(0, axis)) / unit);
    return { CUBE_SCALE: `${from.toWorldLength(1) / unit}f`, CUBE_OFFSET: `vec3f(${offsets.join(", ")})` };
}
