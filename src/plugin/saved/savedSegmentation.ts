import { Matrix, Quaternion } from "@babylonjs/core/Maths/math.vector";
import { DecodeBase64ToBinary, EncodeArrayBufferToBase64 } from "@babylonjs/core/Misc/stringTools";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { HierarchyFile } from "../../compute/hierarchy/cut/hierarchyFile";
import type { Criterion } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { PointCloudBinding } from "../display/pointCloudBinding";
import { JsonNode } from "../formats/jsonNode";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import type { Selection } from "../parts/model/selection";
import type { UltrametricSegmentation, UltrametricSegmentationOptions } from "../session/ultrametricSegmentation";
import { type BytesSource, ReadBytesAsync } from "./readBytes";
import { SaveContent, type SavedContent } from "./savedContent";
import { type EditState, ReadInterval, type SavedEdits, SaveEdits } from "./savedEdits";
import { ReadTransform, type SavedTransform, SaveTransform } from "./savedTransform";

const KEY = "segmentation";
const VERSION = 1;
const CUSTOM_TYPE = "UltrametricSegmentation";

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
    readonly customType: typeof CUSTOM_TYPE;
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
        version: VERSION,
        criterion,
        options,
        place: placeOf(pointCloud),
        content: content && SaveContent(content, file),
        edits: SaveEdits(state),
        selection: state.selection.intervals.map(({ start, end }) => [start, end]),
    };
    return new HierarchyFile({ ...file.header, [KEY]: saved }, file.arrays);
}

/** A file of {@link SaveSegmentation} as an object for JSON. */
export async function SerializeFileAsync({ header, arrays }: HierarchyFile): Promise<SerializedSegmentation> {
    const { [KEY]: saved, ...rest } = header;
    const bytes = await new HierarchyFile(rest, arrays).writeAsync();
    return {
        customType: CUSTOM_TYPE,
        name: String(header.name),
        ...(saved as SavedSegmentation),
        hierarchy: EncodeArrayBufferToBase64(bytes),
    };
}

/** A file that was opened. */
export interface OpenedSegmentation {
    readonly file: HierarchyFile;
    /** What messages call it. */
    readonly name: string;
    /** A {@link SavedSegmentation}, unchecked; null for a hierarchy alone. */
    readonly saved: JsonNode | null;
}

/**
 * Opens what was saved, of whatever form.
 *
 * @throws UltrametricError "input" when there is no such file, it is none of these, it is damaged or of a newer version
 */
export async function OpenSegmentationAsync(source: SegmentationSource): Promise<OpenedSegmentation> {
    const { file, name } = isObject(source)
        ? await fromObjectAsync(source, "The segmentation")
        : await fromBytesAsync(await ReadBytesAsync(source));
    const root = new JsonNode(file.header, name);
    const saved = root.has(KEY) ? root.at(KEY) : null;
    const version = saved?.at("version").number() ?? VERSION;
    if (version !== VERSION) {
        throw new UltrametricError(
            "input",
            `${name} is a saved segmentation of version ${version}, this program reads version ${VERSION}. Update it, or segment again.`,
        );
    }
    return { file, name, saved };
}

/**
 * The options of a saved segmentation.
 *
 * @param defaults which options, and what they are where the saved ones are not what they have to be
 */
export function ReadOptions(
    saved: JsonNode,
    defaults: Readonly<Partial<UltrametricSegmentationOptions>>,
): Partial<UltrametricSegmentationOptions> {
    const values = saved.at("options").value as Record<string, unknown>;
    const allowed: Readonly<Record<string, readonly string[]>> = {
        display: ["points", "meshes", "both"],
        colorMode: ["parts", "tint", "original"],
        palette: ["full", "colorBlindSafe"],
        upAxis: ["y", "z"],
    };
    return Object.fromEntries(
        Object.entries(defaults).map(([key, known]) => {
            const value = values?.[key];
            const fits = Array.isArray(known)
                ? Array.isArray(value) && value.length === known.length && value.every(Number.isFinite)
                : typeof value === typeof known && value !== null;
            return [key, fits && (allowed[key]?.includes(value as string) ?? true) ? value : known];
        }),
    );
}

