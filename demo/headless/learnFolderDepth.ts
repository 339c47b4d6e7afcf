import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { type Capture, type LearnedDepth, type MaskSet, RadianceTrainingSession } from "babylon-ultrametric";
import { type DepthError, MeasureDepth, MeasurePsnrAsync } from "babylon-ultrametric/evaluation";
import { ComposeOver, type RadianceImage } from "babylon-ultrametric/fields";
import { encode } from "fast-png";
import type { SegmentArguments } from "./segmentArguments";
import type { StageClock } from "./stageClock";

/** Steps between two lines of output. */
const REPORT_STEPS = 250;

/** Milliseconds within which interrupts count as one: Ctrl+C arrives from the terminal and from the parent process. */
const INTERRUPT_INTERVAL = 1000;

/** The quality of a radiance field; null where it cannot be measured. */
export interface RadianceQuality {
    /** The number of training steps. */
    readonly steps: number;
    /** The PSNR of the held-out views in dB. */
    readonly psnr: number | null;
    /** The depth error of the training views. */
    readonly depth: DepthError | null;
}

/** A capture with learned depth, its radiance field, and the field's quality. */
export interface LearnedFolder extends LearnedDepth {
    readonly report: RadianceQuality;
}

/**
 * Learns the depth of the views, and prints the held-out PSNR and, where there is true depth, the depth error. Writes
 * the training, which the viewer opens, and the rendered held-out views. An interrupt (Ctrl+C) ends the training early
 * and uses the field as trained so far.
 * @param masks of the views, for the depth continuity loss
 */
export async function LearnFolderDepthAsync(
    engine: WebGPUEngine,
    capture: Capture,
    args: SegmentArguments,
    masks: MaskSet | null,
    clock: StageClock,
): Promise<LearnedFolder> {
    const { radiancePreset, radianceSteps, radianceFile, depthContinuity, seed, out } = args;
    const { onProgress } = clock;
    const learning = radianceFile
        ? await RadianceTrainingSession.ParseAsync(engine, capture, await readFile(radianceFile), masks)
        : await RadianceTrainingSession.CreateAsync(engine, capture, {
              preset: radiancePreset,
              masks,
              training: { seed, depthContinuity, ...(radianceSteps === null ? {} : { steps: radianceSteps }) },
          });
    const { field } = learning;
    let reportedStep = -1;
    learning.onChangedObservable.add(({ points }) => {
        const last = points.at(-1); // none if it ended at once
        if (last && last.step !== reportedStep && last.step % REPORT_STEPS === 0) {
            reportedStep = last.step;
            console.log(`step ${reportedStep}: ${last.psnr.toFixed(1)} dB on the training rays`);
        }
    });
    endOnInterrupt(learning);
    await learning.runAsync({ onProgress });
    await clock.measureAsync("Saving the radiance field", async () => {
        await mkdir(join(out, "radiance"), { recursive: true });
        await writeFile(join(out, `${capture.name}.umrt`), await learning.saveAsync());
    });
    const rendered: RadianceImage[] = [];
    const measured =
        capture.heldOutViews.length === 0
            ? null
            : await MeasurePsnrAsync(field, capture.heldOutViews, {
                  onProgress,
                  onView: (image) => rendered.push(image),
              });
    clock.stop();
    for (const [i, image] of rendered.entries()) {
        const { name, camera } = capture.heldOutViews[i];
        const { width, height } = camera;
        const bytes = encode({ width, height, data: ComposeOver(image, [1, 1, 1]), channels: 4, depth: 8 });
        await writeFile(join(out, "radiance", `${name.replaceAll("/", "_")}.png`), bytes);
    }
    const psnr = measured?.mean ?? null;
    if (psnr !== null) {
        console.log(`held-out PSNR ${psnr.toFixed(1)} dB`);
    }
    const learned = await learning.captureAsync({ onProgress });
    clock.stop();
    const report = { steps: learning.step, psnr, depth: MeasureDepth(learned.views, capture.views) };
    const { depth } = report;
    if (depth) {
        console.log(`depth error ${depth.meanError.toFixed(4)} (mean), ${depth.medianError.toFixed(4)} (median)`);
    }
    return { capture: learned, field, report };
}

/** Ends the training at the first interrupt, and the program at the next. */
function endOnInterrupt(learning: RadianceTrainingSession): void {
    let first = -Infinity;
    process.on("SIGINT", () => {
        const now = performance.now();
        if (!learning.isEnded) {
            first = now;
            learning.end();
        } else if (!(now - first < INTERRUPT_INTERVAL)) {
            process.exit(130);
        }
    });
}
