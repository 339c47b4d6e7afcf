import { PROGRESS_STAGES, type Progress, type ProgressStage, type RunOptions } from "../../compute/base/progress";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { ContentSource } from "../content/findMeshes";
import type { MakeMasksOptions } from "../masks/makeMasks";
import type { SegmentOptions } from "../pipeline/segmentCapture";
import type { CaptureContentOptions, SegmentationRuns } from "./segmentationRuns";

/** Options of UltrametricSegmentation.segmentObjectAsync. */
export interface SegmentObjectOptions extends RunOptions {
    /** Options of the capture, see UltrametricSegmentation.captureSceneAsync. */
    readonly capture?: Omit<CaptureContentOptions, keyof RunOptions>;
    /** Options of the masks, such as `model`, see UltrametricSegmentation.generateMasksAsync. */
    readonly masks?: MakeMasksOptions;
    /** Options of the hierarchy, see UltrametricSegmentation.segmentAsync; `preview` is true unless it is set. */
    readonly segment?: Omit<SegmentOptions, keyof RunOptions>;
}

/** The share of the whole that is done when each of the three steps begins, and at the end: capture, masks, hierarchy. */
const STEPS = [0, 0.3, 0.7, 1] as const;
/** The stages that a capture goes through, in order; only the last has items. */
const CAPTURE_STAGES: readonly ProgressStage[] = ["readScene", "sampleSurfaces", "drawViews"];

/** Captures content, makes masks, builds the hierarchy and shows it, with one progress. */
export async function SegmentObjectAsync(
    runs: Pick<SegmentationRuns, "captureSceneAsync" | "generateMasksAsync" | "segmentAsync">,
    content: ContentSource | null,
    { capture = {}, masks = {}, segment = {}, signal, onProgress }: SegmentObjectOptions,
): Promise<SegmentationHierarchy> {
    let total = 0;
    const progressOf = (step: number, shareOf: (progress: Progress) => number): RunOptions => ({
        signal,
        onProgress: (progress) => {
            const [start, end] = [STEPS[step], STEPS[step + 1]];
            total = Math.max(total, start + (end - start) * shareOf(progress)); // stages may begin again
            onProgress?.({ ...progress, total });
        },
    });
    const captured = await runs.captureSceneAsync(content, {
        ...capture,
        ...progressOf(0, ({ id, fraction }) =>
            id === "drawViews" ? 0.2 + 0.8 * fraction : 0.1 * Math.max(0, CAPTURE_STAGES.indexOf(id!)),
        ),
    });
    const made = await runs.generateMasksAsync(captured, {
        ...masks,
        ...progressOf(1, ({ id, fraction }) => (id === "makeMasks" || id === "makeImageMasks" ? fraction : 0)),
    });
    const hierarchy = await runs.segmentAsync(captured, made, {
        preview: true,
        ...segment,
        ...progressOf(2, ({ id, fraction }) => (id === "makeImageMasks" ? 0 : fraction)),
    });
    onProgress?.({ id: "showParts", stage: PROGRESS_STAGES.showParts, fraction: 1, total: 1 });
    return hierarchy;
}
