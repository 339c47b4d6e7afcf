import type { UltrametricSegmentation } from "babylon-ultrametric";
import { ViewPromptSource } from "babylon-ultrametric/parts";
import { SegmentAnythingOptions } from "./segmentAnything";
import type { SegmentSession } from "./segmentSession";

/** The size of the model's files in bytes. */
const MODEL_BYTES = 22e6;

/** Creates the source that answers clicks: by what the camera sees of a model, or by the photos of a capture. */
export function CreatePromptSource(segmentation: UltrametricSegmentation, session: SegmentSession): ViewPromptSource {
    const { model, runtime, modelStore } = SegmentAnythingOptions();
    return new ViewPromptSource(segmentation, {
        model: { model, runtime, modelStore, byteCount: MODEL_BYTES },
        captureAsync: async (run) => (await session.subject?.clickViewsAsync(run)) ?? null,
    });
}
