import { describe, expect, it } from "vitest";
import { CreateNodeEngineAsync } from "../../demo/headless/nodeWebGpu";
import { PcgHash } from "../../src/compute/base/random";
import randomSource from "../../src/compute/fields/shared/random.include.wgsl?raw";
import { ComputeKernel } from "../../src/compute/gpu/computeKernel";
import { RunOnGpuAsync } from "../../src/compute/gpu/foreignErrors";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { CheckGpuAsync, SubmitGpu } from "../../src/compute/gpu/gpuErrors";
import { ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";

const engine = UseEngine();

const addSource = `
@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> destination: array<u32>;
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let i = linearIndex(group, groups, local);
    if (i < uniforms.count) {
        destination[i] = source[i] + uniforms.added + OFFSET;
    }
}`;

function CreateAddAsync(): Promise<ComputeKernel> {
    return ComputeKernel.CreateAsync(engine(), {
        name: "add",
        source: addSource,
        bindings: ["source", "destination"],
        uniforms: [
            { name: "count", type: "u32" },
            { name: "added", type: "u32" },
        ],
        defines: { OFFSET: 100 },
        workgroupSize: [64],
    });
}

function Iota(count: number): Uint32Array<ArrayBuffer> {
    return Uint32Array.from({ length: count }, (_, index) => index);
}

describe("RunOnGpuAsync", () => {
    it.each([
        [new RangeError("createBuffer failed"), "limits"],
        [new DOMException("The buffer was unmapped", "AbortError"), "gpu"],
    ])("gives %s the kind %s while the device works", async (error, kind) => {
        await expect(RunOnGpuAsync(engine(), "Drawing", () => Promise.reject(error))).rejects.toMatchObject({
            name: "UltrametricError",
            kind,
            cause: error,
        });
        const bug = new TypeError("x is not a function");
        await expect(RunOnGpuAsync(engine(), "Drawing", () => Promise.reject(bug))).rejects.toBe(bug);
    });
});

describe("ComputeKernel", () => {
    it.each([0, 1, 63, 64, 65, 200_003])("computes %i elements and leaves the rest unchanged", async (count) => {
        const add = await CreateAddAsync();
        const source = GpuArray.From(engine(), "u32", Iota(count));
        const destination = new GpuArray(engine(), "u32", [count + 5]);
        add.bind("source", source).bind("destination", destination).setUniforms({ count, added: 7 }).dispatchFor(count);
        const expected = new Uint32Array(count + 5);
        expected.set(Iota(count).map((value) => value + 107));
        ExpectSameElements(await destination.readAsync(), expected);
        source.dispose();
        destination.dispose();
        add.dispose();
    });

    it("splits more workgroups than one dimension holds into a grid", async () => {
        const kernel = await ComputeKernel.CreateAsync(engine(), {
            name: "grid",
            source: `
@group(0) @binding(0) var<storage, read_write> seen: array<u32>;
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let i = linearIndex(group, groups, local);
    if (i < arrayLength(&seen)) {
        seen[i] += i;
    }
}`,
            bindings: ["seen"],
            workgroupSize: [1],
        });
        const count = 65_535 * 2 + 3;
        const seen = new GpuArray(engine(), "u32", [count]);
        kernel.bind("seen", seen).dispatchFor(count);
        ExpectSameElements(await seen.readAsync(), Iota(count));
    });

    it("uses separate parameters and arrays for each dispatch of a submission", async () => {
        const add = await CreateAddAsync();
        const arrays = [0, 1, 2].map(() => new GpuArray(engine(), "u32", [4]));
        for (let round = 0; round < 3; round++) {
            // Three submissions, so that parameter buffers are reused.
            for (const [from, to, added] of [
                [0, 1, 1],
                [1, 2, 1000],
                [2, 0, 7],
            ]) {
                add.bindAll({ source: arrays[from], destination: arrays[to] })
                    .setUniforms({ count: 4, added })
                    .dispatchFor(4);
            }
            SubmitGpu(engine());
        }
        expect(await arrays[0].readAsync()).toEqual(new Uint32Array(4).fill(3 * (1008 + 300)));
    });

    it("passes all bits of its parameters", async () => {
        const kernel = await ComputeKernel.CreateAsync(engine(), {
            name: "echo",
            source: `
@group(0) @binding(0) var<storage, read_write> result: array<u32>;
@compute @workgroup_size(1) fn main() {
    result[0] = uniforms.a;
    result[1] = bitcast<u32>(uniforms.b);
    result[2] = bitcast<u32>(uniforms.c);
    result[3] = uniforms.d;
    result[4] = u32(FLAG);
}`,
            bindings: ["result"],
            uniforms: [
                { name: "a", type: "u32" },
                { name: "b", type: "i32" },
                { name: "c", type: "f32" },
                { name: "d", type: "u32" },
            ],
            defines: { FLAG: true },
        });
        const result = new GpuArray(engine(), "u32", [5]);
        // 0xff800001 and -1 are signaling and quiet NaNs when read as floats.
        kernel.bind("result", result).setUniforms({ a: 0xff800001, b: -1, c: -0.15625, d: 0xffffffff }).dispatch(1);
        expect([...(await result.readAsync())]).toEqual([0xff800001, 0xffffffff, 0xbe200000, 0xffffffff, 1]);
    });

    it("hashes like the CPU", async () => {
        const kernel = await ComputeKernel.CreateAsync(engine(), {
            name: "hash",
            source: `
@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@compute @workgroup_size(WORKGROUP_SIZE) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < arrayLength(&values)) {
        values[id.x] = pcgHash(values[id.x]);
    }
}`,
            bindings: ["values"],
            includes: [randomSource],
        });
        const inputs = Uint32Array.from({ length: 1000 }, (_, index) => Math.imul(index, 0x9e3779b9) >>> 0);
        inputs[1] = 0xffffffff;
        const values = GpuArray.From(engine(), "u32", inputs);
        kernel.bind("values", values).dispatchFor(1000);
        expect(await values.readAsync()).toEqual(inputs.map(PcgHash));
    });

    it("accepts a binding that a variant of the shader does not use", async () => {
        const kernel = await ComputeKernel.CreateAsync(engine(), {
            name: "unused",
            source: `
@group(0) @binding(0) var<storage, read> unused: array<f32>;
@group(0) @binding(1) var<storage, read_write> result: array<u32>;
@compute @workgroup_size(1) fn main() { result[0] = 5; }`,
            bindings: ["unused", "result"],
        });
        const result = new GpuArray(engine(), "u32", [1]);
        kernel.bindAll({ unused: new GpuArray(engine(), "f32", [1]), result }).dispatch(1);
        expect((await result.readAsync())[0]).toBe(5);
    });
});

describe("a failing ComputeKernel", () => {
    it("throws with the line that does not compile", async () => {
        const source = `
@group(0) @binding(0) var<storage, read_write> a: array<u32>;
@compute @workgroup_size(1) fn main() {
    a[0] = 1.5;
}`;
        const failure = ComputeKernel.CreateAsync(engine(), {
            name: "typo",
            source,
            bindings: ["a"],
            defines: { X: 1 },
        });
        await expect(failure).rejects.toThrow(
            /kernel "typo" does not compile\. line 4, column \d+: .*in `a\[0\] = 1\.5;`/,
        );
        await expect(failure).rejects.toMatchObject({ name: "UltrametricError", kind: "gpu" });
    });

    it("throws when the entry point is missing, without an effect on other kernels", async () => {
        const add = await CreateAddAsync();
        const source = GpuArray.From(engine(), "u32", Uint32Array.of(5));
        const destination = new GpuArray(engine(), "u32", [1]);
        add.bindAll({ source, destination }).setUniforms({ count: 1 }).dispatch(1);
        const failure = ComputeKernel.CreateAsync(engine(), {
            name: "headless",
            source: "@group(0) @binding(0) var<storage, read_write> a: array<u32>;",
            bindings: ["a"],
        });
        await expect(failure).rejects.toThrow(/kernel "headless"/);
        expect((await destination.readAsync())[0]).toBe(105);
    });

    it("compares the bindings of host and shader", async () => {
        const create = (bindings: string[]) =>
            ComputeKernel.CreateAsync(engine(), { name: "mixed", source: addSource, bindings });
        await expect(create(["destination", "source"])).rejects.toThrow(
            /"mixed" declares "source" at group 0, binding 0, where its host has "destination"/,
        );
        await expect(create(["source", "destination", "third"])).rejects.toThrow(
            /does not declare "@group\(0\) @binding\(2\)/,
        );
        await expect(create(["source"])).rejects.toThrow(
            /"destination" at group 0, binding 1, where its host has nothing/,
        );
    });

    it("throws on more storage buffers or larger workgroups than the device supports", async () => {
        const count = engine().currentLimits.maxStorageBuffersPerShaderStage + 1;
        const bindings = Array.from({ length: count }, (_, index) => `b${index}`);
        const source = bindings
            .map((name, i) => `@group(0) @binding(${i}) var<storage, read> ${name}: array<u32>;`)
            .join("\n");
        const many = ComputeKernel.CreateAsync(engine(), { name: "many", source, bindings });
        await expect(many).rejects.toMatchObject({ kind: "limits" });
        const large = ComputeKernel.CreateAsync(engine(), {
            name: "large",
            source: "",
            bindings: [],
            workgroupSize: [64, 64, 64],
        });
        await expect(large).rejects.toMatchObject({ kind: "limits" });
    });

    it("throws on missing or disposed arrays, and on one that it reads and writes", async () => {
        const add = await CreateAddAsync();
        const array = new GpuArray(engine(), "u32", [4], { label: "four" });
        add.bind("source", array);
        expect(() => add.dispatch(1)).toThrow(/kernel "add" was dispatched without an array at "destination"/);
        add.bind("destination", array);
        expect(() => add.dispatch(1)).toThrow(/writes the array "four" at "destination" and has it at "source" too/);
        const other = new GpuArray(engine(), "u32", [4]);
        add.bind("source", other);
        other.dispose();
        expect(() => add.dispatch(1)).toThrow(/disposed array at "source"/);
        expect(() => add.bind("target", array)).toThrow(/no binding "target", only: source, destination/);
        expect(() => add.setUniforms({ cuont: 4 })).toThrow(/no uniform "cuont", only: count, added/);
        expect(() => add.setUniforms({ count: -1 })).toThrow(/"count" of the kernel "add" is a u32; -1 is not/);
        expect(() => add.dispatch(70_000)).toThrow(/allows 65535/);
        add.dispose();
        expect(() => add.dispatch(1)).toThrow(/"add" has been disposed/);
    });

    it("throws errors that the GPU reports later at the next check, and continues after them", async () => {
        const kernel = await ComputeKernel.CreateAsync(engine(), {
            name: "wide",
            source: `
@group(0) @binding(0) var<storage, read_write> wide: array<array<vec4f, 64>>;
@compute @workgroup_size(1) fn main() { wide[0][0].x = 1; }`,
            bindings: ["wide"],
        });
        const small = new GpuArray(engine(), "f32", [4], { label: "small" });
        kernel.bind("wide", small).dispatch(1);
        await expect(CheckGpuAsync(engine(), "Testing")).rejects.toThrow(/Testing: .*wide/s);
        kernel.dispatch(1);
        await expect(small.readAsync()).rejects.toMatchObject({ kind: "gpu" });
        await CheckGpuAsync(engine());
        expect([...(await small.readAsync())]).toEqual([0, 0, 0, 0]);
    });

    it("throws when the device is lost", async () => {
        const lost = await CreateNodeEngineAsync();
        const array = new GpuArray(lost, "u32", [4], { label: "gone" });
        const kernel = await ComputeKernel.CreateAsync(lost, {
            name: "late",
            source: `@group(0) @binding(0) var<storage, read_write> a: array<u32>;
@compute @workgroup_size(1) fn main() { a[0] = 1; }`,
            bindings: ["a"],
        });
        kernel.bind("a", array).dispatch(1);
        lost._device.destroy();
        await expect(array.readAsync()).rejects.toMatchObject({
            kind: "deviceLost",
            message: expect.stringContaining('"gone"'),
        });
        await expect(CheckGpuAsync(lost)).rejects.toMatchObject({ kind: "deviceLost" });
        expect(() => kernel.dispatch(1)).toThrow(/late: the GPU device was lost/);
        expect(() => array.upload(new Uint32Array(1))).toThrow(/the GPU device was lost/);
        expect(() => new GpuArray(lost, "u32", [4])).toThrow(/the GPU device was lost/);
        const compile = ComputeKernel.CreateAsync(lost, { name: "later", source: "", bindings: [] });
        await expect(compile).rejects.toMatchObject({ kind: "deviceLost" });
        const aborted = new DOMException("The buffer was unmapped", "AbortError");
        for (const error of [aborted, new TypeError("null")]) {
            await expect(RunOnGpuAsync(lost, "Drawing", () => Promise.reject(error))).rejects.toMatchObject({
                kind: "deviceLost",
            });
        }
        lost.dispose();
        expect(() => kernel.dispatch(1)).toThrow(/engine has been disposed/);
        array.dispose();
        kernel.dispose();
    });
});
