import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { ComputeKernel } from "./computeKernel";

/** A kernel's work on the GPU. */
export interface KernelTime {
    readonly name: string;
    /** In a frame, mean of a second. */
    readonly milliseconds: number;
}

/** Milliseconds after which a kernel that has not run since is left out. */
const MEMORY = 5000;

/** When kernels ran last, of engines that measure. */
const runs = new WeakMap<WebGPUEngine, Map<ComputeKernel, number>>();

/** Remembers that a kernel runs now, where its engine measures. */
export function NoteKernelRun(engine: WebGPUEngine, kernel: ComputeKernel): void {
    if (engine.enableGPUTimingMeasurements) {
        let kernels = runs.get(engine);
        if (!kernels) {
            kernels = new Map();
            runs.set(engine, kernels);
        }
        kernels.set(kernel, performance.now());
    }
}

/**
 * The kernels that ran within the last seconds, for developers: those of one name together, the longest first. None where the engine does not
 * measure, see ComputeKernel.gpuMilliseconds.
 */
export function KernelTimes(engine: WebGPUEngine): KernelTime[] {
    const times = new Map<string, number>();
    const kernels = runs.get(engine) ?? new Map<ComputeKernel, number>();
    const oldest = performance.now() - MEMORY;
    for (const [kernel, time] of kernels) {
        if (time < oldest) {
            kernels.delete(kernel);
        } else {
            times.set(kernel.name, (times.get(kernel.name) ?? 0) + (kernel.gpuMilliseconds ?? 0));
        }
    }
    return [...times]
        .map(([name, milliseconds]) => ({ name, milliseconds }))
        .sort((a, b) => b.milliseconds - a.milliseconds);
}
