import { UltrametricError } from "../../compute/base/ultrametricError";

/** float16 exponents are 112 lower than float32's. */
const EXPONENT_SHIFT = 112;

/**
 * Decodes IEEE 754 half floats, little-endian.
 * @param bytes 2 bytes a number
 */
export function DecodeHalfFloats(bytes: Uint8Array): Float32Array {
    const out = new Float32Array(bytes.length >> 1);
    const bits = new Uint32Array(out.buffer);
    for (let i = 0; i < out.length; i++) {
        const half = bytes[2 * i] | (bytes[2 * i + 1] << 8);
        const sign = (half & 0x8000) << 16;
        const exponent = (half >> 10) & 31;
        const mantissa = half & 1023;
        if (exponent === 0) {
            out[i] = (sign === 0 ? 1 : -1) * mantissa * 2 ** -24;
        } else {
            bits[i] = sign | ((exponent === 31 ? 255 : exponent + EXPONENT_SHIFT) << 23) | (mantissa << 13);
        }
    }
    return out;
}

/**
 * Decodes a depth image: gzip of [height, width] little-endian float16, row-major. Bytes that a server has unpacked already
 * (Content-Encoding: gzip) are taken as they are.
 * @param file name for messages
 * @returns planar depth in world units, 0 = nothing there
 * @throws UltrametricError ("input") when the file is cut off or damaged, has another size, or holds depths that are NaN, infinite or negative
 */
export async function DecodeDepthAsync(
    bytes: Uint8Array,
    width: number,
    height: number,
    file: string,
): Promise<Float32Array> {
    const isGzip = bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
    const raw = isGzip ? await GunzipAsync(bytes, file) : bytes;
    if (raw.length !== width * height * 2) {
        throw new UltrametricError(
            "input",
            `${file} holds ${raw.length} bytes of depth where a view of ${width} x ${height} pixels needs ${width * height * 2} ` +
                `(2 a pixel)${isGzip ? "" : "; it is not packed with gzip either"}. Write it again at the size of its image.`,
        );
    }
    const depth = DecodeHalfFloats(raw);
    let wrong = 0;
    let first = -1;
    for (let p = 0; p < depth.length; p++) {
        if (!(depth[p] >= 0 && depth[p] < Number.POSITIVE_INFINITY)) {
            first = wrong === 0 ? p : first;
            wrong++;
        }
    }
    if (wrong > 0) {
        throw new UltrametricError(
            "input",
            `${file} holds ${wrong} depths that are NaN, infinite or negative, the first at column ${first % width}, ` +
                `row ${Math.floor(first / width)}; write 0 where there is nothing.`,
        );
    }
    return depth;
}

async function GunzipAsync(bytes: Uint8Array, file: string): Promise<Uint8Array> {
    try {
        const unpacked = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
        return new Uint8Array(await new Response(unpacked).arrayBuffer());
    } catch (error) {
        throw new UltrametricError(
            "input",
            `${file} is cut off or damaged: its ${bytes.length} bytes are no complete gzip file. Copy or write it again.`,
            { cause: error },
        );
    }
}
