import type { JsonNode } from "../../compute/base/jsonNode";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { LeafInterval } from "../parts/model/leafInterval";
import { type ReadEdits, ReadSavedEdits } from "./restoreEdits";
import { ReadSelection, ReadSettings, type SavedSettings } from "./savedSettings";

/** The state of a saved segmentation beside its hierarchy and content, read and checked. */
export interface ReadState {
    readonly settings: SavedSettings;
    readonly edits: ReadEdits;
    readonly selection: readonly LeafInterval[];
}

/**
 * Reads the state of a saved segmentation, and changes nothing.
 *
 * @param hierarchy of the same file
 * @param defaults the settings that replace missing and invalid ones
 * @throws UltrametricError "input" if the file is damaged
 */
export function ReadSavedState(
    saved: JsonNode,
    hierarchy: SegmentationHierarchy,
    defaults: Pick<SavedSettings, "granularity" | "colorMode">,
): ReadState {
    return {
        settings: ReadSettings(saved, hierarchy, defaults),
        edits: ReadSavedEdits(saved, hierarchy),
        selection: ReadSelection(saved, hierarchy.leafCount),
    };
}
