import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import { JsonNode } from "../../../compute/base/jsonNode";
import { Pacer } from "../../../compute/base/pacer";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { SPLAT_BYTES, type SplatCloud } from "../../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../../compute/splats/splatFrame";
import type { ImageDecoder } from "../base/imageDecoder";
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
    /**
     * Returns the bytes of a file beside a `meta.json` by its name; null for one that is missing. Default: undefined,
     * all other files are missing.
     */
    readonly readFileAsync?: (name: string) => Promise<Uint8Array | null>;
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
 * Reads a file of Gaussian splats in time slices: `.spz` of versions 1 to 4, `.sog` bundles, the `meta.json` of a
 * SOG in files, `.splat`, and `.ksplat`. The format is recognized by the content, .splat and .ksplat by their ending.
 *
 * @param name name of the file
 * @throws UltrametricError "input" for a damaged or missing file, "unsupported" for an unknown version or where images
 * cannot be decoded, "limits", "aborted"
 */
export async function ReadSplatsAsync(
    bytes: Uint8Array,
    name: string,
    options: Partial<ReadSplatsOptions> = {},
): Promise<SplatsRead> {
    const { decodeImageAsync = DecodeDataImageAsync } = options;
    const format = formatOf(bytes, name);
    const cloud = await readAsync(format, bytes, name, { ...options, decodeImageAsync });
    const finite = await RunCoroutineAsync(FiniteSplats(cloud), new Pacer(`Reading ${name}`, options.signal));
    if (finite.count === 0) {
        const what = cloud.count > 0 ? `none of its ${cloud.count} splats is finite` : "it has no splats";
        throw new UltrametricError("input", `${name} cannot be shown: ${what}. Export it again.`);
    }
    return { format, cloud: finite, leftOut: cloud.count - finite.count };
}

function formatOf(bytes: Uint8Array, name: string): SplatFormat {
    const start = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length === 0) {
        throw new UltrametricError("input", `${name} is empty. Copy or export it again.`);
    }
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    if (isGzip || (bytes.length >= 4 && start.getUint32(0, true) === SPZ_MAGIC)) {
        return "spz";
    }
    if (IsZip(bytes) || /\.(json|sog)$/i.test(name)) {
        return "sog";
    }
    if (/\.spz$/i.test(name)) {
        throw new UltrametricError("input", `${name} is no SPZ file: it starts with other bytes. Export it again.`);
    }
    if (/\.ksplat$/i.test(name)) {
        return "ksplat";
    }
    if (String.fromCharCode(...bytes.subarray(0, 4)).trim() === "ply") {
        throw new UltrametricError("input", `${name} is a PLY file. Rename it to end with .ply, and open it again.`);
    }
    return "splat";
}

async function readAsync(
    format: SplatFormat,
    bytes: Uint8Array,
    name: string,
    options: ReadSplatsOptions,
): Promise<SplatCloud> {
    const { signal } = options;
    switch (format) {
        case "spz":
            return ReadSpzAsync(bytes, name, signal);
        case "ksplat":
            return ReadKsplatAsync(bytes, name, signal);
        case "splat":
            return readRows(bytes, name);
        case "sog":
            return readSogAsync(bytes, name, options);
    }
}

async function readSogAsync(bytes: Uint8Array, name: string, options: ReadSplatsOptions): Promise<SplatCloud> {
    const { decodeImageAsync, readFileAsync, signal } = options;
    const files = IsZip(bytes) ? await UnpackSogAsync(bytes, name) : null;
    const readBytesAsync = async (file: string): Promise<Uint8Array> => {
        const found = files ? files.get(file) : await readFileAsync?.(file);
        if (!found) {
            throw new UltrametricError(
                "input",
                files
                    ? `${name} has no file ${file}. Copy or export it again.`
                    : `${name} needs ${file}, which is not among the files. Open all files of the SOG, or their folder.`,
            );
        }
        return found;
    };
    const meta = files ? parseMeta(await readBytesAsync("meta.json"), `${name}/meta.json`) : parseMeta(bytes, name);
    return ReadSogAsync(meta, { readBytesAsync, decodeImageAsync, signal });
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
