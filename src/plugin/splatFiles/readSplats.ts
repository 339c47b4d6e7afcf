import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { SPLAT_BYTES, type SplatCloud } from "../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../compute/splats/splatFrame";
import type { ImageDecoder } from "../formats/imageDecoder";
import { JsonNode } from "../formats/jsonNode";
import type { FileSource } from "../sources/fileSource";
import { FiniteSplats } from "./finiteSplats";
import { ReadKsplatAsync } from "./ksplatFile";
import { IsZip, UnpackSogAsync } from "./sogBundle";
import { ReadSogAsync } from "./sogFile";
import { DecodeDataImageAsync } from "./sogImages";
import { IsSogMeta } from "./sogMeta";
import { ReadSpzAsync } from "./spzFile";
import { SPZ_MAGIC } from "./spzStreams";

/** A format of splat files. */
export type SplatFormat = "spz" | "sog" | "splat" | "ksplat";

/** Options of {@link ReadSplatsAsync}. */
export interface ReadSplatsOptions {
    /**
     * Decodes the images of a SOG. Default: the browser's decoder, without changing colors where alpha is below 255. In
     * Node pass a decoder for WebP.
     */
    readonly decodeImageAsync: ImageDecoder;
    /** Cancels the work. */
    readonly signal?: AbortSignal;
}

/** The splats of a file. */
export interface SplatsRead {
    readonly format: SplatFormat;
    readonly cloud: SplatCloud;
    /** The number of splats that were left out, because their center or size is not finite. */
    readonly leftOut: number;
}

/**
 * Reads a file of Gaussian splats in time slices: `.spz` of versions 2, 3 and 4, `.sog` bundles, the `meta.json` of a
 * SOG in files, `.splat`, and `.ksplat`. The format is recognized by the content, .splat and .ksplat by their ending.
 *
 * @param source the file, and the files beside it
 * @param path the path of the file in the source
 * @throws UltrametricError "input" for a damaged or missing file, "unsupported" for an unknown version or where images
 * cannot be decoded, "limits", "aborted"
 */
export async function ReadSplatsAsync(
    source: FileSource,
    path: string,
    options: Partial<ReadSplatsOptions> = {},
): Promise<SplatsRead> {
    const { decodeImageAsync = DecodeDataImageAsync, signal } = options;
    const bytes = await source.readBytesAsync(path, signal);
    const format = formatOf(bytes, path);
    const cloud = await readAsync(format, bytes, source, path, { decodeImageAsync, signal });
    const finite = await RunCoroutineAsync(FiniteSplats(cloud), new Pacer(`Reading ${path}`, signal));
    if (finite.count === 0) {
        const what = cloud.count > 0 ? `none of its ${cloud.count} splats is finite` : "it has no splats";
        throw new UltrametricError("input", `${path} cannot be shown: ${what}. Export it again.`);
    }
    return { format, cloud: finite, leftOut: cloud.count - finite.count };
}

function formatOf(bytes: Uint8Array, path: string): SplatFormat {
    const start = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length === 0) {
        throw new UltrametricError("input", `${path} is empty. Copy or export it again.`);
    }
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    if (isGzip || (bytes.length >= 4 && start.getUint32(0, true) === SPZ_MAGIC)) {
        return "spz";
    }
    if (IsZip(bytes) || /\.(json|sog)$/i.test(path)) {
        return "sog";
    }
    if (/\.spz$/i.test(path)) {
        throw new UltrametricError("input", `${path} is no SPZ file: it starts with other bytes. Export it again.`);
    }
    if (/\.ksplat$/i.test(path)) {
        return "ksplat";
    }
    if (String.fromCharCode(...bytes.subarray(0, 4)).trim() === "ply") {
        throw new UltrametricError("input", `${path} is a PLY file. Rename it to end with .ply, and open it again.`);
    }
    return "splat";
}

async function readAsync(
    format: SplatFormat,
    bytes: Uint8Array,
    source: FileSource,
    path: string,
    options: ReadSplatsOptions,
): Promise<SplatCloud> {
    const { decodeImageAsync, signal } = options;
    switch (format) {
        case "spz":
            return ReadSpzAsync(bytes, path, signal);
        case "ksplat":
            return ReadKsplatAsync(bytes, path, signal);
        case "splat":
            return readRows(bytes, path);
        case "sog": {
            if (!IsZip(bytes)) {
                const folder = path.slice(0, path.lastIndexOf("/") + 1);
                const readBytesAsync = (name: string): Promise<Uint8Array> =>
                    source.readBytesAsync(`${folder}${name}`, signal);
                return ReadSogAsync(parseMeta(bytes, path), { readBytesAsync, decodeImageAsync, signal });
            }
            const files = await UnpackSogAsync(bytes, path);
            const readBytesAsync = async (name: string): Promise<Uint8Array> => {
                const file = files.get(name);
                if (!file) {
                    throw new UltrametricError("input", `${path} has no file ${name}. Copy or export it again.`);
                }
                return file;
            };
            const meta = parseMeta(await readBytesAsync("meta.json"), `${path}/meta.json`);
            return ReadSogAsync(meta, { readBytesAsync, decodeImageAsync, signal });
        }
    }
}

function parseMeta(bytes: Uint8Array, file: string): JsonNode {
    let value: unknown;
    try {
        value = JSON.parse(new TextDecoder().decode(bytes));
    } catch (cause) {
        throw new UltrametricError("input", `${file} is no SOG: ${(cause as SyntaxError).message}. Export it again.`, {
            cause,
        });
    }
    const meta = new JsonNode(value, file);
    if (!IsSogMeta(meta)) {
        throw meta.error("does not describe a SOG: it has no means, scales, quats and sh0.");
    }
    return meta;
}

function readRows(bytes: Uint8Array, file: string): SplatCloud {
    if (bytes.length % SPLAT_BYTES !== 0) {
        throw new UltrametricError(
            "input",
            `${file} is truncated or no .splat file: its ${bytes.length} bytes are no multiple of ${SPLAT_BYTES}, the ` +
                "size of a splat. Copy or export it again.",
        );
    }
    const rows = new Uint8Array(bytes);
    const count = rows.length / SPLAT_BYTES;
    const frame = SPLAT_FRAMES.ply;
    return { count, rows, harmonicDegree: 0, harmonics: new Uint8Array(0), frame, isAntialiased: false };
}
