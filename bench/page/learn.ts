import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { RadianceFieldPreset } from "../../src/compute/fields/radiance/radianceFieldOptions";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { LearnDepthAsync } from "../../src/plugin/radiance/learnedDepth";
import { UrlFileSource } from "../../src/plugin/sources/urlFileSource";
import { LongTaskWatch, YieldAsync } from "./longTasks";
import { CreateSceneAsync, NameGpuAsync } from "./scene";

/** Learns the depth of the bundled capture's views, and returns the tasks longer than 50 ms meanwhile. */
export async function Learn(steps: number, preset: RadianceFieldPreset = "fast"): Promise<object> {
    const scene = await CreateSceneAsync();
    const watch = new LongTaskWatch();
    await YieldAsync();
    watch.enter("Reading the capture");
    const source = new UrlFileSource(new URL("/repository/demo/captures/excavator/", location.href));
    const capture = await LoadNerfCaptureAsync(source);
    await YieldAsync();
    watch.enter("Starting to learn");
    const start = performance.now();
    const engine = scene.getEngine() as WebGPUEngine;
    await LearnDepthAsync(engine, capture, {
        preset,
        training: { steps },
        minOpacity: 0, // nothing is opaque after so few steps
        onProgress: ({ stage }) => watch.enter(stage),
    });
    const seconds = (performance.now() - start) / 1000;
    const pauses = await watch.endAsync();
    const result = {
        gpu: await NameGpuAsync(),
        preset,
        seconds,
        pauses: pauses.map(({ length, stage }) => `${length.toFixed(0)} ms: ${stage}`),
    };
    engine.dispose();
    return result;
}
