import { UltrametricError } from "../../base/ultrametricError";
import { FormatBytes } from "../../gpu/deviceLimits";
import { HashGridWidth, LayOutHashGrid } from "../shared/hashGrid";
import { RUN_POINTS } from "../shared/mlpGradient";
import type { RadianceFieldOptions, RadianceTrainingOptions } from "./radianceFieldOptions";
import { COLOR_OUTPUTS, DIRECTION_INPUTS, RAY_WORDS, RESULT_WORDS, TARGET_WORDS } from "./radianceKernels";

/** GPU memory that the training of a radiance field takes, bytes. */
export interface RadianceMemory {
    /** The field itself: hash grid, networks, occupancy. */
    readonly field: number;
    /** Gradients and moments of the parameters, and the cells' densities. */
    readonly parameters: number;
    /** What the samples of a step take; grows with `samples`. */
    readonly samples: number;
    /** What the rays of a step take; grows with `maxRays`. */
    readonly rays: number;
    /** The pictures. */
    readonly pictures: number;
    /** All of these. */
    readonly total: number;
    /** The largest buffer of each kind, which the device's limits are for. */
    readonly largest: { readonly table: number; readonly samples: number; readonly pictures: number };
}

/**
 * Predicts the memory of a training, before anything is made.
 * @param pixels number of pixels of all pictures
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
    const levels = LayOutHashGrid(field);
    const last = levels[levels.length - 1];
    const table = 4 * (last.start + last.entries) * field.featuresPerLevel;
    const cells = field.occupancyResolution ** 3;
    const weights = 4 * (weightsOf(density) + weightsOf(color));
    const { samples, maxRays } = training;
    const chunks = Math.ceil(samples / RUN_POINTS);
    // Values and gradients of all layers; places, rays, weights and the compositing's gradients.
    const perSample = 4 * (2 * sum(density) + 2 * sum(color) + 4 + 1 + 1 + 1);
    // Values of the density network; places and rays.
    const scouts = training.scouts > 1 ? training.scouts * samples : 0;
    const perScout = 4 * (sum(density) + 4 + 1);
    const sampleBytes = samples * perSample + scouts * perScout + chunks * weights;
    const rayBytes = 4 * maxRays * (RAY_WORDS + TARGET_WORDS + RESULT_WORDS + 1 + 2 + 4);
    const fieldBytes = table + weights + cells / 8;
    const parameterBytes = 3 * table + 2 * weights + 8 * cells;
    const pictureBytes = 4 * pixels;
    return {
        field: fieldBytes,
        parameters: parameterBytes,
        samples: sampleBytes,
        rays: rayBytes,
        pictures: pictureBytes,
        total: fieldBytes + parameterBytes + sampleBytes + rayBytes + pictureBytes,
        largest: {
            table,
            samples: Math.max(
                4 * samples * Math.max(...density, ...color),
                4 * scouts * Math.max(...density),
                4 * chunks * Math.max(weightsOf(density), weightsOf(color)),
            ),
            pictures: pictureBytes,
        },
    };
}

/**
 * Checks that a device can hold a training.
 * @param largestBuffer bytes that the device allows in one buffer
 * @throws UltrametricError "limits" that says which option is too large, and what would fit
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
            `Radiance field: ${what} would take ${FormatBytes(bytes)} in one buffer (all of the training ${FormatBytes(total)}); ` +
                `this device allows ${FormatBytes(largestBuffer)}. ${advice}`,
        );
    if (largest.samples > largestBuffer) {
        const fits = Math.floor((training.samples * largestBuffer) / largest.samples / 32) * 32;
        throw tooLarge(
            `a step of ${training.samples} samples`,
            largest.samples,
            `The option samples can be ${fits}; or make the layers narrower.`,
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
        throw tooLarge("the hash grid", largest.table, `The option tableSizeLog2 can be ${fits}.`);
    }
    if (largest.pictures > largestBuffer) {
        const fits = Math.floor(largestBuffer / 4 / viewCount);
        throw tooLarge(
            `the pictures, ${viewCount} of ${Math.round(pixels / viewCount)} pixels,`,
            largest.pictures,
            `CreateRadianceViews can make them smaller: maxPixelsPerView can be ${fits}; or make the engine with { setMaximumLimits: true } if it is not.`,
        );
    }
}
