import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { PcgHash } from "../../base/random";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { CheckGpuAsync } from "../../gpu/gpuErrors";
import hashGridSource from "./hashGrid.include.wgsl?raw";
import forwardSource from "./hashGridForward.wgsl?raw";
import randomNumbersSource from "./hashGridRandom.wgsl?raw";
import randomSource from "./random.include.wgsl?raw";

/** Levels start at multiples of this many entries, so that a table of blocks tells an entry's level. */
export const GRID_BLOCK = 64;

/** The shape of a hash grid, see FeatureFieldOptions. */
export interface HashGridOptions {
    readonly levels: number;
    /** 2 or 4. */
    readonly featuresPerLevel: number;
    readonly tableSizeLog2: number;
    readonly baseResolution: number;
    readonly finestResolution: number;
}

/** One level of a hash grid, as in hashGrid.wgsl. */
export interface HashGridLevel {
    /** Cells along an edge of the unit cube. */
    readonly resolution: number;
    /** Its first entry in the table, a multiple of {@link GRID_BLOCK}. */
    readonly start: number;
    /** Its number of entries: its vertices where dense, a power of 2 where hashed. */
    readonly entries: number;
    readonly isDense: boolean;
}

/** The levels' resolutions grow geometrically; a level is dense where its vertices are no more than the table's entries. */
export function LayOutHashGrid(options: HashGridOptions): HashGridLevel[] {
    const { levels, tableSizeLog2, baseResolution, finestResolution } = options;
    const growth = levels > 1 ? (finestResolution / baseResolution) ** (1 / (levels - 1)) : 1;
    const tableSize = 2 ** tableSizeLog2;
    let start = 0;
    return Array.from({ length: levels }, (_, level) => {
        const resolution = Math.floor(baseResolution * growth ** level + 1e-6);
        const vertices = (resolution + 1) ** 3;
        const isDense = vertices <= tableSize;
        const entries = isDense ? vertices : tableSize;
        const laidOut = { resolution, start, entries, isDense };
        start += Math.ceil(entries / GRID_BLOCK) * GRID_BLOCK;
        return laidOut;
    });
}

/** Columns of a hash grid's encoding: levels times features, padded with zero columns to a multiple of 8 for the layer behind. */
export function HashGridWidth(options: HashGridOptions): number {
    return Math.ceil((options.levels * options.featuresPerLevel) / 8) * 8;
}

/**
 * A multi-resolution hash grid (Mueller et al. 2022) over the unit cube: positions -> `levels * featuresPerLevel` numbers, interpolated
 * trilinearly on every level.
 */
export class HashGrid {
    /** [entries, featuresPerLevel] the numbers at the vertices, level after level. */
    public readonly table: GpuArray<"f32">;
    /** [levels, 4] the levels for the kernels. */
    public readonly levelTable: GpuArray<"u32">;
    /** [entries / GRID_BLOCK] the level that a block of entries belongs to. */
    public readonly levelOfBlock: GpuArray<"u32">;
    public readonly levels: readonly HashGridLevel[];
    /** Columns of the encoding, a multiple of 8; those past `levels * featuresPerLevel` stay as they are, zeros. */
    public readonly width: number;
    /** Shared WGSL of the kernels that work on the grid. */
    public readonly includes: readonly string[];
    /** Constants of the kernels that work on the grid. */
    public readonly defines: Readonly<Record<string, string | number>>;

    /** The numbers start as zeros. */
    public constructor(
        private readonly _engine: WebGPUEngine,
        public readonly options: HashGridOptions,
    ) {
        this.levels = LayOutHashGrid(options);
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

    /** Small random numbers, uniform in -0.01..0.01: the first that CreateRandom draws, made on the GPU, as there may be millions. */
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
        await CheckGpuAsync(this._engine, "Drawing a hash grid's first numbers");
        kernel.dispose();
    }

    /**
     * The kernel that interpolates the grid: bind `positions` [points, 4] (unit cube, the fourth unused) and `encoding` [width, points] and
     * dispatch it for `points * levels` invocations.
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
