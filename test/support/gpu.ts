import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { afterAll, beforeAll } from "vitest";
import { CreateNodeEngineAsync } from "../../demo/headless/nodeWebGpu";

/**
 * Creates one engine for all tests of a file, on Node's GPU.
 * @returns a function that gives the engine inside of tests and hooks
 */
export function UseEngine(): () => WebGPUEngine {
    let engine: WebGPUEngine | undefined;
    beforeAll(async () => {
        engine = await CreateNodeEngineAsync();
    });
    afterAll(() => {
        engine?.dispose();
        engine = undefined;
    });
    return () => engine!;
}
