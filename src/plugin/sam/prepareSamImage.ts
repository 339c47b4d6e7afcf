import type { RgbaImage } from "../formats/base/pngImage";
import { type PixelBox, ResizeOnWhite } from "./resizeImage";
import type { SamModel } from "./samModel";

/** Converts a part of an image to the encoder's input: [3, size, size], normalized, padded with zeros. */
export function PrepareSamImage(
    image: RgbaImage,
    part: PixelBox,
    { size, fit, mean, deviation }: SamModel["image"],
): { data: Float32Array; filledWidth: number; filledHeight: number } {
    const scale = size / Math.max(part[2], part[3]);
    const filledWidth = fit === "stretch" ? size : Math.max(1, Math.floor(part[2] * scale + 0.5));
    const filledHeight = fit === "stretch" ? size : Math.max(1, Math.floor(part[3] * scale + 0.5));
    const bytes = ResizeOnWhite(image, part, filledWidth, filledHeight);
    const data = new Float32Array(3 * size * size);
    for (let k = 0; k < 3; k++) {
        for (let y = 0, from = k; y < filledHeight; y++) {
            for (let x = 0, to = (k * size + y) * size; x < filledWidth; x++, to++, from += 3) {
                data[to] = (bytes[from] - mean[k]) / deviation[k];
            }
        }
    }
    return { data, filledWidth, filledHeight };
}