/** By what a saved segmentation was cut. @throws UltrametricError "input" when that is damaged */
export function SavedCriterion(saved: JsonNode): Criterion {
    return saved.at("criterion").string() as Criterion;
}

/** Cuts, colors and places a hierarchy as the saved one was. @throws UltrametricError "input" when there is no such criterion */
export function RestoreSettings(saved: JsonNode, segmentation: UltrametricSegmentation): void {
    segmentation.criterion = SavedCriterion(saved);
    const { granularity, colorMode } = ReadOptions(saved, {
        granularity: segmentation.granularity,
        colorMode: segmentation.colorMode,
    });
    Object.assign(segmentation, { granularity, colorMode });
    const root = segmentation.pointCloud?.root;
    if (root && saved.has("place")) {
        const { position, rotation, scaling } = ReadTransform(saved.at("place"));
        root.position = position;
        root.rotationQuaternion = rotation;
        root.scaling = scaling;
    }
}

/** Selects what was selected. @throws UltrametricError "input" when that is damaged */
export function RestoreSelection(saved: JsonNode, segmentation: UltrametricSegmentation): void {
    const { leafCount } = segmentation.hierarchy!;
    const intervals = saved.has("selection") ? saved.at("selection").items() : []; // files that are older have none
    segmentation.selection.replace(intervals.map((interval) => ReadInterval(interval, 2, leafCount)));
}

function isObject(source: SegmentationSource): source is SerializedSegmentation {
    return typeof source === "object" && "customType" in source;
}

async function fromObjectAsync(source: SerializedSegmentation, name: string): ReturnType<typeof fromBytesAsync> {
    const { customType, name: _, hierarchy, ...saved } = source;
    if (customType !== CUSTOM_TYPE || typeof hierarchy !== "string") {
        throw new UltrametricError(
            "input",
            `${name} is no saved segmentation: its customType is "${String(customType)}" in place of "${CUSTOM_TYPE}", or its hierarchy is missing.`,
        );
    }
    let bytes: Uint8Array<ArrayBuffer>;
    try {
        bytes = new Uint8Array(DecodeBase64ToBinary(hierarchy));
    } catch (error) {
        throw new UltrametricError("input", `${name} is damaged: its hierarchy is not in base64.`, { cause: error });
    }
    const { header, arrays } = await HierarchyFile.ReadAsync(bytes, name);
    return { file: new HierarchyFile({ ...header, [KEY]: saved }, arrays), name };
}

/** A file, or the text of an object. */
async function fromBytesAsync({
    bytes,
    name,
}: {
    bytes: Uint8Array<ArrayBuffer>;
    name: string;
}): Promise<{ file: HierarchyFile; name: string }> {
    if (bytes[0] !== "{".charCodeAt(0)) {
        return { file: await HierarchyFile.ReadAsync(bytes, name), name };
    }
    let source: SerializedSegmentation;
    try {
        source = JSON.parse(new TextDecoder().decode(bytes)) as SerializedSegmentation;
    } catch (error) {
        throw new UltrametricError("input", `${name} is not valid JSON: ${String(error)}`, { cause: error });
    }
    return await fromObjectAsync(source, name);
}

function placeOf({ root, frame }: PointCloudBinding): SavedTransform | null {
    if (!root || !frame) {
        return null;
    }
    const rotation = root.rotationQuaternion ?? Quaternion.FromEulerVector(root.rotation);
    const { position, scaling } = root;
    const now = Matrix.Compose(scaling, rotation, position).asArray();
    return now.every((value, i) => Math.abs(value - frame.m[i]) < 1e-6)
        ? null
        : SaveTransform({ position, rotation, scaling });
}
