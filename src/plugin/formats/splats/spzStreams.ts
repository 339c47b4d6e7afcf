import { ConcatenateBytes } from "../../../compute/base/concatenate";
import { Pacer } from "../../../compute/base/pacer";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { HarmonicValues, MAX_HARMONIC_DEGREE, type SplatFrame } from "../../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../../compute/splats/splatFrame";

/** "NGSP" as a little-endian number. */
export const SPZ_MAGIC = 0x5053474e;
/** Bytes of the header before version 4, inside the gzip stream. */
export const SPZ_HEADER_BYTES = 16;
export const SPZ_FLAG_ANTIALIASED = 1;
const FLAG_EXTENSIONS = 2;
/** Bytes of the header of version 4, before the compressed streams. */
const HEADER_BYTES_4 = 32;
const TABLE_ENTRY_BYTES = 16;
/** The type of the extension record that names the axes. */
const AXES_EXTENSION = 0xadbe0003;
/** The axes that the extension can name, in the order of its codes; 0 names none, and further ones are permuted. */
const NAMED_FRAMES: readonly SplatFrame[] = [
    SPLAT_FRAMES.spz,
    ...([-1, 1] as const).flatMap((z) =>
        ([-1, 1] as const).flatMap((y) => ([-1, 1] as const).map((x): SplatFrame => [x, y, z])),
    ),
];
/** Compressed bytes that are handed to the decompressor at a time: a few milliseconds of work. */
const CHUNK_BYTES = 1 << 14;
/** Bytes of extensions after the splats, before version 4, that are passed over. */
const MAX_EXTENSION_BYTES = 1 << 20;
/** Deflate cannot shrink by more than this factor. */
const MAX_DEFLATE_RATIO = 1032;

/** The attributes of all splats, each in one array, still quantized. */
export interface SpzStreams {
    readonly version: number;
    readonly count: number;
    readonly harmonicDegree: number;
    readonly fractionalBits: number;
    readonly isAntialiased: boolean;
    readonly frame: SplatFrame;
    /** [n, 3] half floats in version 1, 24-bit fixed point later. */
    readonly positions: Uint8Array;
    readonly alphas: Uint8Array;
    readonly colors: Uint8Array;
    readonly scales: Uint8Array;
    /** [n, 3] bytes in versions 1 and 2, [n, 4] later. */
    readonly rotations: Uint8Array;
    readonly harmonics: Uint8Array;
}

/**
 * Decompresses an SPZ file.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" for a damaged file, "unsupported" for an unknown version or permuted axes, "aborted"
 */
export async function ReadSpzStreamsAsync(bytes: Uint8Array, file: string, signal?: AbortSignal): Promise<SpzStreams> {
    const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return isGzipped ? readGzippedAsync(bytes, file, signal) : readVersion4Async(bytes, file, signal);
}

/** Returns the bytes per splat of the six attributes, in the order of the file. */
function attributeBytes(version: number, harmonicDegree: number): number[] {
    return [version === 1 ? 6 : 9, 1, 3, 3, version < 3 ? 3 : 4, HarmonicValues(harmonicDegree)];
}

interface SpzHeader {
    readonly version: number;
    readonly count: number;
    readonly harmonicDegree: number;
    readonly fractionalBits: number;
    readonly flags: number;
}

function readHeader(bytes: Uint8Array, file: string): SpzHeader {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < SPZ_HEADER_BYTES || view.getUint32(0, true) !== SPZ_MAGIC) {
        throw damaged(file, "it does not start with the header of an SPZ file");
    }
    const version = view.getUint32(4, true);
    if (version < 1 || version > 4) {
        throw new UltrametricError(
            "unsupported",
            `${file} is an SPZ file of version ${version}; versions 1 to 4 can be read. Convert it to one of these.`,
        );
    }
    const header = {
        version,
        count: view.getUint32(8, true),
        harmonicDegree: bytes[12],
        fractionalBits: bytes[13],
        flags: bytes[14],
    };
    if (header.harmonicDegree > MAX_HARMONIC_DEGREE || header.fractionalBits > 24) {
        throw damaged(
            file,
            `its header states harmonics of degree ${header.harmonicDegree} and ${header.fractionalBits} fractional bits`,
        );
    }
    return header;
}

async function readGzippedAsync(bytes: Uint8Array, file: string, signal?: AbortSignal): Promise<SpzStreams> {
    const pacer = new Pacer(`Reading ${file}`, signal);
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
    const reader = stream.getReader();
    let all = new Uint8Array(SPZ_HEADER_BYTES);
    let filled = 0;
    let header: SpzHeader | null = null;
    try {
        // To the end, as the checksum follows; after the splats only extensions may come.
        for (let extra = 0; extra <= MAX_EXTENSION_BYTES; ) {
            const { done, value } = await reader.read();
            if (done) {
                break;
            }
            let at = 0;
            if (!header) {
                at = Math.min(value.length, all.length - filled);
                all.set(value.subarray(0, at), filled);
                filled += at;
                if (filled < SPZ_HEADER_BYTES) {
                    continue;
                }
                header = readHeader(all, file);
                all = allocate(header, bytes.length, file);
            }
            const taken = value.subarray(at, at + all.length - filled);
            all.set(taken, filled);
            filled += taken.length;
            extra += value.length - at - taken.length;
            await pacer.yieldIfDueAsync();
        }
    } catch (error) {
        throw error instanceof UltrametricError ? error : damaged(file, "its gzip stream breaks off", error);
    } finally {
        await reader.cancel().catch(() => {});
    }
    if (!header || filled < all.length) {
        throw damaged(file, `it has ${filled} of ${all.length} decompressed bytes`);
    }
    let start = SPZ_HEADER_BYTES;
    const parts = attributeBytes(header.version, header.harmonicDegree).map((size) => {
        const part = all.subarray(start, start + size * header.count);
        start += part.length;
        return part;
    });
    return streamsOf(header, SPLAT_FRAMES.spz, parts);
}

