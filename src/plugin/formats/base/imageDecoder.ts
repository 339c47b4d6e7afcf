import { UltrametricError } from "../../../compute/base/ultrametricError";
import { DetectImageFormat, NameImageFormat, PrepareImageBytes, UndecodableImage } from "./imageBytes";
import { DEFAULT_MAX_PIXELS, DecodePngToRgba, type RgbaImage } from "./pngImage";

/** A function that decodes an image file; `file` is the name of the file, for messages. */
export type ImageDecoder = (bytes: Uint8Array, file: string) => Promise<RgbaImage>;

/** Options of {@link DecodeImageAsync}. */
export interface ImageDecoderOptions {
    /**
     * The most pixels of a PNG, JPEG or WebP file, because a few bytes can state a size that fills the memory. Default
     * 2^27, more than cameras have. Above 2^24 pixels, a file has at most 1,032 of them per byte.
     */
    readonly maxPixels?: number;
}

/**
 * Decodes an image file: PNG everywhere, other formats (JPEG, WebP, AVIF) with the browser's decoder. Pixels are
 * returned as stored; the orientation in EXIF data is ignored.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" for a corrupt or too large file, "unsupported" without a decoder for its format
 */
export async function DecodeImageAsync(
    bytes: Uint8Array,
    file: string,
    { maxPixels = DEFAULT_MAX_PIXELS }: ImageDecoderOptions = {},
): Promise<RgbaImage> {
    const format = DetectImageFormat(bytes);
    if (
        format === "png" ||
        (format === null && file.toLowerCase().endsWith(".png") && NameImageFormat(bytes) === null)
    ) {
        return DecodePngToRgba(bytes, file, maxPixels);
    }
    if (typeof createImageBitmap === "undefined" || typeof OffscreenCanvas === "undefined") {
        if (format === null && NameImageFormat(bytes) !== null) {
            throw UndecodableImage(bytes, file, "this program");
        }
        throw new UltrametricError(
            "unsupported",
            `${file} is not a PNG file, and only browsers decode other formats; convert it to PNG, or set the option ` +
                "decodeImageAsync.",
        );
    }
    const prepared = format === null ? bytes : PrepareImageBytes(bytes, format, file, maxPixels);
    let bitmap: ImageBitmap;
    try {
        bitmap = await createImageBitmap(new Blob([new Uint8Array(prepared)]), {
            premultiplyAlpha: "none",
            colorSpaceConversion: "none",
        });
    } catch (error) {
        throw UndecodableImage(bytes, file, "this browser", error);
    }
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) {
        throw new UltrametricError("unsupported", `${file} cannot be decoded: this browser provides no 2D canvas.`);
    }
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: new Uint8Array(data.buffer) };
}
