import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { HierarchyOptions } from "../compute/hierarchy/hierarchyBuilder";
import type { Criterion, SegmentationHierarchy } from "../compute/hierarchy/segmentationHierarchy";
import type { RunOptions } from "../compute/progress";
import { ThrowIfAborted, UltrametricError } from "../compute/ultrametricError";
import type { Capture } from "../compute/views/capture";
import type { MaskSet } from "../compute/views/maskSet";
import { HierarchyClient } from "./worker/hierarchyClient";
import type { HierarchyCounts } from "./worker/hierarchyJob";

/** Options of {@link SegmentCaptureAsync}. */
export interface SegmentOptions extends RunOptions {
    /** Heights to compute; the first is shown first. Default ["consensus"], with the paper's recipe ["distance"]. */
    readonly criteria?: readonly Criterion[];
    /** No training: masks alone, in seconds. Default false. */
    readonly preview?: boolean;
    /** How the hierarchy is built. */
    readonly hierarchy?: HierarchyOptions;
    /** Called with the hierarchy by masks alone, before the training starts. */
    readonly onPreview?: (hierarchy: SegmentationHierarchy) => void;
    /** Called once the hierarchy is there. */
    readonly onCounts?: (counts: HierarchyCounts) => void;
}

/** Stages of a preview and how long each takes, in parts of the whole. */
const STAGES: readonly (readonly [string, number])[] = [
    ["masks", 0.04],
    ["cloud", 0.14],
    ["graph", 0.2],
    ["bridges", 0.01],
    ["observations", 0.06],
    ["votes", 0.15],
    ["colors", 0.05],
    ["superpoints", 0.2],
    ["consensus", 0.15],
];

/**
 * From a capture with masks to a hierarchy of parts: the whole way, in a page or in Node. In a page nothing but training
 * steps runs on the page's thread, a few milliseconds at a time.
 *
 * @param engine that trains the feature field; null trains nothing
 * @param masks `masks.views[i]` belongs to `capture.views[i]`
 * @throws UltrametricError "input" when the capture shows nothing, has no masks or they do not fit; "aborted"; and the
 * errors of the GPU. The capture and what was shown before stay as they are.
 */
export async function SegmentCaptureAsync(
    engine: WebGPUEngine | null,
    capture: Capture,
    masks: MaskSet,
    options: SegmentOptions = {},
): Promise<SegmentationHierarchy> {
    const { onProgress, signal } = options;
    checkInput(capture, masks);
    const criteria = options.criteria ?? [options.hierarchy?.recipe === "paper" ? "distance" : "consensus"];
    const report = (stage: string): void => {
        const index = STAGES.findIndex(([name]) => name === stage);
        const before = STAGES.slice(0, Math.max(index, 0)).reduce((sum, [, share]) => sum + share, 0);
        onProgress?.({ stage, fraction: before });
    };
    const client = await HierarchyClient.StartAsync(
        { capture, masks, options: options.hierarchy ?? {} },
        report,
        signal,
    );
    try {
        const hierarchy = await client.buildAsync(criteria, null);
        options.onCounts?.(await client.countsAsync());
        ThrowIfAborted(signal, "Segmenting");
        return hierarchy;
    } finally {
        client.dispose();
    }
}

function checkInput(capture: Capture, masks: MaskSet): void {
    if (masks.views.length !== capture.views.length) {
        throw new UltrametricError(
            "input",
            `The masks are of ${masks.views.length} views, the capture "${capture.name}" has ${capture.views.length}.`,
        );
    }
    if (masks.views.every((view) => view.masks.length === 0)) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" has no masks in any view. Generate masks, or load them from files.`,
        );
    }
    if (capture.views.every((view) => view.depth === null)) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" has no depth in any view, so its surface is unknown. Add depth files.`,
        );
    }
}
