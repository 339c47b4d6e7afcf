import { UltrametricError } from "../../../compute/base/ultrametricError";
import { DecodeHalf } from "../base/halfFloat";

/**
 * Decodes a depth image: gzip of [height, width] little-endian float16, row-major, or the same uncompressed, because
 * servers may decompress it (Content-Encoding: gzip).
 *
 * @param file name of the file, for messages
 * @returns [height, width] planar depth in world units, 0 = nothing there
 * @throws UltrametricError "input" when the file is truncated or corrupt, has a wrong size, or contains depths that are
 * NaN, infinite or negative
 */
export async function DecodeDepthAsync(
    bytes: Uint8Array,
    width: number,
    height: number,
    file: string,
): Promise<Float32Array> {
    const isGzip = bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
    const size = width * height * 2;
    const raw = isGzip ? await gunzipAsync(bytes, size, file) : bytes;
    if (raw.length !== size) {
        throw new UltrametricError(
            "input",
            `${file} has ${raw.length > size ? `more than ${size}` : raw.length} bytes of depth, but a view of ` +
                `${width} x ${height} pixels needs ${size} (2 per pixel)${isGzip ? "" : "; it is not a gzip file either"}. ` +
                "Write it again at the size of its image.",
        );
    }
    const depth = new Float32Array(width * height);
    for (let p = 0; p < depth.length; p++) {
        depth[p] = DecodeHalf(raw[2 * p] | (raw[2 * p + 1] << 8));
    }
    let invalidCount = 0;
    let firstInvalid = -1;
    for (let p = 0; p < depth.length; p++) {
        if (!(depth[p] >= 0 && depth[p] < Number.POSITIVE_INFINITY)) {
            firstInvalid = invalidCount === 0 ? p : firstInvalid;
            invalidCount++;
        }
    }
    if (invalidCount > 0) {
        throw new UltrametricError(
            "input",
            `${file} has ${invalidCount} depths that are NaN, infinite or negative, the first at column ` +
                `${firstInvalid % width}, row ${Math.floor(firstInvalid / width)}; write 0 where there is no depth.`,
        );
    }
    return depth;
}

/** Unpacks gzip data. @param enough the result may be cut behind this many bytes, so that it fills no memory */
async function gunzipAsync(bytes: Uint8Array, enough: number, file: string): Promise<Uint8Array> {
    const unpacked = new Uint8Array(enough + 1);
    let filled = 0;
    try {
        const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
        const reader = stream.getReader();
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
            const taken = read.value.subarray(0, unpacked.length - filled);
            unpacked.set(taken, filled);
            filled += taken.length;
            if (filled > enough) {
                await reader.cancel();
                break;
            }
        }
    } catch (error) {
        throw new UltrametricError(
            "input",
            `${file} is truncated or corrupt: its ${bytes.length} bytes are not a complete gzip file. Copy or write ` +
                "it again.",
            { cause: error },
        );
    }
    return unpacked.subarray(0, filled);
}
