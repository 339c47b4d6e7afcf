import { describe, expect, it } from "vitest";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { RadixSort } from "../../src/compute/gpu/radixSort";
import { CreateRandom, PcgHash } from "../../src/compute/random";
import { SortedOrder } from "../reference/radixSort";
import { ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";

const engine = UseEngine();

/** Values that tell where an element came from. */
function Origins(count: number): Uint32Array<ArrayBuffer> {
    return Uint32Array.from({ length: count }, (_, index) => index);
}

describe("RadixSort", () => {
    // 2048 is the tile; 200,003 has 98 tiles, so more than one tile of counts to sum.
    it.each([0, 1, 2, 255, 256, 257, 2047, 2048, 2049, 200_003])("sorts %i keys of 32 bits", async (count) => {
        const seed = 5;
        const keys = Uint32Array.from({ length: count }, (_, index) => PcgHash(index + (seed << 24)));
        const sort = await RadixSort.CreateAsync(engine(), count);
        const gpuKeys = GpuArray.From(engine(), "u32", keys);
        const gpuValues = GpuArray.From(engine(), "u32", Origins(count));
        sort.dispatch(gpuKeys, gpuValues);
        const order = SortedOrder(keys);
        ExpectSameElements(await gpuValues.readAsync(), order, `seed ${seed} values`);
        ExpectSameElements(
            await gpuKeys.readAsync(),
            Uint32Array.from(order, (index) => keys[index]),
            `seed ${seed} keys`,
        );
        for (const owned of [sort, gpuKeys, gpuValues]) {
            owned.dispose();
        }
    });

    it.each([1, 3, 300, 65_536])("keeps the order of equal keys, %i different ones", async (different) => {
        const seed = 6;
        const count = 20_011;
        const random = CreateRandom(seed);
        const keys = Uint32Array.from({ length: count }, () => Math.floor(random() * different));
        const sort = await RadixSort.CreateAsync(engine(), 30_000);
        for (const keyBits of [16, 32]) {
            const gpuKeys = GpuArray.From(engine(), "u32", keys);
            const gpuValues = GpuArray.From(engine(), "u32", Origins(count));
            sort.dispatch(gpuKeys, gpuValues, { keyBits });
            ExpectSameElements(await gpuValues.readAsync(), SortedOrder(keys), `seed ${seed}, ${keyBits} bits`);
        }
    });

    it("sorts floats of both signs, zeros and infinities", async () => {
        const seed = 7;
        const random = CreateRandom(seed);
        const keys = Float32Array.from({ length: 5003 }, () => (random() - 0.5) * 10 ** Math.floor(random() * 20 - 10));
        keys.set([0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-40, -1e-40, 0, -0], 1000);
        const sort = await RadixSort.CreateAsync(engine(), keys.length);
        const gpuKeys = GpuArray.From(engine(), "f32", keys);
        const gpuValues = GpuArray.From(engine(), "u32", Origins(keys.length));
        sort.dispatch(gpuKeys, gpuValues);
        const order = SortedOrder(keys);
        ExpectSameElements(await gpuValues.readAsync(), order, `seed ${seed}`);
        const sorted = await gpuKeys.readAsync();
        const bits = (floats: Float32Array<ArrayBuffer>) => new Uint32Array(floats.buffer);
        ExpectSameElements(bits(sorted), bits(Float32Array.from(order, (index) => keys[index])), `seed ${seed} bits`);
    });

    it("sorts only the first elements when asked to, and refuses wrong lengths", async () => {
        const sort = await RadixSort.CreateAsync(engine(), 10);
        const keys = GpuArray.From(engine(), "u32", Uint32Array.of(5, 4, 3, 2, 1, 0));
        const values = GpuArray.From(engine(), "u32", Origins(6));
        sort.dispatch(keys, values, { count: 4 });
        expect([...(await keys.readAsync())]).toEqual([2, 3, 4, 5, 1, 0]);
        expect([...(await values.readAsync())]).toEqual([3, 2, 1, 0, 4, 5]);
        expect(() => sort.dispatch(keys, values, { count: 7 })).toThrow(/RadixSort: 7 elements/);
        const floats = new GpuArray(engine(), "f32", [6]);
        expect(() => sort.dispatch(floats, values, { keyBits: 16 })).toThrow(/16 bits of f32 keys/);
    });
});
