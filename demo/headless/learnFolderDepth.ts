import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Capture } from "../../src/compute/views/capture";
import type { MaskSet } from "../../src/compute/views/maskSet";
import { LearnDepthAsync, type LearnedDepth } from "../../src/plugin/captures/learnedDepth";
import { type DepthError, MeasureDepth } from "../../src/plugin/evaluation/depthError";
import { MeasurePsnrAsync } from "../../src/plugin/evaluation/heldOutPsnr";
import type { SegmentArguments } from "./segmentArguments";
import type { StageClock } from "./stageClock";

/** How good a radiance field is; null where it cannot be measured. */
export interface RadianceQuality {
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
 * Learns the depth of the views, and says how well: held-out PSNR and, where there is true depth, how far off it is.
 * @param masks of the views, for the depth continuity loss
 */
export async function LearnFolderDepthAsync(
    engine: WebGPUEngine,
    capture: Capture,
    { radiancePreset, radianceSteps, depthContinuity, seed }: SegmentArguments,
    masks: MaskSet | null,
    clock: StageClock,
): Promise<LearnedFolder> {
    const { capture: learned, field } = await LearnDepthAsync(engine, capture, {
        preset: radiancePreset,
        masks: masks ?? undefined,
        training: { seed, depthContinuity, ...(radianceSteps === null ? {} : { steps: radianceSteps }) },
        onProgress: clock.onProgress,
        onReport: ({ step, psnr }) => {
            if (step % 500 === 0) {
                console.log(`step ${step}: ${psnr.toFixed(1)} dB on the training's rays`);
            }
        },
    });
    clock.stop();
    const psnr = capture.heldOutViews.length === 0 ? null : (await MeasurePsnrAsync(field, capture.heldOutViews)).mean;
    const report = { psnr, depth: MeasureDepth(learned.views, capture.views) };
    const { depth } = report;
    console.log(
        `${psnr === null ? "" : `held-out PSNR ${psnr.toFixed(1)} dB`}${
            depth ? `, depth off by ${depth.meanError.toFixed(4)} (mean), ${depth.medianError.toFixed(4)} (median)` : ""
        }`,
    );
    return { capture: learned, field, report };
}
