import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { EncodeArrayBufferToBase64 } from "@babylonjs/core/Misc/stringTools";
import type { Scene } from "@babylonjs/core/scene";
import { HierarchyFile } from "../../compute/hierarchy/cut/hierarchyFile";
import type { Criterion } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { PointCloudBinding } from "../display/pointCloudBinding";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { TransformOf } from "../parts/model/partTransform";
import type { Selection } from "../parts/model/selection";
import type { BytesSource } from "./readBytes";
import { SaveContent, type SavedContent } from "./savedContent";
import { type EditState, type SavedEdits, SaveEdits } from "./savedEdits";
import { type SavedTransform, SaveTransform } from "./savedTransform";
import type { UltrametricSegmentationOptions } from "./segmentationOptions";

/** @internal The key of a {@link SavedSegmentation} in the header of a hierarchy's file. */
export const SEGMENTATION_KEY = "segmentation";
/** @internal The version of the format. */
export const SEGMENTATION_VERSION = 1;
/** @internal The type name of a {@link SerializedSegmentation}. */
export const SEGMENTATION_TYPE = "UltrametricSegmentation";

/** What a segmentation holds beside its hierarchy, as JSON can hold it; in a file the key "segmentation" of the header. */
export interface SavedSegmentation {
    readonly version: number;
    /** By what the hierarchy is cut. */
    readonly criterion: Criterion;
    /** The options, with the present granularity and color mode; but for a mesh of one's own. */
    readonly options: Readonly<Partial<UltrametricSegmentationOptions>>;
    /** Where the leaves' points were moved to; null where they are where they were put. */
    readonly place: SavedTransform | null;
    /** Null where the leaves were not sampled from content of the scene. */
    readonly content: SavedContent | null;
    readonly edits: SavedEdits;
    /** The selected [start, end) of the criterion's leaf order. */
    readonly selection: readonly (readonly [start: number, end: number])[];
}

/** A whole segmentation as an object that JSON can hold, such as in the metadata of a scene. */
export interface SerializedSegmentation extends SavedSegmentation {
    readonly customType: typeof SEGMENTATION_TYPE;
    readonly name: string;
    /** The hierarchy's file in base64, with the links between its leaves and the content. */
    readonly hierarchy: string;
}

/** A saved segmentation, or hierarchy: its address, its bytes, the file itself, or what serializeAsync gave. */
export type SegmentationSource = BytesSource | SerializedSegmentation;

/** What is saved. */
export interface SegmentationState extends EditState {
    readonly scene: Scene;
    readonly content: ContentLeaves | null;
    readonly criterion: Criterion;
    readonly options: Readonly<UltrametricSegmentationOptions>;
    readonly pointCloud: PointCloudBinding;
    readonly selection: Selection;
}

/** A segmentation as a file: that of its hierarchy, which others read as such, with more in it. */
export function SaveSegmentation(state: SegmentationState): HierarchyFile {
    const { hierarchy, content, criterion, pointCloud } = state;
    const file = hierarchy.toFile();
    const { mesh: _, ...options } = state.options;
    const saved: SavedSegmentation = {
        version: SEGMENTATION_VERSION,
        criterion,
        options,
        place: placementOf(pointCloud),
        content: content && SaveContent(content, file),
        edits: SaveEdits(state),
        selection: state.selection.intervals.map(({ start, end }) => [start, end]),
    };
    return new HierarchyFile({ ...file.header, [SEGMENTATION_KEY]: saved }, file.arrays);
}

/** A file of {@link SaveSegmentation} as an object for JSON. */
export async function SerializeFileAsync({ header, arrays }: HierarchyFile): Promise<SerializedSegmentation> {
    const { [SEGMENTATION_KEY]: saved, ...rest } = header;
    const bytes = await new HierarchyFile(rest, arrays).writeAsync();
    return {
        customType: SEGMENTATION_TYPE,
        name: String(header.name),
        ...(saved as SavedSegmentation),
        hierarchy: EncodeArrayBufferToBase64(bytes),
    };
}

/** Returns the transform of the leaves' points; null if they are where the binding put them. */
function placementOf({ root, frame }: PointCloudBinding): SavedTransform | null {
    if (!root || !frame) {
        return null;
    }
    const transform = TransformOf(root);
    const matrix = Matrix.Compose(transform.scaling, transform.rotation, transform.position).asArray();
    return matrix.every((value, i) => Math.abs(value - frame.m[i]) < 1e-6) ? null : SaveTransform(transform);
}
