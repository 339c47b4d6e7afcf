import { UltrametricError } from "../../compute/base/ultrametricError";
import { CheckImageBytes, ImageKindOf } from "./imageBytes";
import { DecodePngToRgba, type RgbaImage } from "./pngImage";

/** Endings of image files, in small letters. */
export const IMAGE_ENDINGS: readonly string[] = [".png", ".jpg", ".jpeg", ".webp", ".avif"];

/** Makes a picture of a file's bytes. `file` is its name, for messages. */
export type ImageDecoder = (bytes: Uint8Array, file: string) => Promise<RgbaImage>;

/**
 * Decodes an image file: PNG everywhere, other kinds (JPEG, WebP, AVIF) where the browser's decoder is at hand. Pixels are those that are
 * stored: pictures are not turned as their EXIF data may ask for.
 * @throws UltrametricError ("input") for a broken file, ("unsupported") where there is no decoder for its kind
 */
export async function DecodeImageAsync(bytes: Uint8Array, file: string): Promise<RgbaImage> {
    const kind = ImageKindOf(bytes);
    if (kind === "png" || file.toLowerCase().endsWith(".png")) {
        return DecodePngToRgba(bytes, file);
    }
    if (typeof createImageBitmap === "undefined" || typeof OffscreenCanvas === "undefined") {
        throw new UltrametricError(
            "unsupported",
            `${file} is not a PNG, and there is no other image decoder here; convert it to PNG, or give the option decodeImageAsync.`,
        );
    }
    const checked = kind === null ? bytes : CheckImageBytes(bytes, kind, file);
    let bitmap: ImageBitmap;
    try {
        bitmap = await createImageBitmap(new Blob([new Uint8Array(checked)]), {
            premultiplyAlpha: "none",
            colorSpaceConversion: "none",
        });
    } catch (error) {
        throw new UltrametricError(
            "input",
            `${file} is broken, or of a kind that this browser cannot decode; convert it to PNG.`,
            { cause: error },
        );
    }
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) {
        throw new UltrametricError("unsupported", `${file}: this browser gives no 2D canvas to decode images with.`);
    }
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: new Uint8Array(data.buffer) };
}
