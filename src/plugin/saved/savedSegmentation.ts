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

/** A segmentation without its hierarchy, as JSON; the value of the key "segmentation" in the header of a file. */
export interface SavedSegmentation {
    readonly version: number;
    /** The criterion that the hierarchy is cut by. */
    readonly criterion: Criterion;
    /** The options, without a custom mesh, with the current granularity and color mode. */
    readonly options: Readonly<Partial<UltrametricSegmentationOptions>>;
    /** The transform of the leaves' points; null if they were not moved. */
    readonly place: SavedTransform | null;
    /** The scene's content that the leaves were sampled from; null for captures from files. */
    readonly content: SavedContent | null;
    readonly edits: SavedEdits;
    /** The selected [start, end) of the criterion's leaf order. */
    readonly selection: readonly (readonly [start: number, end: number])[];
}

/** A whole segmentation as JSON, such as for the metadata of a scene. */
export interface SerializedSegmentation extends SavedSegmentation {
    readonly customType: typeof SEGMENTATION_TYPE;
    readonly name: string;
    /** The hierarchy's file in base64, which also holds the links between leaves and content. */
    readonly hierarchy: string;
}

/** A saved segmentation or hierarchy: its URL, its bytes, the file itself, or the result of serializeAsync. */
export type SegmentationSource = BytesSource | SerializedSegmentation;

/** The state of a segmentation that is saved. */
export interface SegmentationState extends EditState {
    readonly scene: Scene;
    readonly content: ContentLeaves | null;
    readonly criterion: Criterion;
    readonly options: Readonly<UltrametricSegmentationOptions>;
    readonly pointCloud: PointCloudBinding;
    readonly selection: Selection;
}

/** Returns a segmentation as a file: the file of its hierarchy, with more in its header and more arrays. */
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

/** Returns a file of {@link SaveSegmentation} as JSON. */
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
