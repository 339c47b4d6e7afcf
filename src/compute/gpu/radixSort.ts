import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../ultrametricError";
import keysSource from "../wgsl/include/radixKeys.wgsl?raw";
import countSource from "../wgsl/radixCount.wgsl?raw";
import scatterSource from "../wgsl/radixScatter.wgsl?raw";
import { ComputeKernel } from "./computeKernel";
import { GpuArray } from "./gpuArray";
import { PrefixSum } from "./prefixSum";

const DIGITS = 256;
/** One invocation a digit, and a key at a time. */
const WORKGROUP_SIZE = 256;
/** Keys that one invocation takes, one after the other; fewer rounds mean more counts to sum up. */
const ROUNDS = 8;
const TILE = WORKGROUP_SIZE * ROUNDS;

/** Options of {@link RadixSort.dispatch}. */
export interface IRadixSortOptions {
    /** How many of the elements are sorted, from the first on. Default: all. */
    count?: number;
    /** Only so many of the lowest bits of u32 keys differ; fewer bits take fewer passes. Default: 32. */
    keyBits?: number;
}

/**
 * Stable sort of keys with a value each on the GPU, in place, smallest key first.
 *
 * Least significant digit first, 8 bits a pass (Satish, Harris & Garland 2009, "Designing Efficient Sorting Algorithms for
 * Manycore GPUs"): count the digits of every tile, sum the counts, move. 4 passes, or 2 where the keys have at most 16 bits,
 * of 2 dispatches and a prefix sum each. The result does not depend on timing: the same input gives the same output.
 */
export class RadixSort {
    private constructor(
        /** The most elements that it can sort. */
        public readonly capacity: number,
        private readonly _count: readonly ComputeKernel[],
        private readonly _scatter: readonly ComputeKernel[],
        private readonly _sum: PrefixSum,
        private readonly _counts: GpuArray<"u32">,
        private readonly _otherKeys: GpuArray<"u32">,
        private readonly _otherValues: GpuArray<"u32">,
    ) {}

    /**
     * @param capacity the most elements that will be sorted
     * @throws UltrametricError "limits" | "deviceLost" | "disposed"
     */
    public static async CreateAsync(engine: WebGPUEngine, capacity: number): Promise<RadixSort> {
        const shared = {
            uniforms: [
                { name: "count", type: "u32" },
                { name: "tileCount", type: "u32" },
                { name: "shift", type: "u32" },
                { name: "fromFloats", type: "u32" },
                { name: "toFloats", type: "u32" },
            ],
            defines: { ROUNDS: `${ROUNDS}u` },
            includes: [keysSource],
            workgroupSize: [WORKGROUP_SIZE],
        } as const;
        const createCount = () =>
            ComputeKernel.CreateAsync(engine, {
                name: "radixCount",
                source: countSource,
                bindings: ["keys", "counts"],
                ...shared,
            });
        const createScatter = () =>
            ComputeKernel.CreateAsync(engine, {
                name: "radixScatter",
                source: scatterSource,
                bindings: ["keys", "values", "offsets", "sortedKeys", "sortedValues"],
                ...shared,
            });
        const countLength = DIGITS * Math.ceil(capacity / TILE);
        const otherKeys = new GpuArray(engine, "u32", [capacity], { label: "radix sort keys" });
        const otherValues = new GpuArray(engine, "u32", [capacity], { label: "radix sort values" });
        const counts = new GpuArray(engine, "u32", [countLength], { label: "radix sort counts" });
        // Two kernels of each kind, there and back, so that each keeps its bindings.
        const [countThere, countBack, scatterThere, scatterBack, sum] = await Promise.all([
            createCount(),
            createCount(),
            createScatter(),
            createScatter(),
            PrefixSum.CreateAsync(engine, countLength),
        ]);
        return new RadixSort(
            capacity,
            [countThere, countBack],
            [scatterThere, scatterBack],
            sum,
            counts,
            otherKeys,
            otherValues,
        );
    }

    /**
     * Sorts.
     * @param keys u32 or f32 [n]; floats with -0 before +0, NaN at the end (with its sign bit set: at the start)
     * @param values u32 [n], moved along with the keys
     * @throws UltrametricError "input" for arrays that are too short or too long
     */
    public dispatch(
        keys: GpuArray<"u32"> | GpuArray<"f32">,
        values: GpuArray<"u32">,
        options: IRadixSortOptions = {},
    ): void {
        const { count = keys.length, keyBits = 32 } = options;
        if (!(Number.isInteger(count) && count >= 0 && count <= Math.min(keys.length, values.length, this.capacity))) {
            throw new UltrametricError(
                "input",
                `RadixSort: ${count} elements of the keys "${keys.label}" (${keys.length}) and the values "${values.label}" ` +
                    `(${values.length}), made for ${this.capacity}.`,
            );
        }
        const isFloat = keys.dataType === "f32";
        if (!(keyBits >= 1 && keyBits <= 32) || (isFloat && keyBits !== 32)) {
            throw new UltrametricError("input", `RadixSort: ${keyBits} bits of ${keys.dataType} keys.`);
        }
        if (count < 2) {
            return;
        }
        const tileCount = Math.ceil(count / TILE);
        const passes = keyBits <= 16 ? 2 : 4; // an even number, after which the result lies where the input was
        for (let pass = 0; pass < passes; pass++) {
            const isBack = pass % 2;
            const [fromKeys, toKeys] = isBack ? [this._otherKeys, keys] : [keys, this._otherKeys];
            const [fromValues, toValues] = isBack ? [this._otherValues, values] : [values, this._otherValues];
            const uniforms = {
                count,
                tileCount,
                shift: 8 * pass,
                fromFloats: isFloat && pass === 0 ? 1 : 0,
                toFloats: isFloat && pass === passes - 1 ? 1 : 0,
            };
            this._count[isBack]
                .bindAll({ keys: fromKeys, counts: this._counts })
                .setUniforms(uniforms)
                .dispatchFor(tileCount * WORKGROUP_SIZE);
            this._sum.dispatch(this._counts, DIGITS * tileCount);
            this._scatter[isBack]
                .bindAll({
                    keys: fromKeys,
                    values: fromValues,
                    offsets: this._counts,
                    sortedKeys: toKeys,
                    sortedValues: toValues,
                })
                .setUniforms(uniforms)
                .dispatchFor(tileCount * WORKGROUP_SIZE);
        }
    }

    /** Frees what it holds on the GPU. */
    public dispose(): void {
        for (const owned of [
            ...this._count,
            ...this._scatter,
            this._sum,
            this._counts,
            this._otherKeys,
            this._otherValues,
        ]) {
            owned.dispose();
        }
    }
}
