import { EngineInstrumentation } from "@babylonjs/core/Instrumentation/engineInstrumentation";
import "@babylonjs/core/Engines/WebGPU/Extensions/engine.query";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CreateCloudHierarchy } from "./content";
import { MarkStage, YieldAsync } from "./longTasks";
import { CreateSceneAsync, Median, NameGpuAsync } from "./scene";

/** Measures frames while the slider moves over a cloud of `leaves` leaves in each frame, and while it rests. */
export async function Slider(leaves: number, seconds = 4): Promise<object> {
    const scene = await CreateSceneAsync();
    const engine = scene.getEngine() as WebGPUEngine;
    engine.setSize(1280, 720);
    const segmentation = new UltrametricSegmentation(scene);
    const hierarchy = CreateCloudHierarchy(leaves, 1);
    await YieldAsync();
    MarkStage("Showing leaves");
    await segmentation.setHierarchyAsync(hierarchy);
    MarkStage("Drawing");
    await scene.whenReadyAsync();
    const instrumentation = new EngineInstrumentation(engine);
    instrumentation.captureGPUFrameTime = true;
    const framesAsync = async (move: (frame: number) => void) => {
        const intervals: number[] = [];
        const scripts: number[] = [];
        const gpu: number[] = [];
        let last = performance.now();
        const end = last + 1000 * seconds;
        await new Promise<void>((resolve) => {
            engine.runRenderLoop(() => {
                const now = performance.now();
                intervals.push(now - last);
                last = now;
                move(intervals.length);
                scene.render();
                scripts.push(performance.now() - now);
                gpu.push(instrumentation.gpuFrameTimeCounter.current / 1e6);
                if (now > end) {
                    engine.stopRenderLoop();
                    resolve();
                }
            });
        });
        intervals.shift();
        const sorted = [...intervals].sort((a, b) => a - b);
        return {
            frames: intervals.length,
            framesPerSecond: (1000 * intervals.length) / intervals.reduce((sum, time) => sum + time, 0),
            medianMilliseconds: Median(intervals),
            slowestOfAHundred: sorted[Math.floor(0.99 * sorted.length)],
            scriptMilliseconds: Median(scripts),
            gpuMilliseconds: Median(gpu),
        };
    };
    const result = {
        gpu: await NameGpuAsync(),
        leaves,
        resting: await framesAsync(() => {}),
        moving: await framesAsync((frame) => {
            segmentation.granularity = 0.5 + 0.5 * Math.sin(frame / 30);
        }),
        partCount: segmentation.partCount,
    };
    engine.dispose();
    return result;
}
