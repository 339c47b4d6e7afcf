// The program that launcher.test.ts runs: doubles its first argument on the GPU, and exits with the second.
import { CreateNodeEngineAsync } from "../../demo/headless/nodeWebGpu";
import { ComputeKernel } from "../../src/compute/gpu/computeKernel";
import { GpuArray } from "../../src/compute/gpu/gpuArray";

const engine = await CreateNodeEngineAsync();
const kernel = await ComputeKernel.CreateAsync(engine, {
    name: "double",
    source: `
@group(0) @binding(0) var<storage, read_write> value: array<u32>;
@compute @workgroup_size(1) fn main() { value[0] *= 2; }`,
    bindings: ["value"],
});
const value = GpuArray.From(engine, "u32", Uint32Array.of(Number(process.argv[2])));
kernel.bind("value", value).dispatch(1);
console.log(`doubled: ${(await value.readAsync())[0]}`);
engine.dispose();
process.exitCode = Number(process.argv[3]);
