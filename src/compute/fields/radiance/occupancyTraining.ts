import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { type Coroutine, RunCoroutineAsync } from "../../base/coroutine";
import { Pacer } from "../../base/pacer";
import { CreateRandom, PcgHash } from "../../base/random";
import { UltrametricError } from "../../base/ultrametricError";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { GridPass } from "../shared/gridPass";
import type { HashGrid } from "../shared/hashGrid";
import type { Mlp } from "../shared/mlp";
import { OwnedResources } from "../shared/ownedResources";
import randomSource from "../shared/random.include.wgsl?raw";
import bitsSource from "./occupancyBits.wgsl?raw";
import meanSource from "./occupancyMean.wgsl?raw";
import pointsSource from "./occupancyPoints.wgsl?raw";
import updateSource from "./occupancyUpdate.wgsl?raw";
import type { RadianceFieldOptions } from "./radianceFieldOptions";
import { MARCH_INCLUDES, RadianceDefines } from "./radianceKernels";

/** Minimum optical depth of a step in an occupied cell (Mueller et al. 2022). */
const MIN_DEPTH = 0.01;

/** Share of the cells that an update samples after the warm-up. */
const UPDATE_SHARE = 1 / 4;
/** Maximum number of passes of such an update: without carving, most of the cells are empty and stay so. */
const MAX_PASSES = 8;

/** Cells that one time slice shuffles. */
const VALUES_PER_CHUNK = 1 << 16;

/** Options of an {@link OccupancyTraining}. */
export interface OccupancyTrainingOptions {
    /** Share of its density that a cell keeps at each update, unless a larger density is found. */
    readonly decay: number;
    /** Seed of the sampled points. */
    readonly seed: number;
    /** Cells per pass, a multiple of 8. */
    readonly points: number;
}

/**
 * The training of the occupancy grid of a radiance field. Updates sample the density at random points in some of the
 * cells, and mark the dense cells as occupied. Cells that are not candidates stay empty.
 */
