import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { PROGRESS_STAGES, type ProgressStage, type RunOptions, StageProgress } from "../../base/progress";
import { ThrowIfAborted } from "../../base/ultrametricError";
import { RunOnGpuAsync } from "../../gpu/foreignErrors";
import { CheckGpuAsync } from "../../gpu/gpuErrors";

/** Steps per report. */
export const REPORT_STEPS = 50;
/** Longest submission in milliseconds, so that the GPU can draw frames in between. */
const MAX_BATCH_MILLISECONDS = 50;
const MAX_BATCH_STEPS = 16;

/** A training that records its steps for the GPU. */
export interface StepRecorder {
    /** Number of recorded steps. */
    readonly steps: number;
    recordStep(): void;
}

/**
 * Runs the remaining steps of a training, a few per submission, without blocking the main thread.
 * @param stage the stage of the progress, whose name messages have, too
 * @param total number of steps
 * @param reportAsync called every 50 steps and at the end, with the first step since its last call
 * @throws UltrametricError "aborted", and the errors of the GPU and `reportAsync`; the completed steps stay valid
 */
export async function RunStepsAsync(
    engine: WebGPUEngine,
    stage: ProgressStage,
    training: StepRecorder,
    total: number,
    reportAsync: (first: number) => Promise<void>,
    { onProgress, signal }: RunOptions,
): Promise<void> {
    const what = PROGRESS_STAGES[stage];
    let reported = training.steps;
    let batch = 1;
    while (training.steps < total) {
        ThrowIfAborted(signal, what);
        const count = Math.min(batch, total - training.steps, REPORT_STEPS - (training.steps % REPORT_STEPS));
        const start = performance.now();
        await RunOnGpuAsync(engine, what, async () => {
            for (let i = 0; i < count; i++) {
                training.recordStep();
            }
            await CheckGpuAsync(engine, what);
        });
        const perStep = (performance.now() - start) / count;
        batch = Math.max(1, Math.min(MAX_BATCH_STEPS, 2 * batch, Math.floor(MAX_BATCH_MILLISECONDS / perStep)));
        if (training.steps % REPORT_STEPS === 0 || training.steps === total) {
            await reportAsync(reported);
            reported = training.steps;
            onProgress?.(StageProgress(stage, reported / total));
        }
    }
}
