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
import placesSource from "./occupancyPlaces.wgsl?raw";
import updateSource from "./occupancyUpdate.wgsl?raw";
import type { RadianceFieldOptions } from "./radianceFieldOptions";
import { MARCH_INCLUDES, RadianceDefines } from "./radianceKernels";

/** The optical depth of a step from which on a cell counts as occupied (Mueller et al. 2022). */
const MIN_DEPTH = 0.01;

/** After the warm-up a look goes to this share of the cells. */
const LOOK_SHARE = 1 / 4;
/** But it takes no more goes than this: without carving most of many cells are empty, and stay so. */
const MAX_GOES = 8;

/** Cells that are put in order between two chances for a pause: a few milliseconds. */
const VALUES_PER_CHUNK = 1 << 16;

/** Parameters of an {@link OccupancyTraining}. */
export interface OccupancyTrainingOptions {
    /** A cell keeps this share of its density at each update, unless more is found. */
    readonly decay: number;
    /** Seed of the places that are looked at. */
    readonly seed: number;
    /** Cells that are looked at in one go, a multiple of 8. */
    readonly points: number;
}

/**
 * Which cells of a radiance field's grid may hold something, kept up with the density while it is trained: every so often the density is looked at
 * at random places of some cells. Cells that are no candidates are empty for good.
 */
export class OccupancyTraining {
    /** Looks so far, and the candidate that the next one begins with. */
    public progress: { readonly looks: number; readonly next: number } = { looks: 0, next: 0 };

    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _seed: number,
        private readonly _decay: number,
        /** Cells that may become occupied. */
        public readonly candidateCount: number,
        /** Cells that are looked at in one go. */
        public readonly points: number,
        /** [resolution^3] density of each cell, at most a little more than the largest found there of late. */
        public readonly densities: GpuArray<"f32">,
        /** [points, 4] places that were looked at last, in the grid. */
        public readonly positions: GpuArray<"f32">,
        /** The density network at these places. */
        public readonly density: GridPass,
        private readonly _places: ComputeKernel,
        private readonly _update: ComputeKernel,
        private readonly _mean: ComputeKernel,
        private readonly _bits: ComputeKernel,
    ) {}

    /**
     * @param occupancy [resolution^3 / 32] bits, which {@link update} writes; at first all candidates become occupied
     * @param candidates cells that may become occupied, x fastest; null = all
     * @throws UltrametricError "input" where there are none
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
                "Radiance field: no cell can hold anything; every one lies outside of all views or is clear in one. " +
                    "Check the cameras and the box of the scene, or train without carving.",
            );
        }
        return await OwnedResources.BuildAsync(async (owned) => {
            const words = new Uint32Array(cellCount / 32);
            for (const cell of cells) {
                words[cell >> 5] |= 1 << (cell & 31);
            }
            occupancy.upload(words);
            const shuffle = Shuffle(cells, CreateRandom(PcgHash(seed ^ 0x6f636375)));
            await RunCoroutineAsync(shuffle, new Pacer("Ordering the cells to look at"));
            const list = owned.add(GpuArray.From(engine, "u32", cells, undefined, { label: "cells to look at" }));
            const densities = owned.add(new GpuArray(engine, "f32", [cellCount], { label: "densities of the cells" }));
            const positions = owned.add(new GpuArray(engine, "f32", [points, 4], { label: "places in the cells" }));
            const mean = owned.add(new GpuArray(engine, "f32", [1], { label: "mean density of the cells" }));
            const density = await owned.addAsync(GridPass.CreateAsync(engine, grid, densityMlp, positions));
            const defines = {
                ...RadianceDefines(options),
                POINTS: `${points}u`,
                CELLS: `${cellCount}u`,
                CANDIDATES: `${cells.length}u`,
                MIN_DEPTH: `${MIN_DEPTH}f`,
            };
            const places = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "occupancyPlaces",
                    source: placesSource,
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
                places,
                update,
                meanKernel,
                bits,
            );
        });
    }

    /** Records a look at all candidates, or at the next of them, at most a quarter, and the new occupancy. */
    public update(all: boolean): void {
        const some = Math.min(Math.ceil(this.candidateCount * LOOK_SHARE), MAX_GOES * this.points);
        const wanted = all ? this.candidateCount : some;
        // A cell that is looked at every few updates only loses as much at once.
        const looked = Math.ceil(wanted / this.points) * this.points;
        const decay = this._decay ** Math.max(1, this.candidateCount / looked);
        for (let done = 0; done < wanted; done += this.points) {
            const { looks, next } = this.progress;
            const first = next % this.candidateCount;
            this._places.setUniforms({ first, key: PcgHash(looks ^ PcgHash(this._seed)) });
            this._places.dispatchFor(this.points);
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

function* Shuffle(values: Uint32Array, random: () => number): Coroutine<void> {
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