export class OccupancyTraining {
    /** Number of passes so far, and index of the first candidate of the next pass. */
    public progress: { readonly looks: number; readonly next: number } = { looks: 0, next: 0 };

    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _seed: number,
        private readonly _decay: number,
        /** Number of cells that may become occupied. */
        public readonly candidateCount: number,
        /** Cells per pass. */
        public readonly points: number,
        /** [resolution^3] density of each cell: the largest one found recently, with decay. */
        public readonly densities: GpuArray<"f32">,
        /** [points, 4] sampled points of the last pass, in the grid. */
        public readonly positions: GpuArray<"f32">,
        /** The density network at these points. */
        public readonly density: GridPass,
        private readonly _drawPoints: ComputeKernel,
        private readonly _update: ComputeKernel,
        private readonly _mean: ComputeKernel,
        private readonly _bits: ComputeKernel,
    ) {}

    /**
     * @param occupancy [resolution^3 / 32] bits, which {@link update} writes; all candidates are occupied at first
     * @param candidates cells that may become occupied, x fastest; null = all
     * @throws UltrametricError "input" if there are none
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        options: RadianceFieldOptions,
        grid: HashGrid,
        densityMlp: Mlp,
        occupancy: GpuArray<"u32">,
        candidates: Uint32Array | null,
        { decay, seed, points }: OccupancyTrainingOptions,
    ): Promise<OccupancyTraining> {
        const cellCount = options.occupancyResolution ** 3;
        const cells = candidates ? candidates.slice() : new Uint32Array(cellCount).map((_, i) => i);
        if (cells.length === 0) {
            throw new UltrametricError(
                "input",
                "Radiance field: no cell can be occupied, " +
                    "because every one is outside of all views or transparent in one. " +
                    "Check the cameras and the bounds of the scene, or train without carving.",
            );
        }
        return await OwnedResources.BuildAsync(async (owned) => {
            const words = new Uint32Array(cellCount / 32);
            for (const cell of cells) {
                words[cell >> 5] |= 1 << (cell & 31);
            }
            occupancy.upload(words);
            const shuffle = shuffleCoroutine(cells, CreateRandom(PcgHash(seed ^ 0x6f636375)));
            await RunCoroutineAsync(shuffle, new Pacer("Shuffling the cells"));
            const list = owned.add(GpuArray.From(engine, "u32", cells, undefined, { label: "candidate cells" }));
            const densities = owned.add(new GpuArray(engine, "f32", [cellCount], { label: "densities of the cells" }));
            const positions = owned.add(new GpuArray(engine, "f32", [points, 4], { label: "points in the cells" }));
            const mean = owned.add(new GpuArray(engine, "f32", [1], { label: "mean density of the cells" }));
            const density = await owned.addAsync(GridPass.CreateAsync(engine, grid, densityMlp, positions));
            const defines = {
                ...RadianceDefines(options),
                POINTS: `${points}u`,
                CELLS: `${cellCount}u`,
                CANDIDATES: `${cells.length}u`,
                MIN_DEPTH: `${MIN_DEPTH}f`,
            };
            const drawPoints = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "occupancyPoints",
                    source: pointsSource,
                    arrays: { candidates: list, positions },
                    includes: [randomSource],
                    uniforms: [
                        { name: "first", type: "u32" },
                        { name: "key", type: "u32" },
                    ],
                    defines,
                    workgroupSize: [64],
                }),
            );
            const update = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "occupancyUpdate",
                    source: updateSource,
                    arrays: { candidates: list, geometry: density.outputs, densities },
                    includes: MARCH_INCLUDES,
                    uniforms: [
                        { name: "first", type: "u32" },
                        { name: "decay", type: "f32" },
                    ],
                    defines,
                    workgroupSize: [64],
                }),
            );
            const meanKernel = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "occupancyMean",
                    source: meanSource,
                    arrays: { densities, mean },
                    defines,
                }),
            );
            const bits = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "occupancyBits",
                    source: bitsSource,
                    arrays: { densities, mean, occupancy },
                    includes: MARCH_INCLUDES,
                    defines,
                    workgroupSize: [64],
                }),
            );
            return new OccupancyTraining(
                owned,
                seed,
                decay,
                cells.length,
                points,
                densities,
                positions,
                density,
                drawPoints,
                update,
                meanKernel,
                bits,
            );
        });
    }

    /**
     * Records an update of the occupancy.
     * @param all whether to sample all candidates, or the next ones, at most a quarter
     */
    public update(all: boolean): void {
        const some = Math.min(Math.ceil(this.candidateCount * UPDATE_SHARE), MAX_PASSES * this.points);
        const count = all ? this.candidateCount : some;
        // A cell that is sampled only at every few updates decays by as many steps at once.
        const sampled = Math.ceil(count / this.points) * this.points;
        const decay = this._decay ** Math.max(1, this.candidateCount / sampled);
        for (let done = 0; done < count; done += this.points) {
            const { looks, next } = this.progress;
            const first = next % this.candidateCount;
            this._drawPoints.setUniforms({ first, key: PcgHash(looks ^ PcgHash(this._seed)) });
            this._drawPoints.dispatchFor(this.points);
            this.density.dispatch();
            this._update.setUniforms({ first, decay });
            this._update.dispatchFor(this.points);
            this.progress = {
                looks: looks + 1,
                next: (first + Math.min(this.points, this.candidateCount)) % this.candidateCount,
            };
        }
        this._mean.dispatch(1);
        this._bits.dispatchFor(this.densities.length / 32);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}

/** Shuffles in place, in time slices (Fisher & Yates). */
function* shuffleCoroutine(values: Uint32Array, random: () => number): Coroutine<void> {
    for (let i = values.length - 1; i > 0; i--) {
        if (i % VALUES_PER_CHUNK === 0) {
            yield;
        }
        const j = Math.floor(random() * (i + 1));
        const value = values[i];
        values[i] = values[j];
        values[j] = value;
    }
}
