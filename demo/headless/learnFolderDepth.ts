import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { type Capture, type LearnedDepth, type MaskSet, RadianceTrainingSession } from "babylon-ultrametric";
import { type DepthError, MeasureDepth, MeasurePsnrAsync } from "babylon-ultrametric/evaluation";
import { ComposeOver, type RadianceImage } from "babylon-ultrametric/fields";
import { encode } from "fast-png";
import type { SegmentArguments } from "./segmentArguments";
import type { StageClock } from "./stageClock";

/** Steps between two lines on the terminal. */
const SAID_STEPS = 250;

/** Milliseconds within which interrupts are one: Ctrl+C comes from the terminal, and again from the program that started this one. */
const SAME_INTERRUPT = 1000;

/** How good a radiance field is; null where it cannot be measured. */
export interface RadianceQuality {
    /** Steps of the training. */
    readonly steps: number;
    /** Of the held-out views, decibel. */
    readonly psnr: number | null;
    /** Of the training views. */
    readonly depth: DepthError | null;
}

/** A capture whose depth was learned, what learned it, and how good it is. */
export interface LearnedFolder extends LearnedDepth {
    readonly report: RadianceQuality;
}

/**
 * Learns the depth of the views, and says how well: held-out PSNR and, where there is true depth, how far off it is. Writes the training, which the viewer opens,
 * and the held-out views as the field shows them. An interrupt (Ctrl+C) ends the training early: the field is used as it is.
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
    let said = -1;
    learning.onChangedObservable.add(({ points }) => {
        const last = points.at(-1); // none where it is ended at once
        if (last && last.step !== said && last.step % SAID_STEPS === 0) {
            said = last.step;
            console.log(`step ${said}: ${last.psnr.toFixed(1)} dB on the training's rays`);
        }
    });
    endOnInterrupt(learning);
    await learning.runAsync({ onProgress });
    await clock.measureAsync("Saving the radiance field", async () => {
        await mkdir(join(out, "radiance"), { recursive: true });
        await writeFile(join(out, `${capture.name}.umrt`), await learning.saveAsync());
    });
    const shown: RadianceImage[] = [];
    const measured =
        capture.heldOutViews.length === 0
            ? null
            : await MeasurePsnrAsync(field, capture.heldOutViews, { onProgress, onView: (image) => shown.push(image) });
    clock.stop();
    for (const [i, image] of shown.entries()) {
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
        console.log(`depth off by ${depth.meanError.toFixed(4)} (mean), ${depth.medianError.toFixed(4)} (median)`);
    }
    return { capture: learned, field, report };
}

/** The first interrupt ends the training early, another one the program. */
function endOnInterrupt(learning: RadianceTrainingSession): void {
    let first = -Infinity;
    process.on("SIGINT", () => {
        const now = performance.now();
        if (!learning.isEnded) {
            first = now;
            learning.end();
        } else if (!(now - first < SAME_INTERRUPT)) {
            process.exit(130);
        }
    });
}
