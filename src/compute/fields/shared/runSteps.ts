import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { RunOptions } from "../../base/progress";
import { ThrowIfAborted } from "../../base/ultrametricError";
import { CheckGpuAsync } from "../../gpu/gpuErrors";

/** Steps between two reports. */
export const REPORT_STEPS = 50;
/** Milliseconds that one submission may keep the GPU from drawing. */
const MAX_BATCH_MILLISECONDS = 50;
const MAX_BATCH_STEPS = 16;

/** A training whose steps are recorded for the GPU. */
export interface StepRecorder {
    /** Steps recorded so far. */
    readonly steps: number;
    recordStep(): void;
}

/**
 * Does all steps of a training that are left, a few at a time, so that a page stays alive.
 * @param what is trained, as messages and progress call it
 * @param total steps
 * @param reportAsync looks at the steps since the last report, `first` and those after it; every 50 steps, and at the end
 * @throws UltrametricError "aborted", and what the GPU and `reportAsync` throw; then the training is as after the last step that was done
 */
export async function RunStepsAsync(
    engine: WebGPUEngine,
    what: string,
    training: StepRecorder,
    total: number,
    reportAsync: (first: number) => Promise<void>,
    { onProgress, signal }: RunOptions,
): Promise<void> {
    let reported = training.steps;
    let batch = 1;
    while (training.steps < total) {
        ThrowIfAborted(signal, what);
        const count = Math.min(batch, total - training.steps, REPORT_STEPS - (training.steps % REPORT_STEPS));
        const start = performance.now();
        for (let i = 0; i < count; i++) {
            training.recordStep();
        }
        await CheckGpuAsync(engine, what);
        const perStep = (performance.now() - start) / count;
        batch = Math.max(1, Math.min(MAX_BATCH_STEPS, 2 * batch, Math.floor(MAX_BATCH_MILLISECONDS / perStep)));
        if (training.steps % REPORT_STEPS === 0 || training.steps === total) {
            await reportAsync(reported);
            reported = training.steps;
            onProgress?.({ stage: what, fraction: reported / total });
        }
    }
}
