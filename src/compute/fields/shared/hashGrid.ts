import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { PcgHash } from "../../base/random";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { CheckGpuAsync } from "../../gpu/gpuErrors";
import hashGridSource from "./hashGrid.include.wgsl?raw";
import forwardSource from "./hashGridForward.wgsl?raw";
import randomNumbersSource from "./hashGridRandom.wgsl?raw";
import randomSource from "./random.include.wgsl?raw";

/** Entries of a block. Levels start at multiples of it, so that each block belongs to one level. */
export const GRID_BLOCK = 64;

/** The shape of a hash grid. */
export interface HashGridOptions {
    /** Number of levels. */
    levels: number;
    /** Values at each vertex: 2 or 4. */
    featuresPerLevel: number;
    /** Logarithm of the maximum number of entries of a level; levels with more vertices are hashed. */
    tableSizeLog2: number;
    /** Cells along an edge of the grid on the coarsest level. */
    baseResolution: number;
    /** Cells along an edge of the grid on the finest level. */
    finestResolution: number;
}

/** A level of a hash grid, as in hashGrid.include.wgsl. */
export interface HashGridLevel {
    /** Cells along an edge of the unit cube. */
    readonly resolution: number;
    /** Index of its first entry in the table, a multiple of {@link GRID_BLOCK}. */
    readonly start: number;
    /** Number of entries: that of the vertices if dense, a power of 2 if hashed. */
    readonly entries: number;
    readonly isDense: boolean;
}

/** Creates the levels. Their resolutions grow geometrically; a level is dense if its vertices fit the table. */
export function CreateHashGridLevels(options: HashGridOptions): HashGridLevel[] {
    const { levels, tableSizeLog2, baseResolution, finestResolution } = options;
    const growth = levels > 1 ? (finestResolution / baseResolution) ** (1 / (levels - 1)) : 1;
    const tableSize = 2 ** tableSizeLog2;
    let start = 0;
    return Array.from({ length: levels }, (_, level) => {
        const resolution = Math.floor(baseResolution * growth ** level + 1e-6);
        const vertices = (resolution + 1) ** 3;
        const isDense = vertices <= tableSize;
        const entries = isDense ? vertices : tableSize;
        const gridLevel = { resolution, start, entries, isDense };
        start += Math.ceil(entries / GRID_BLOCK) * GRID_BLOCK;
        return gridLevel;
    });
}

/** Returns the width of the encoding: levels times features, padded to a multiple of 8 for the next layer. */
export function HashGridWidth(options: HashGridOptions): number {
    return Math.ceil((options.levels * options.featuresPerLevel) / 8) * 8;
}

/**
 * A multi-resolution hash grid (Mueller et al. 2022) over the unit cube: maps a position to `levels * featuresPerLevel`
 * values, interpolated trilinearly on every level.
 */
export class HashGrid {
    /** [entries, featuresPerLevel] values at the vertices, level after level. */
    public readonly table: GpuArray<"f32">;
    /** [levels, 4] bits of the WGSL struct GridLevel. */
    public readonly levelTable: GpuArray<"u32">;
    /** [entries / GRID_BLOCK] level of each block of entries. */
    public readonly levelOfBlock: GpuArray<"u32">;
    public readonly levels: readonly HashGridLevel[];
    /** Columns of the encoding, a multiple of 8; those from `levels * featuresPerLevel` on stay zero. */
    public readonly width: number;
    /** WGSL includes of the kernels that use the grid. */
    public readonly includes: readonly string[];
    /** WGSL constants of the kernels that use the grid. */
    public readonly defines: Readonly<Record<string, string | number>>;

    /** Creates a grid of zeros. */
    public constructor(
        private readonly _engine: WebGPUEngine,
        public readonly options: HashGridOptions,
    ) {
        this.levels = CreateHashGridLevels(options);
        this.width = HashGridWidth(options);
        const last = this.levels[this.levels.length - 1];
        const blocks = Math.ceil((last.start + last.entries) / GRID_BLOCK);
        this.table = new GpuArray(_engine, "f32", [blocks * GRID_BLOCK, options.featuresPerLevel], {
            label: "hash grid",
        });
        const rows = this.levels.flatMap(({ resolution, start, entries, isDense }) => [
            resolution,
            start,
            entries,
            isDense ? 1 : 0,
        ]);
        this.levelTable = GpuArray.From(_engine, "u32", Uint32Array.from(rows), [this.levels.length, 4], {
            label: "hash grid levels",
        });
        const levelOfBlock = new Uint32Array(blocks);
        this.levels.forEach(({ start }, level) => {
            levelOfBlock.fill(level, start / GRID_BLOCK);
        });
        this.levelOfBlock = GpuArray.From(_engine, "u32", levelOfBlock, [blocks], { label: "hash grid blocks" });
        const { featuresPerLevel } = options;
        this.includes = [
            `alias GridFeature = vec${featuresPerLevel}f;\nalias GridFixed = vec${featuresPerLevel}i;`,
            hashGridSource,
        ];
        this.defines = { LEVELS: options.levels, FEATURES: options.featuresPerLevel };
    }

    /**
     * Sets the values to random numbers, uniform in -0.01..0.01: the first ones of CreateRandom, computed on the GPU
     * because there may be millions.
     */
    public async randomizeAsync(seed: number): Promise<void> {
        const kernel = await ComputeKernel.CreateAsync(this._engine, {
            name: "hashGridRandom",
            source: randomNumbersSource,
            bindings: ["table"],
            uniforms: [
                { name: "count", type: "u32" },
                { name: "start", type: "u32" },
            ],
            includes: [randomSource],
        });
        const count = this.table.length;
        kernel
            .bindAll({ table: this.table })
            .setUniforms({ count, start: PcgHash(seed) })
            .dispatchFor(count);
        await CheckGpuAsync(this._engine, "Initializing a hash grid");
        kernel.dispose();
    }

    /**
     * Creates the kernel that interpolates the grid. Bind `positions` [points, 4] (unit cube, the fourth number is
     * unused) and `encoding` [width, points], and dispatch it for `points * levels` invocations.
     */
    public async createForwardAsync(points: number): Promise<ComputeKernel> {
        const kernel = await ComputeKernel.CreateAsync(this._engine, {
            name: "hashGridForward",
            source: forwardSource,
            bindings: ["positions", "levels", "table", "encoding"],
            includes: this.includes,
            defines: { ...this.defines, POINTS: points },
            workgroupSize: [64],
        });
        return kernel.bindAll({ levels: this.levelTable, table: this.table });
    }

    public dispose(): void {
        this.table.dispose();
        this.levelTable.dispose();
        this.levelOfBlock.dispose();
    }
}
