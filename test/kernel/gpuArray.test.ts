import { describe, expect, it, vi } from "vitest";
import { ComputeKernel } from "../../src/compute/gpu/computeKernel";
import { CheckBufferSize, CheckDeviceLimits, GetMaxBufferBytes } from "../../src/compute/gpu/deviceLimits";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";

const engine = UseEngine();

describe("GpuArray", () => {
    it.each([0, 1, 3, 255, 200_003])("stores %i elements of every type", async (count) => {
        const floats = Float32Array.from({ length: count }, (_, index) => index * 0.25 - 3);
        const signed = Int32Array.from({ length: count }, (_, index) => 5 - index);
        const unsigned = Uint32Array.from({ length: count }, (_, index) => 0xffffffff - index);
        ExpectSameElements(await GpuArray.From(engine(), "f32", floats).readAsync(), floats);
        ExpectSameElements(await GpuArray.From(engine(), "i32", signed).readAsync(), signed);
        ExpectSameElements(await GpuArray.From(engine(), "u32", unsigned).readAsync(), unsigned);
    });

    it("starts with zeros, and is written and read in parts", async () => {
        const array = new GpuArray(engine(), "u32", [3, 4]);
        expect(array.length).toBe(12);
        array.upload(Uint32Array.of(7, 8, 9), 5);
        expect([...(await array.readAsync())]).toEqual([0, 0, 0, 0, 0, 7, 8, 9, 0, 0, 0, 0]);
        expect([...(await array.readAsync(6, 3))]).toEqual([8, 9, 0]);
        expect([...(await array.readAsync(12))]).toEqual([]);
    });

    it("says that memory does not suffice where the device cannot create a buffer", () => {
        const create = vi.spyOn(engine()._device, "createBuffer").mockImplementation(() => {
            throw new RangeError("createBuffer failed, size (4096) is too large");
        });
        try {
            expect(() => new GpuArray(engine(), "u32", [1 << 10], { label: "big" })).toThrow(
                expect.objectContaining({
                    kind: "limits",
                    message: expect.stringContaining('"big": there is not enough'),
                }),
            );
        } finally {
            create.mockRestore();
        }
    });

    it("uploads nothing for its initial zeros", async () => {
        const { queue } = engine()._device;
        const write = vi.spyOn(queue, "writeBuffer");
        const array = new GpuArray(engine(), "u32", [1 << 20]);
        const written = write.mock.calls.reduce((sum, [, , , , size]) => sum + (size ?? 0), 0);
        write.mockRestore();
        expect(written).toBeLessThan(100);
        ExpectSameElements(await array.readAsync(), new Uint32Array(1 << 20));
        array.dispose();
    });

    it("uploads and clears in the order of calls, between dispatches that are not submitted yet", async () => {
        const double = await ComputeKernel.CreateAsync(engine(), {
            name: "accumulate",
            source: `
@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> total: array<u32>;
@compute @workgroup_size(1) fn main() { total[0] = total[0] * 10 + source[0]; }`,
            bindings: ["source", "total"],
        });
        const source = GpuArray.From(engine(), "u32", Uint32Array.of(1));
        const total = GpuArray.From(engine(), "u32", Uint32Array.of(9));
        double.bindAll({ source, total }).dispatch(1); // 91
        total.clear();
        double.dispatch(1); // 1
        source.upload(Uint32Array.of(2));
        double.dispatch(1); // 12
        source.clear();
        source.upload(Uint32Array.of(3));
        double.dispatch(1); // 123
        source.clear();
        double.dispatch(1); // 1230
        expect((await total.readAsync())[0]).toBe(1230);
    });

    it("throws on data that does not fit", async () => {
        const array = new GpuArray(engine(), "f32", [4], { label: "four" });
        expect(() => array.upload(new Float32Array(3), 2)).toThrow(
            /GpuArray "four": 3 elements at 2 do not fit into 4/,
        );
        expect(() => array.upload(new Uint32Array(3) as unknown as Float32Array<ArrayBuffer>)).toThrow(
            /the elements must be f32/,
        );
        expect(() => new GpuArray(engine(), "f32", [4, 1.5])).toThrow(/shape \[4, 1.5\]/);
        await expect(array.readAsync(2, 3)).rejects.toMatchObject({ kind: "input" });
        array.dispose();
        expect(() => array.buffer).toThrow(/"four" has been disposed/);
        await expect(array.readAsync()).rejects.toMatchObject({ kind: "disposed" });
    });

    it("throws on a size above the device's limit", () => {
        CheckDeviceLimits(engine());
        const largest = GetMaxBufferBytes(engine());
        CheckBufferSize(engine(), largest, "just right");
        expect(() => new GpuArray(engine(), "f32", [largest / 4 + 1], { label: "too much" })).toThrow(
            new RegExp(`"too much" needs .*\\(${largest + 4} bytes\\).*\\(${largest} bytes\\)`),
        );
    });
});
