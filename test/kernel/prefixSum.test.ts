import { describe, expect, it } from "vitest";
import { PcgHash } from "../../src/compute/base/random";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { PrefixSum } from "../../src/compute/gpu/prefixSum";
import { PrefixSum as ReferencePrefixSum } from "../reference/prefixSum";
import { ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";

const engine = UseEngine();

function RandomNumbers(count: number, seed: number, largest: number): Uint32Array<ArrayBuffer> {
    return Uint32Array.from({ length: count }, (_, index) => PcgHash(index ^ (seed << 20)) % (largest + 1));
}

describe("PrefixSum", () => {
    // 1024 is the tile, 1024 * 1024 + 1 the first length with three levels.
    it.each([0, 1, 2, 255, 256, 257, 1023, 1024, 1025, 200_003, 1024 * 1024 + 1])("sums %i elements", async (count) => {
        const seed = 3;
        const numbers = RandomNumbers(count, seed, 9);
        const sum = await PrefixSum.CreateAsync(engine(), count);
        const values = GpuArray.From(engine(), "u32", numbers);
        sum.dispatch(values);
        ExpectSameElements(await values.readAsync(), ReferencePrefixSum(numbers), `seed ${seed}`);
        sum.dispose();
        values.dispose();
    });

    it("wraps around like u32, and leaves elements beyond the count unchanged", async () => {
        const seed = 4;
        const numbers = RandomNumbers(3000, seed, 0xfffffffe);
        const sum = await PrefixSum.CreateAsync(engine(), 5000);
        const values = GpuArray.From(engine(), "u32", numbers);
        const expected = numbers.slice();
        for (const count of [2500, 2000]) {
            // Twice with different lengths before a read, so that the levels' buffers are reused.
            sum.dispatch(values, count);
            expected.set(ReferencePrefixSum(expected.slice(0, count)));
        }
        ExpectSameElements(await values.readAsync(), expected, `seed ${seed}`);
        expect(() => sum.dispatch(values, 3001)).toThrow(/PrefixSum: cannot sum 3001 elements/);
    });
});
