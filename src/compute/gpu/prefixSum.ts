import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../base/ultrametricError";
import { ComputeKernel } from "./computeKernel";
import { GpuArray } from "./gpuArray";
import offsetsSource from "./prefixSumOffsets.wgsl?raw";
import tilesSource from "./prefixSumTiles.wgsl?raw";

const WORKGROUP_SIZE = 256;
/** Elements that one invocation sums sequentially. */
const ITEMS = 4;
const TILE = WORKGROUP_SIZE * ITEMS;

/**
 * The exclusive prefix sum of u32 numbers on the GPU, in place: `values[i]` becomes `values[0] + ... + values[i - 1]`,
 * modulo 2^32.
 *
 * Scan then add (Harris, Sengupta & Owens 2007, "Parallel Prefix Sum (Scan) with CUDA"): tiles of 1024 elements are
 * scanned in workgroup memory, then their totals recursively, then the totals are added. Two dispatches per level, one
 * for the last.
 */
export class PrefixSum {
    /** The kernels and the totals of the tiles, per level; own kernels keep their bindings. */
    private readonly _levels: { tiles: ComputeKernel; offsets: ComputeKernel; totals: GpuArray<"u32"> }[] = [];

    private constructor(
        /** The maximum number of elements. */
        public readonly capacity: number,
    ) {}

    /**
     * @param capacity the maximum number of elements
     * @throws UltrametricError "limits" | "deviceLost" | "disposed"
     */
    public static async CreateAsync(engine: WebGPUEngine, capacity: number): Promise<PrefixSum> {
        const sum = new PrefixSum(capacity);
        for (let count = capacity; ; ) {
            const tileCount = Math.ceil(count / TILE);
            const [tiles, offsets] = await Promise.all([
                ComputeKernel.CreateAsync(engine, {
                    name: "prefixSumTiles",
                    source: tilesSource,
                    bindings: ["values", "totals"],
                    uniforms: [
                        { name: "count", type: "u32" },
                        { name: "tileCount", type: "u32" },
                    ],
                    defines: { ITEMS: `${ITEMS}u`, TILE: `${TILE}u` },
                    workgroupSize: [WORKGROUP_SIZE],
                }),
                ComputeKernel.CreateAsync(engine, {
                    name: "prefixSumOffsets",
                    source: offsetsSource,
                    bindings: ["values", "offsets"],
                    uniforms: [{ name: "count", type: "u32" }],
                    defines: { TILE: `${TILE}u` },
                    workgroupSize: [WORKGROUP_SIZE],
                }),
            ]);
            const totals = new GpuArray(engine, "u32", [tileCount], { label: "prefix sum totals" });
            sum._levels.push({ tiles, offsets, totals });
            if (tileCount <= 1) {
                return sum;
            }
            count = tileCount;
        }
    }

    /**
     * Sums the first `count` elements of `values` in place. To get the total too, append an element 0.
     * @param values u32 [at least count]
     * @param count default: all
     * @throws UltrametricError "input" if `count` exceeds the array or the capacity
     */
    public dispatch(values: GpuArray<"u32">, count = values.length): void {
        if (!(Number.isInteger(count) && count >= 0 && count <= values.length && count <= this.capacity)) {
            throw new UltrametricError(
                "input",
                `PrefixSum: cannot sum ${count} elements of the array "${values.label}" of ${values.length}; ` +
                    `the capacity is ${this.capacity}.`,
            );
        }
        this._dispatchLevel(0, values, count);
    }

    /** Frees the GPU resources. */
    public dispose(): void {
        for (const { tiles, offsets, totals } of this._levels) {
            tiles.dispose();
            offsets.dispose();
            totals.dispose();
        }
        this._levels.length = 0;
    }

    private _dispatchLevel(level: number, values: GpuArray<"u32">, count: number): void {
        if (count === 0) {
            return;
        }
        const { tiles, offsets, totals } = this._levels[level];
        const tileCount = Math.ceil(count / TILE);
        tiles.bind("values", values).bind("totals", totals).setUniforms({ count, tileCount });
        tiles.dispatchFor(tileCount * WORKGROUP_SIZE);
        if (tileCount > 1) {
            this._dispatchLevel(level + 1, totals, tileCount);
            offsets.bind("values", values).bind("offsets", totals).setUniforms({ count });
            offsets.dispatchFor(count);
        }
    }
}
