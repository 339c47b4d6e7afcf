import { UltrametricError } from "../../base/ultrametricError";
import { FormatBytes } from "../../gpu/deviceLimits";
import { CreateHashGridLevels, HashGridWidth } from "../shared/hashGrid";
import { POINTS_PER_PARTIAL } from "../shared/mlpGradient";
import type { RadianceFieldOptions, RadianceTrainingOptions } from "./radianceFieldOptions";
import { COLOR_OUTPUTS, DIRECTION_INPUTS, RAY_WORDS, RESULT_WORDS, TARGET_WORDS } from "./radianceKernels";

/** The GPU memory of the training of a radiance field, in bytes. */
export interface RadianceMemory {
    /** The field itself: hash grid, networks, occupancy. */
    readonly field: number;
    /** Gradients and moments of the parameters, and densities of the cells. */
    readonly parameters: number;
    /** Values of the samples of a step; proportional to `samples`. */
    readonly samples: number;
    /** Values of the rays of a step; proportional to `maxRays`. */
    readonly rays: number;
    /** Images. */
    readonly images: number;
    /** Sum of these. */
    readonly total: number;
    /** The largest buffer of each kind, to compare to the limits of the device. */
    readonly largest: { readonly table: number; readonly samples: number; readonly images: number };
}

/**
 * Predicts the memory of a training.
 * @param pixels number of pixels of all images
 */
export function PredictRadianceMemory(
    field: RadianceFieldOptions,
    training: RadianceTrainingOptions,
    pixels: number,
): RadianceMemory {
    const width = HashGridWidth(field);
    const density = [width, ...field.densityHidden, field.geometryFeatures];
    const color = [DIRECTION_INPUTS + field.geometryFeatures, ...field.colorHidden, COLOR_OUTPUTS];
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const weightsOf = (widths: readonly number[]): number =>
        sum(widths.slice(1).map((outputs, i) => widths[i] * outputs));
    const levels = CreateHashGridLevels(field);
    const last = levels[levels.length - 1];
    const table = 4 * (last.start + last.entries) * field.featuresPerLevel;
    const cells = field.occupancyResolution ** 3;
    const weights = 4 * (weightsOf(density) + weightsOf(color));
    const { samples, maxRays } = training;
    const partialCount = Math.ceil(samples / POINTS_PER_PARTIAL);
    // Values and gradients of all layers; positions, rays, weights and the gradients of the compositing.
    const perSample = 4 * (2 * sum(density) + 2 * sum(color) + 4 + 1 + 1 + 1);
    // Values of the density network; positions and rays.
    const scouts = training.scouts > 1 ? training.scouts * samples : 0;
    const perScout = 4 * (sum(density) + 4 + 1);
    const sampleBytes = samples * perSample + scouts * perScout + partialCount * weights;
    const rayBytes = 4 * maxRays * (RAY_WORDS + TARGET_WORDS + RESULT_WORDS + 1 + 2 + 4);
    const fieldBytes = table + weights + cells / 8;
    const parameterBytes = 3 * table + 2 * weights + 8 * cells;
    const imageBytes = 4 * pixels;
    return {
        field: fieldBytes,
        parameters: parameterBytes,
        samples: sampleBytes,
        rays: rayBytes,
        images: imageBytes,
        total: fieldBytes + parameterBytes + sampleBytes + rayBytes + imageBytes,
        largest: {
            table,
            samples: Math.max(
                4 * samples * Math.max(...density, ...color),
                4 * scouts * Math.max(...density),
                4 * partialCount * Math.max(weightsOf(density), weightsOf(color)),
            ),
            images: imageBytes,
        },
    };
}

/**
 * Checks that a training fits the limits of a device.
 * @param pixels number of pixels of all images
 * @param largestBuffer bytes that the device allows in one buffer
 * @throws UltrametricError "limits" that names the option that is too large, and a value that fits
 */
export function CheckRadianceMemory(
    field: RadianceFieldOptions,
    training: RadianceTrainingOptions,
    pixels: number,
    viewCount: number,
    largestBuffer: number,
): void {
    const { largest, total } = PredictRadianceMemory(field, training, pixels);
    const tooLarge = (what: string, bytes: number, advice: string): UltrametricError =>
        new UltrametricError(
            "limits",
            `Radiance field: ${what} need ${FormatBytes(bytes)} in one buffer ` +
                `(the whole training ${FormatBytes(total)}); ` +
                `this device allows ${FormatBytes(largestBuffer)}. ${advice}`,
        );
    if (largest.samples > largestBuffer) {
        const fits = Math.floor((training.samples * largestBuffer) / largest.samples / 32) * 32;
        throw tooLarge(
            `${training.samples} samples per step`,
            largest.samples,
            `Set the option samples to ${fits}, or use narrower layers.`,
        );
    }
    if (largest.table > largestBuffer) {
        let fits = field.tableSizeLog2;
        while (
            fits > 4 &&
            PredictRadianceMemory({ ...field, tableSizeLog2: fits }, training, 0).largest.table > largestBuffer
        ) {
            fits--;
        }
        throw tooLarge("the entries of the hash grid", largest.table, `Set the option tableSizeLog2 to ${fits}.`);
    }
    if (largest.images > largestBuffer) {
        const fits = Math.floor(largestBuffer / 4 / viewCount);
        throw tooLarge(
            `the ${viewCount} images of ${Math.round(pixels / viewCount)} pixels`,
            largest.images,
            `Set the option maxPixelsPerView of CreateRadianceViews to ${fits}, ` +
                "or create the engine with { setMaximumLimits: true }.",
        );
    }
}
