import { DecodeBase64ToBinary } from "@babylonjs/core/Misc/stringTools";
import { JsonNode } from "../../compute/base/jsonNode";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { HierarchyFile, type HierarchyFileOptions } from "../../compute/hierarchy/cut/hierarchyFile";
import type { OpenedSegmentation } from "./openedSegmentation";
import { ReadBytesAsync } from "./readBytes";
import {
    SEGMENTATION_KEY,
    SEGMENTATION_TYPE,
    SEGMENTATION_VERSION,
    type SegmentationSource,
    type SerializedSegmentation,
} from "./savedSegmentation";

/**
 * Opens a saved segmentation or hierarchy.
 *
 * @throws UltrametricError "input" if the file cannot be read, has another format, is damaged, or has a newer version;
 * "limits" if it unpacks to more than `maxUnpackedBytes`
 */
export async function OpenSegmentationAsync(
    source: SegmentationSource,
    options: Partial<HierarchyFileOptions> = {},
): Promise<OpenedSegmentation> {
    const { file, name } = isObject(source)
        ? await fromObjectAsync(source, "The segmentation", options)
        : await fromBytesAsync(await ReadBytesAsync(source), options);
    const root = new JsonNode(file.header, name);
    const saved = root.has(SEGMENTATION_KEY) ? root.at(SEGMENTATION_KEY) : null;
    const version = saved?.at("version").number() ?? SEGMENTATION_VERSION;
    if (version !== SEGMENTATION_VERSION) {
        throw new UltrametricError(
            "input",
            `${name} is a saved segmentation of version ${version}; this program reads version ` +
                `${SEGMENTATION_VERSION}. Update the program, or segment again.`,
        );
    }
    return { file, name, saved };
}

function isObject(source: SegmentationSource): source is SerializedSegmentation {
    return typeof source === "object" && "customType" in source;
}

async function fromObjectAsync(
    source: SerializedSegmentation,
    name: string,
    options: Partial<HierarchyFileOptions>,
): Promise<{ file: HierarchyFile; name: string }> {
    const { customType, name: _, hierarchy, ...saved } = source;
    if (customType !== SEGMENTATION_TYPE || typeof hierarchy !== "string") {
        throw new UltrametricError(
            "input",
            `${name} is not a saved segmentation: its customType is "${String(customType)}" instead of ` +
                `"${SEGMENTATION_TYPE}", or its hierarchy is missing.`,
        );
    }
    let bytes: Uint8Array<ArrayBuffer>;
    try {
        bytes = new Uint8Array(DecodeBase64ToBinary(hierarchy));
    } catch (error) {
        throw new UltrametricError("input", `${name} is damaged: its hierarchy is not in base64.`, { cause: error });
    }
    const { header, arrays } = await HierarchyFile.ReadAsync(bytes, name, options);
    return { file: new HierarchyFile({ ...header, [SEGMENTATION_KEY]: saved }, arrays, name), name };
}

/** Reads a binary file, or the JSON text of a {@link SerializedSegmentation}. */
async function fromBytesAsync(
    { bytes, name }: { bytes: Uint8Array<ArrayBuffer>; name: string },
    options: Partial<HierarchyFileOptions>,
): Promise<{ file: HierarchyFile; name: string }> {
    if (bytes[0] !== "{".charCodeAt(0)) {
        return { file: await HierarchyFile.ReadAsync(bytes, name, options), name };
    }
    let source: SerializedSegmentation;
    try {
        source = JSON.parse(new TextDecoder().decode(bytes)) as SerializedSegmentation;
    } catch (error) {
        throw new UltrametricError("input", `${name} is not valid JSON: ${String(error)}`, { cause: error });
    }
    return await fromObjectAsync(source, name, options);
}
