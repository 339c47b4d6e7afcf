import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { RadianceField } from "../../compute/fields/radiance/radianceField";
import type { RadianceImage } from "../../compute/fields/radiance/radianceImage";
import type { View } from "../../compute/views/capture";

/** How like the pictures a radiance field's views are. */
export interface PsnrOptions extends RunOptions {
    /** Called with each view as the field shows it. */
    readonly onView?: (image: RadianceImage, index: number) => void;
    /** What lies behind pictures and field, sRGB 0..1. Default white, as is usual for NeRF's Blender scenes. */
    readonly background?: readonly [number, number, number];
}

/** Peak signal-to-noise ratios in decibel. */
export interface PsnrResult {
    /** Mean over the views. */
    readonly mean: number;
    /** One a view. */
    readonly views: readonly number[];
}

/**
 * Draws views of a field and compares them with their pictures, colors clamped to 0..1.
 * @throws UltrametricError "input" for no views, "aborted", "gpu", "deviceLost", "disposed"
 */
export async function MeasurePsnrAsync(
    field: RadianceField,
    views: readonly Pick<View, "camera" | "image">[],
    { background = [1, 1, 1], signal, onProgress, onView }: PsnrOptions = {},
): Promise<PsnrResult> {
    if (views.length === 0) {
        throw new UltrametricError("input", "There are no views to compare the radiance field with.");
    }
    const values: number[] = [];
    for (const { camera, image } of views) {
        const shownImage = await field.renderAsync(camera, { signal });
        onView?.(shownImage, values.length);
        const { color, opacity } = shownImage;
        let sum = 0;
        for (let i = 0; i < opacity.length; i++) {
            const alpha = image[4 * i + 3] / 255;
            for (let channel = 0; channel < 3; channel++) {
                const goal = (alpha * image[4 * i + channel]) / 255 + (1 - alpha) * background[channel];
                const shown = color[3 * i + channel] + (1 - opacity[i]) * background[channel];
                sum += (Math.min(Math.max(shown, 0), 1) - goal) ** 2;
            }
        }
        values.push(-10 * Math.log10(sum / (3 * opacity.length)));
        onProgress?.({ stage: "Comparing views", fraction: values.length / views.length });
    }
    return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, views: values };
}
