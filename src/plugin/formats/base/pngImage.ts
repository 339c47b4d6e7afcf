import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";
import { UltrametricError } from "../../../compute/base/ultrametricError";

/** The largest number of pixels of an image by default, such as 16384 x 8192: 512 MiB as RGBA. */
export const DEFAULT_MAX_PIXELS = 2 ** 27;
/** Deflate cannot compress to less than one part in 1032 (RFC 1951: 258 bytes in two bits). */
const MAX_DEFLATE_RATIO = 1032;
/** Images of at most so many pixels are decoded whatever their file's size: 64 MiB as RGBA. */
const FREE_PIXELS = 2 ** 24;
/**
 * The most pixels for each byte of a file of a larger image: those of a blank PNG of one byte per pixel. A JPEG reaches
 * 512, as it has at least one bit for each 8 x 8 pixels (ITU T.81); photos have below 100. WebP has no bound of its own.
 */
const MAX_PIXELS_PER_BYTE = MAX_DEFLATE_RATIO;
/** Channels of PNG's color types: gray, RGB, palette, gray with alpha, RGBA. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** An RGBA image. */
export interface RgbaImage {
    readonly width: number;
    readonly height: number;
    /** [height, width, 4] straight-alpha bytes, row-major from the top left. */
    readonly data: Uint8Array;
}

/** An image of integers. */
export interface NumberImage {
    readonly width: number;
    readonly height: number;
    /** [height, width] row-major from the top left. */
    readonly data: Int32Array;
}

/**
 * Decodes any PNG to RGBA bytes; 16-bit samples are rounded to 8 bits. Colors are returned as stored, without color
 * profile and gamma.
 *
 * @param file name of the file, for messages
 * @param maxPixels the most pixels that are decoded
 * @throws UltrametricError "input" when the file is not a PNG, corrupt or too large
 */
export function DecodePngToRgba(bytes: Uint8Array, file: string, maxPixels = DEFAULT_MAX_PIXELS): RgbaImage {
    const png = decodePng(bytes, file, maxPixels);
    const { width, height, channels, depth, palette, transparency } = png;
    const pixels = width * height;
    const data = new Uint8Array(4 * pixels);
    if (palette !== undefined) {
        const colors = convertPalette(png, file);
        const size = colors.length / pixels;
        for (let p = 0; p < pixels; p++) {
            for (let k = 0; k < 3; k++) {
                data[4 * p + k] = colors[size * p + k];
            }
            data[4 * p + 3] = size === 4 ? colors[size * p + 3] : 255;
        }
        return { width, height, data };
    }
    const samples = depth < 8 ? unpackBits(png) : png.data;
    if (depth === 8 && channels === 4) {
        data.set(samples);
        return { width, height, data };
    }
    const scale = 255 / (2 ** depth - 1);
    const hasAlpha = channels === 2 || channels === 4;
    const colors = hasAlpha ? channels - 1 : channels;
    for (let p = 0, from = 0, to = 0; p < pixels; p++, from += channels, to += 4) {
        // In images without an alpha channel, the chunk tRNS may define one transparent color.
        let isKey = transparency !== undefined && transparency.length >= colors;
        for (let k = 0; k < 3; k++) {
            const sample = samples[from + (colors === 1 ? 0 : k)];
            data[to + k] = Math.round(sample * scale);
            isKey &&= sample === transparency?.[colors === 1 ? 0 : k];
        }
        data[to + 3] = hasAlpha ? Math.round(samples[from + colors] * scale) : isKey ? 0 : 255;
    }
    return { width, height, data };
}

/**
 * Decodes a gray PNG of 1 to 16 bits to the stored integers, such as object ids.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" when the file is not a PNG, corrupt, or has colors
 */
export function DecodePngToNumbers(bytes: Uint8Array, file: string): NumberImage {
    const png = decodePng(bytes, file);
    if (png.channels !== 1 || png.palette !== undefined) {
        throw new UltrametricError(
            "input",
            `${file} has colors; ids and depth must be stored as a gray PNG of 8 or 16 bits.`,
        );
    }
    const data = Int32Array.from(png.depth < 8 ? unpackBits(png) : png.data);
    return { width: png.width, height: png.height, data };
}

/** An image of labels, and how the file stores them. */
export interface LabelImage extends NumberImage {
    /** Gray values, indices of a palette, or colors as red * 65536 + green * 256 + blue. */
    readonly kind: "gray" | "palette" | "color";
}

/**
 * Decodes a PNG of labels: gray values of 1 to 16 bits, the indices of a palette, or one color for each label.
 * Transparent pixels of colors are 0.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" when the file is not a PNG or corrupt
 */
