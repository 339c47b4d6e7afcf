import { ConcatenateBytes } from "../../../compute/base/concatenate";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { CheckPixels, DEFAULT_MAX_PIXELS, IsPng } from "./pngImage";

/** Image formats that are recognized by their signature. */
export type ImageFormat = "png" | "jpeg" | "webp";

// JPEG markers (ITU T.81, table B.1).
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP1 = 0xe1;
/** Markers from 0xc0 to 0xcf start frames, except these. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];

/** Recognizes the format of an image file; null for any other format. */
export function DetectImageFormat(bytes: Uint8Array): ImageFormat | null {
    if (IsPng(bytes)) {
        return "png";
    }
    if (bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) {
        return "jpeg";
    }
    return bytes.length >= 12 && textAt(bytes, 0) === "RIFF" && textAt(bytes, 8) === "WEBP" ? "webp" : null;
}

/** Signatures of files that are not read everywhere: their bytes from an offset, and their name. */
const OTHER_FORMATS: readonly (readonly [offset: number, signature: string, name: string])[] = [
    [4, "ftyphei", "a HEIC image"],
    [4, "ftyphev", "a HEIC image"],
    [4, "ftypmif1", "a HEIC image"],
    [4, "ftypmsf1", "a HEIC image"],
    [4, "ftypavi", "an AVIF image"],
    [0, "II*\0", "a TIFF image or a camera's raw file"],
    [0, "MM\0*", "a TIFF image or a camera's raw file"],
    [0, "GIF8", "a GIF image"],
    [0, "BM", "a BMP image"],
    [0, "version https://git-lfs", "a pointer of Git LFS (git lfs pull brings the file)"],
];

/** Returns the name of a file's format with an article, as far as it is known by its signature; null for others. */
export function NameImageFormat(bytes: Uint8Array): string | null {
    const head = String.fromCharCode(...bytes.subarray(0, 32));
    return OTHER_FORMATS.find(([offset, signature]) => head.startsWith(signature, offset))?.[2] ?? null;
}

/**
 * Creates the error for a file that cannot be decoded, with its format and the remedy.
 *
 * @param decoder what decodes, for instance "this browser"
 * @param cause the decoder's own error; undefined if it has no decoder for the format
 */
export function UndecodableImage(bytes: Uint8Array, file: string, decoder: string, cause?: unknown): UltrametricError {
    const name = NameImageFormat(bytes);
    const advice = name?.includes("HEIC")
        ? "convert it to JPEG (on an iPhone, Settings > Camera > Formats > Most Compatible takes JPEG)."
        : "convert it to PNG or JPEG.";
    return new UltrametricError(
        name === null && cause !== undefined ? "input" : "unsupported",
        name === null
            ? `${file} is corrupt or in a format that ${decoder} cannot decode (${bytes.length} bytes); ${advice}`
            : `${file} is ${name}, which ${decoder} cannot decode; ${advice}`,
        { cause },
    );
}

/**
 * Prepares a JPEG or WebP file for decoding: checks its size, because a few bytes can state one that fills the memory,
 * and that it is complete, because decoders fill the rest with gray; and removes the EXIF data of a JPEG, because
 * decoders may rotate the image, but poses refer to the pixels as stored.
 *
 * @param file name of the file, for messages
 * @param maxPixels the most pixels that are decoded
 * @throws UltrametricError "input" when the file is truncated, corrupt or too large
 */
export function PrepareImageBytes(
    bytes: Uint8Array,
    format: "jpeg" | "webp",
    file: string,
    maxPixels = DEFAULT_MAX_PIXELS,
): Uint8Array {
    if (format === "webp") {
        const length = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
        if (bytes.length < length) {
            throw truncated(file, `it has ${bytes.length} of ${length} bytes`);
        }
        const size = webpSize(bytes);
        if (size) {
            CheckPixels(...size, bytes.length, file, maxPixels);
        }
        return bytes;
    }
    const kept: Uint8Array[] = [bytes.subarray(0, 2)];
    let at = 2;
    while (at + 4 <= bytes.length) {
        if (bytes[at] !== 0xff) {
            throw truncated(file, `no marker at byte ${at}`);
        }
        const marker = bytes[at + 1];
        if (marker === 0xff) {
            at++; // a fill byte
            continue;
        }
        const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
        if (marker === START_OF_SCAN) {
            // In scan data a byte 0xff is followed by 0, so these two bytes are the end of the image.
            for (let i = end; i + 1 < bytes.length; i++) {
                if (bytes[i] === 0xff && bytes[i + 1] === END_OF_IMAGE) {
                    return ConcatenateBytes([...kept, bytes.subarray(at)]);
                }
            }
            break;
        }
        if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker) && at + 9 <= bytes.length) {
            const [width, height] = [(bytes[at + 7] << 8) | bytes[at + 8], (bytes[at + 5] << 8) | bytes[at + 6]];
            CheckPixels(width, height, bytes.length, file, maxPixels);
        }
        if (marker !== APP1) {
            kept.push(bytes.subarray(at, end));
        }
        at = end;
    }
    throw truncated(file, `its ${bytes.length} bytes do not contain the end of the image`);
}

/** Returns the width and height of a WebP file; null if its first chunk is of an unknown kind. */
function webpSize(bytes: Uint8Array): readonly [width: number, height: number] | null {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const kind = bytes.length < 30 ? "" : textAt(bytes, 12);
    if (kind === "VP8X") {
        return [1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >>> 8)];
    }
    if (kind === "VP8L") {
        const bits = view.getUint32(21, true);
        return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
    }
    return kind === "VP8 " ? [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff] : null;
}

function textAt(bytes: Uint8Array, offset: number): string {
    return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function truncated(file: string, problem: string): UltrametricError {
    return new UltrametricError("input", `${file} is truncated or corrupt: ${problem}. Copy or write it again.`);
}
