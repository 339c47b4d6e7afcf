import { RADIANCE_FIELD_PRESETS } from "../../src/compute/fields/radiance/radianceFieldOptions";
import { CreateRadianceViews, RadianceRange } from "../../src/compute/fields/radiance/radianceViews";
import { SavedTraining } from "../../src/compute/fields/radiance/savedTraining";
import type { Capture } from "../../src/compute/views/capture";

/**
 * Writes a file (.umrt) with a training of a capture after 7 steps. Its arrays are placeholders: the file only
 * identifies its capture.
 */
export function TrainingFile(capture: Capture): Uint8Array<ArrayBuffer> {
    const { field, training } = RADIANCE_FIELD_PRESETS.fast;
    const views = CreateRadianceViews(capture);
    return SavedTraining.Write(
        views,
        { field: { ...field, ...RadianceRange(views.bounds) }, training, steps: 7, looks: { looks: 0, next: 0 } },
        [Float32Array.of(1, 2, 3), Uint32Array.of(4)],
    );
}
