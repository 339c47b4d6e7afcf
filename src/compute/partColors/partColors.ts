import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../base/ultrametricError";
import { ComputeKernel } from "../gpu/computeKernel";
import { GpuArray } from "../gpu/gpuArray";
import type { Dendrogram } from "../hierarchy/cut/dendrogram";
import { type LeafColors, PackColors, type PartColorSettings } from "./leafColors";
import partColorsSource from "./partColors.wgsl?raw";
import partStartsTilesSource from "./partStartsTiles.wgsl?raw";
import partStartsTotalsSource from "./partStartsTotals.wgsl?raw";

const WORKGROUP_SIZE = 256;
/** Order indices that one invocation scans sequentially. */
const ITEMS = 16;
const TILE = WORKGROUP_SIZE * ITEMS;

/**
 * A cut of a dendrogram that colors the leaves on the GPU. A part has the color of its first order index; so if a part
 * splits in two, the first keeps the color. Three dispatches, O(n), without a read back.
 */
export class PartColors implements LeafColors {
    /** [n] color of each leaf, sRGB bytes packed with red lowest; also a vertex buffer. */
    public readonly colors: GpuArray<"u32">;
    /** [n] original color of each leaf, packed like {@link colors}. */
    public readonly originalColors: GpuArray<"u32">;

    private readonly _order: GpuArray<"u32">;
    private readonly _ranks: GpuArray<"u32">;
    private readonly _partStartColors: GpuArray<"u32">;
    private readonly _overrides: GpuArray<"u32">;
    private readonly _starts: GpuArray<"u32">;
    private readonly _tileStarts: GpuArray<"u32">;
    private readonly _tileCount: number;

    private constructor(
        engine: WebGPUEngine,
        /** Number of leaves. */
        public readonly leafCount: number,
        private readonly _tiles: ComputeKernel,
        private readonly _totals: ComputeKernel,
        private readonly _colorize: ComputeKernel,
    ) {
        const create = (length: number, label: string, vertex = false): GpuArray<"u32"> =>
            new GpuArray(engine, "u32", [length], { label, vertex });
        this._tileCount = Math.ceil(leafCount / TILE);
        this.colors = create(leafCount, "leaf colors", true);
        this._order = create(leafCount, "leaf order");
        this._ranks = create(leafCount, "gap ranks");
        this._partStartColors = create(leafCount, "part start colors");
        this.originalColors = create(leafCount, "original colors");
        this._overrides = create(leafCount, "leaf overrides");
        this._starts = create(leafCount, "part starts");
        this._tileStarts = create(this._tileCount, "part starts of tiles");
        const { _starts: starts, _tileStarts: tileStarts } = this;
        _tiles.bindAll({ ranks: this._ranks, starts, tileStarts });
        _totals.bindAll({ tileStarts });
        _colorize.bindAll({
            starts,
            tileStarts,
            order: this._order,
            partStartColors: this._partStartColors,
            originalColors: this.originalColors,
            overrides: this._overrides,
            colors: this.colors,
        });
    }

