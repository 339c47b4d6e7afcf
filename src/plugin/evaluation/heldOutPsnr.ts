import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { RadianceField } from "../../compute/fields/radiance/radianceField";
import type { RadianceImage } from "../../compute/fields/radiance/radianceImage";
import type { View } from "../../compute/views/capture";

/** Options of {@link MeasurePsnrAsync}. */
export interface PsnrOptions extends RunOptions {
    /** Called with each rendered image. */
    readonly onView?: (image: RadianceImage, index: number) => void;
    /** The background of images and field, sRGB 0..1. Default white, as is usual for NeRF's Blender scenes. */
    readonly background?: readonly [number, number, number];
}

/** Peak signal-to-noise ratios in decibels. */
export interface PsnrResult {
    /** The mean over the views. */
    readonly mean: number;
    /** [views] The ratio of each view. */
    readonly views: readonly number[];
}

/**
 * Renders views of a radiance field and compares them with their images. Colors are clamped to 0..1.
 *
 * @throws UltrametricError "input" without views, "aborted", "gpu", "deviceLost", "disposed"
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
        const rendered = await field.renderAsync(camera, { signal });
        onView?.(rendered, values.length);
        const { color, opacity } = rendered;
        let sum = 0;
        for (let i = 0; i < opacity.length; i++) {
            const alpha = image[4 * i + 3] / 255;
            for (let channel = 0; channel < 3; channel++) {
                const target = (alpha * image[4 * i + channel]) / 255 + (1 - alpha) * background[channel];
                const shown = color[3 * i + channel] + (1 - opacity[i]) * background[channel];
                sum += (Math.min(Math.max(shown, 0), 1) - target) ** 2;
            }
        }
        values.push(-10 * Math.log10(sum / (3 * opacity.length)));
        onProgress?.(StageProgress("compareViews", values.length / views.length));
    }
    return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, views: values };
}