export function DecodePngToLabels(bytes: Uint8Array, file: string): LabelImage {
    const png = decodePng(bytes, file);
    if (png.channels === 1) {
        const data = Int32Array.from(png.depth < 8 ? unpackBits(png) : png.data);
        return { width: png.width, height: png.height, data, kind: png.palette === undefined ? "gray" : "palette" };
    }
    const { width, height, data } = DecodePngToRgba(bytes, file);
    const labels = new Int32Array(width * height);
    for (let p = 0; p < labels.length; p++) {
        const color = (data[4 * p] << 16) | (data[4 * p + 1] << 8) | data[4 * p + 2];
        labels[p] = data[4 * p + 3] > 0 ? color : 0;
    }
    return { width, height, data: labels, kind: "color" };
}

/** Returns whether bytes start with the PNG signature. */
export function IsPng(bytes: Uint8Array): boolean {
    return bytes.length >= 8 && [137, 80, 78, 71, 13, 10, 26, 10].every((byte, i) => bytes[i] === byte);
}

function decodePng(bytes: Uint8Array, file: string, maxPixels = DEFAULT_MAX_PIXELS): DecodedPng {
    if (!IsPng(bytes)) {
        throw new UltrametricError("input", `${file} is not a PNG file (${bytes.length} bytes without the signature).`);
    }
    checkSize(bytes, file, maxPixels);
    let png: DecodedPng;
    try {
        png = decode(bytes, { checkCrc: true });
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UltrametricError(
            "input",
            `${file} is a corrupt PNG file (${bytes.length} bytes): ${reason}. Copy or write it again.`,
            { cause: error },
        );
    }
    const perRow = png.depth < 8 ? Math.ceil((png.width * png.depth) / 8) : png.width * png.channels;
    if (png.data.length !== perRow * png.height) {
        throw new UltrametricError(
            "input",
            `${file} is a corrupt PNG file: it has ${png.data.length} samples, but ${png.width} x ${png.height} ` +
                `pixels need ${perRow * png.height}.`,
        );
    }
    return png;
}

/** Checks that the size in the header is one that the bytes can hold, before memory is allocated for it. */
function checkSize(bytes: Uint8Array, file: string, maxPixels: number): void {
    if (bytes.length < 33) {
        return; // truncated, as the decoder will tell
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [width, height] = [view.getUint32(16), view.getUint32(20)];
    const bits = bytes[24] * (CHANNELS[bytes[25]] ?? 1);
    if (width === 0 || height === 0) {
        throw new UltrametricError(
            "input",
            `${file} is a corrupt PNG file: its header says ${width} x ${height} pixels. Copy or write it again.`,
        );
    }
    CheckPixels(width, height, bytes.length, file, maxPixels);
    if (Math.ceil((width * bits) / 8) * height > MAX_DEFLATE_RATIO * bytes.length) {
        throw new UltrametricError(
            "input",
            `${file} is a corrupt PNG file: its ${bytes.length} bytes cannot hold the ${width} x ${height} pixels of ` +
                "its header. Copy or write it again.",
        );
    }
}

/**
 * Checks the size that a file states, before memory is allocated for it.
 *
 * @param byteCount bytes of the file
 * @throws UltrametricError "input" for more than `maxPixels` pixels, or more than a picture has in so few bytes
 */
export function CheckPixels(width: number, height: number, byteCount: number, file: string, maxPixels: number): void {
    if (width * height > maxPixels) {
        throw new UltrametricError(
            "input",
            `${file} has ${width} x ${height} pixels; at most ${maxPixels} are decoded (option maxPixels of the ` +
                "decoder). Make it smaller.",
        );
    }
    if (width * height > Math.max(FREE_PIXELS, MAX_PIXELS_PER_BYTE * byteCount)) {
        throw new UltrametricError(
            "input",
            `${file} states ${width} x ${height} pixels in ${byteCount} bytes; above ${FREE_PIXELS} pixels, at most ` +
                `${MAX_PIXELS_PER_BYTE} per byte are decoded, more than pictures have. Write it again, or smaller.`,
        );
    }
}

function convertPalette(png: DecodedPng, file: string): Uint8Array {
    try {
        return convertIndexedToRgb(png);
    } catch (error) {
        throw new UltrametricError("input", `${file} is a corrupt PNG file: its palette does not fit its pixels.`, {
            cause: error,
        });
    }
}

/** Unpacks the samples of an image with 1, 2 or 4 bits per pixel; every row starts at a byte boundary. */
function unpackBits(png: DecodedPng): Uint8Array {
    const { width, height, depth, data } = png;
    const perRow = Math.ceil((width * depth) / 8);
    const out = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            const bit = x * depth;
            const byte = data[y * perRow + (bit >> 3)];
            out[y * width + x] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
        }
    }
    return out;
}