    /**
     * @param leafCount number of leaves
     * @throws UltrametricError "limits" | "deviceLost" | "disposed" | "unsupported"
     */
    public static async CreateAsync(engine: WebGPUEngine, leafCount: number): Promise<PartColors> {
        const defines = { ITEMS: `${ITEMS}u`, TILE: `${TILE}u` };
        const workgroupSize: [number] = [WORKGROUP_SIZE];
        const [tiles, totals, colorize] = await Promise.all([
            ComputeKernel.CreateAsync(engine, {
                name: "partStartsTiles",
                source: partStartsTilesSource,
                bindings: ["ranks", "starts", "tileStarts"],
                uniforms: [
                    { name: "count", type: "u32" },
                    { name: "tileCount", type: "u32" },
                    { name: "cutRank", type: "u32" },
                ],
                defines,
                workgroupSize,
            }),
            ComputeKernel.CreateAsync(engine, {
                name: "partStartsTotals",
                source: partStartsTotalsSource,
                bindings: ["tileStarts"],
                uniforms: [{ name: "tileCount", type: "u32" }],
                workgroupSize,
            }),
            ComputeKernel.CreateAsync(engine, {
                name: "partColors",
                source: partColorsSource,
                bindings: ["starts", "tileStarts", "order", "partStartColors", "originalColors", "overrides", "colors"],
                uniforms: [
                    { name: "count", type: "u32" },
                    { name: "partShare", type: "f32" },
                    { name: "shading", type: "f32" },
                    { name: "hoveredStart", type: "u32" },
                    { name: "hoveredEnd", type: "u32" },
                    { name: "highlight", type: "f32" },
                    { name: "selectedStart", type: "u32" },
                    { name: "selectedEnd", type: "u32" },
                    { name: "dimming", type: "f32" },
                    { name: "flagged", type: "u32" },
                    { name: "marks", type: "u32" },
                ],
                defines,
                workgroupSize,
            }),
        ]);
        return new PartColors(engine, leafCount, tiles, totals, colorize);
    }

    /**
     * Sets the dendrogram to cut.
     *
     * @param partStartColors [n] color of the part that starts at an order index, packed like {@link colors}
     * @throws UltrametricError "input" if it has another number of leaves
     */
    public setDendrogram(dendrogram: Dendrogram, partStartColors: Uint32Array<ArrayBuffer>): void {
        if (dendrogram.leafCount !== this.leafCount) {
            throw new UltrametricError(
                "input",
                `PartColors: the dendrogram has ${dendrogram.leafCount} leaves in place of ${this.leafCount}.`,
            );
        }
        this._order.upload(dendrogram.order as Uint32Array<ArrayBuffer>);
        this._ranks.upload(dendrogram.rank as Uint32Array<ArrayBuffer>);
        this._partStartColors.upload(partStartColors);
    }

    /** Sets the colors of the leaves without parts. @param colors [n, 3] sRGB bytes of the leaves */
    public setOriginalColors(colors: Uint8Array): void {
        this.originalColors.upload(PackColors(colors));
    }

    /**
     * Sets the overrides of leaves, which do not depend on their part; all 0 at first.
     *
     * @param overrides [count] of the leaves from `firstLeaf` on: bits LEAF_* above a color
     */
    public setOverrides(overrides: Uint32Array<ArrayBuffer>, firstLeaf = 0): void {
        this._overrides.upload(overrides, firstLeaf);
    }

    /** Records the cut and the colors; later draw calls use the colors. */
    public dispatch({ cutRank, flagged = 0, marks = 0, ...settings }: PartColorSettings): void {
        const { leafCount: count, _tileCount: tileCount } = this;
        this._tiles.setUniforms({ count, tileCount, cutRank });
        this._tiles.dispatchFor(tileCount * WORKGROUP_SIZE);
        if (tileCount > 0) {
            this._totals.setUniforms({ tileCount });
            this._totals.dispatch(1);
        }
        this._colorize.setUniforms({ count, flagged, marks, ...settings });
        this._colorize.dispatchFor(count);
    }

    /** GPU time of a dispatch in milliseconds, see ComputeKernel.gpuMilliseconds. */
    public get gpuMilliseconds(): number | null {
        const times = [this._tiles, this._totals, this._colorize].map((kernel) => kernel.gpuMilliseconds);
        return times.some((time) => time === null) ? null : times.reduce<number>((sum, time) => sum + time!, 0);
    }

    /** Frees the GPU resources. Safe to call again. */
    public dispose(): void {
        for (const owned of [this._tiles, this._totals, this._colorize]) {
            owned.dispose();
        }
        for (const array of [
            this.colors,
            this._order,
            this._ranks,
            this._partStartColors,
            this.originalColors,
            this._overrides,
            this._starts,
            this._tileStarts,
        ]) {
            array.dispose();
        }
    }
}
