import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/masks/maskFiles";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline/segmentCapture";
import { UrlFileSource } from "../../src/plugin/sources/urlFileSource";
import { LongTaskWatch } from "./longTasks";
import { CreateSceneAsync, NameGpuAsync } from "./scene";

/** Trains on the bundled capture, preset `default`: returns steps per second, and tasks longer than 50 ms meanwhile. */
export async function Train(steps: number, preset: "default" | "paper" = "default"): Promise<object> {
    const scene = await CreateSceneAsync();
    const source = new UrlFileSource(new URL("/repository/demo/captures/excavator/", location.href));
    const capture = await LoadNerfCaptureAsync(source);
    const masks = await LoadMaskFilesAsync(source, capture);
    const watch = new LongTaskWatch();
    const reported: [step: number, time: number][] = [];
    const start = performance.now();
    await SegmentCaptureAsync(scene.getEngine() as WebGPUEngine, capture, masks, {
        preset,
        training: { steps },
        onProgress: ({ stage }) => watch.enter(stage),
        onLosses: (step) => reported.push([step, performance.now()]),
    });
    const seconds = (performance.now() - start) / 1000;
    const [[firstStep, first], [lastStep, last]] = [reported[0], reported[reported.length - 1]];
    const pauses = await watch.endAsync();
    const result = {
        gpu: await NameGpuAsync(),
        preset,
        stepsPerSecond: (1000 * (lastStep - firstStep)) / (last - first),
        seconds,
        stages: watch.stages.map(([at, stage]) => `${(at - start / 1000).toFixed(2)} ${stage}`),
        pauses: pauses.map(({ length, stage }) => `${length.toFixed(0)} ms: ${stage}`),
    };
    scene.getEngine().dispose();
    return result;
}
