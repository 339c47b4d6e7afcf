import { UltrametricError } from "../../compute/base/ultrametricError";
import { IsPng } from "./pngImage";

/** Kinds of image files that are told apart by how they begin. */
export type ImageKind = "png" | "jpeg" | "webp";

// Markers of JPEG (ITU T.81, table B.1).
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP1 = 0xe1;

/** What kind of image a file is; null for another one. */
export function ImageKindOf(bytes: Uint8Array): ImageKind | null {
    if (IsPng(bytes)) {
        return "png";
    }
    if (bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) {
        return "jpeg";
    }
    return bytes.length >= 12 && textAt(bytes, 0) === "RIFF" && textAt(bytes, 8) === "WEBP" ? "webp" : null;
}

/**
 * A JPEG or WebP file as it is to be decoded: complete, and without the EXIF data of a JPEG, which may tell decoders to turn the picture. Poses
 * are found for the pixels as they are stored.
 * @param file name for messages
 * @throws UltrametricError ("input") when the file is cut off; decoders would fill the rest with gray
 */
export function CheckImageBytes(bytes: Uint8Array, kind: "jpeg" | "webp", file: string): Uint8Array {
    if (kind === "webp") {
        const length = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
        if (bytes.length < length) {
            throw cutOff(file, `it has ${bytes.length} of ${length} bytes`);
        }
        return bytes;
    }
    const kept: Uint8Array[] = [bytes.subarray(0, 2)];
    let at = 2;
    while (at + 4 <= bytes.length) {
        if (bytes[at] !== 0xff) {
            throw cutOff(file, `no marker at byte ${at}`);
        }
        const marker = bytes[at + 1];
        if (marker === 0xff) {
            at++; // a fill byte
            continue;
        }
        const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
        if (marker === START_OF_SCAN) {
            // Within the scans a byte 0xff is followed by 0, so these two bytes end the picture.
            for (let i = end; i + 1 < bytes.length; i++) {
                if (bytes[i] === 0xff && bytes[i + 1] === END_OF_IMAGE) {
                    return concatenate([...kept, bytes.subarray(at)]);
                }
            }
            break;
        }
        if (marker !== APP1) {
            kept.push(bytes.subarray(at, end));
        }
        at = end;
    }
    throw cutOff(file, `the picture does not end within its ${bytes.length} bytes`);
}

function textAt(bytes: Uint8Array, offset: number): string {
    return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function cutOff(file: string, problem: string): UltrametricError {
    return new UltrametricError("input", `${file} is cut off or damaged: ${problem}. Copy or write it again.`);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}
