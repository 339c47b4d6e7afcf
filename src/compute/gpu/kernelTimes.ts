import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";

/** A kernel whose time on the GPU is measured. */
export interface TimedKernel {
    readonly name: string;
    /** Milliseconds per frame, mean of the last second; null where the engine does not measure. */
    readonly gpuMilliseconds: number | null;
}

/** The time that the kernels of one name take on the GPU. */
export interface KernelTime {
    readonly name: string;
    /** Per frame, mean of the last second. */
    readonly milliseconds: number;
}

/** Milliseconds after its last run during which a kernel is listed. */
const LISTED_MILLISECONDS = 5000;

/** Time of each kernel's last run, per engine that measures. */
const lastRuns = new WeakMap<WebGPUEngine, Map<TimedKernel, number>>();

/** Records that a kernel runs now, if its engine measures. */
export function NoteKernelRun(engine: WebGPUEngine, kernel: TimedKernel): void {
    if (engine.enableGPUTimingMeasurements) {
        let kernels = lastRuns.get(engine);
        if (!kernels) {
            kernels = new Map();
            lastRuns.set(engine, kernels);
        }
        kernels.set(kernel, performance.now());
    }
}

/**
 * Returns the GPU times of the kernels that ran within the last seconds, summed by name, longest first. Empty where the
 * engine does not measure, see {@link TimedKernel.gpuMilliseconds}.
 */
export function KernelTimes(engine: WebGPUEngine): KernelTime[] {
    const times = new Map<string, number>();
    const kernels = lastRuns.get(engine) ?? new Map<TimedKernel, number>();
    const oldest = performance.now() - LISTED_MILLISECONDS;
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
