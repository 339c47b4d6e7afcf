import type { JsonNode } from "../../compute/base/jsonNode";
import type { HierarchyFile } from "../../compute/hierarchy/cut/hierarchyFile";

/** A saved segmentation or hierarchy that was opened. */
export interface OpenedSegmentation {
    readonly file: HierarchyFile;
    /** The name of the file in messages. */
    readonly name: string;
    /** A SavedSegmentation, unchecked; null for a hierarchy alone. */
    readonly saved: JsonNode | null;
}