/** Allocates the decompressed file of a header, if the compressed file can hold as much. */
function allocate(header: SpzHeader, compressed: number, file: string): Uint8Array<ArrayBuffer> {
    const { version, count, harmonicDegree } = header;
    if (version > 3) {
        throw damaged(file, "version 4 has no gzip stream");
    }
    const size =
        SPZ_HEADER_BYTES + count * attributeBytes(version, harmonicDegree).reduce((sum, each) => sum + each, 0);
    if (size > MAX_DEFLATE_RATIO * compressed) {
        throw damaged(file, `its header states ${count} splats, which its ${compressed} bytes cannot hold`);
    }
    return new Uint8Array(size);
}

async function readVersion4Async(bytes: Uint8Array, file: string, signal?: AbortSignal): Promise<SpzStreams> {
    const pacer = new Pacer(`Reading ${file}`, signal);
    const header = readHeader(bytes, file);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (header.version < 4) {
        throw damaged(file, `version ${header.version} is a gzip stream`);
    }
    const table = bytes.length < HEADER_BYTES_4 ? 0 : view.getUint32(16, true);
    const sizes = attributeBytes(header.version, header.harmonicDegree).map((each) => each * header.count);
    const needed = sizes.filter((size, i) => i < 5 || size > 0).length;
    const streams = bytes[15];
    if (table < HEADER_BYTES_4 || table + TABLE_ENTRY_BYTES * streams > bytes.length || streams < needed) {
        throw damaged(file, `its table of ${streams} streams at byte ${table} does not fit`);
    }
    const frame = header.flags & FLAG_EXTENSIONS ? readFrame(view, table, file) : SPLAT_FRAMES.spz;
    const { Decompress } = await import("fzstd");
    const parts: Uint8Array[] = [];
    let start = table + TABLE_ENTRY_BYTES * streams;
    for (let stream = 0; stream < sizes.length; stream++) {
        if (stream >= needed) {
            parts.push(new Uint8Array(0));
            continue;
        }
        const entry = table + TABLE_ENTRY_BYTES * stream;
        const compressed = Number(view.getBigUint64(entry, true));
        const stated = Number(view.getBigUint64(entry + 8, true));
        if (stated !== sizes[stream] || compressed > bytes.length - start) {
            throw damaged(
                file,
                `stream ${stream} has ${compressed} bytes for ${stated}, but ${header.count} splats have ` +
                    `${sizes[stream]} bytes there, and ${bytes.length - start} bytes follow`,
            );
        }
        parts.push(
            await inflateAsync(bytes.subarray(start, start + compressed), sizes[stream], file, pacer, Decompress),
        );
        start += compressed;
    }
    return streamsOf(header, frame, parts);
}

/** Decompresses a Zstandard stream of a known size in time slices. */
async function inflateAsync(
    compressed: Uint8Array,
    size: number,
    file: string,
    pacer: Pacer,
    Decompress: typeof import("fzstd").Decompress,
): Promise<Uint8Array> {
    // Memory grows with the data that is there, as the header may lie.
    const chunks: Uint8Array[] = [];
    let length = 0;
    const decompressor = new Decompress((chunk) => {
        length += chunk.length;
        if (length > size) {
            throw damaged(file, `a stream has more than its ${size} bytes`);
        }
        chunks.push(chunk.slice());
    });
    for (let at = 0; at < compressed.length; at += CHUNK_BYTES) {
        try {
            decompressor.push(compressed.slice(at, at + CHUNK_BYTES), at + CHUNK_BYTES >= compressed.length);
        } catch (error) {
            throw error instanceof UltrametricError ? error : damaged(file, "a Zstandard stream is broken", error);
        }
        await pacer.yieldIfDueAsync();
    }
    if (length < size) {
        throw damaged(file, `a stream has ${length} of its ${size} bytes`);
    }
    return ConcatenateBytes(chunks);
}

/** Reads the axes from the extension records between the header and the table. */
function readFrame(view: DataView, end: number, file: string): SplatFrame {
    let at = HEADER_BYTES_4;
    while (at + 8 <= end) {
        const type = view.getUint32(at, true);
        const length = view.getUint32(at + 4, true);
        if (length > end - at - 8) {
            throw damaged(file, `the extension at byte ${at} has ${length} bytes, but its table follows at ${end}`);
        }
        if (type === AXES_EXTENSION && length > 0) {
            const code = view.getUint8(at + 8);
            if (code >= NAMED_FRAMES.length) {
                throw new UltrametricError(
                    "unsupported",
                    `The axes of ${file} are permuted (code ${code}). Convert it to the default axes of SPZ (RUB).`,
                );
            }
            return NAMED_FRAMES[code];
        }
        at += 8 + length;
    }
    return SPLAT_FRAMES.spz;
}

function streamsOf(header: SpzHeader, frame: SplatFrame, parts: readonly Uint8Array[]): SpzStreams {
    const { version, count, harmonicDegree, fractionalBits, flags } = header;
    const isAntialiased = (flags & SPZ_FLAG_ANTIALIASED) !== 0;
    const [positions, alphas, colors, scales, rotations, harmonics] = parts;
    const state = { version, count, harmonicDegree, fractionalBits, isAntialiased, frame };
    return { ...state, positions, alphas, colors, scales, rotations, harmonics };
}

function damaged(file: string, problem: string, cause?: unknown): UltrametricError {
    return new UltrametricError("input", `${file} is truncated or corrupt: ${problem}. Copy or export it again.`, {
        cause,
    });
}
