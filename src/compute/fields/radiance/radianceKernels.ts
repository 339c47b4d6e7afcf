import { TRAINING_INCLUDES } from "../shared/stepCounter";
import densitySource from "./density.include.wgsl?raw";
import marchSource from "./march.include.wgsl?raw";
import radianceSource from "./radiance.include.wgsl?raw";
import type { RadianceFieldOptions } from "./radianceFieldOptions";
import shadeSource from "./sampleShade.include.wgsl?raw";

/** Words of the WGSL structs in radiance.include.wgsl. */
export const RAY_WORDS = 8;
export const TARGET_WORDS = 8;
export const RESULT_WORDS = 16;
export const CAMERA_WORDS = 20;

/** Word offsets of the WGSL struct RayResult. */
export const RESULT = { color: 0, opacity: 3, depth: 4, distortion: 5, used: 6, isDropped: 7, median: 14 } as const;

/** Number of inputs of the color network for the direction: spherical harmonics up to degree 3. */
export const DIRECTION_INPUTS = 16;

/** Number of outputs of the color network; three of them are used. */
export const COLOR_OUTPUTS = 8;

/** Transmittance at which a ray ends (Mueller et al. 2022). */
export const MIN_TRANSMITTANCE = 1e-4;

/** Logarithm of the largest density; e^11 is opaque within a thousandth of the cube. */
export const MAX_LOG_DENSITY = 11;

/** WGSL includes of kernels that use rays. */
export const RAY_INCLUDES: readonly string[] = [radianceSource];
/** WGSL includes of kernels that step along rays; they declare `occupancy` if they use cells. */
export const MARCH_INCLUDES: readonly string[] = [radianceSource, densitySource, marchSource];
/** WGSL includes of kernels that use the densities and colors of samples. */
export const SHADE_INCLUDES: readonly string[] = [...MARCH_INCLUDES, shadeSource];
/** WGSL includes of kernels that draw rays or end a step. */
export const RAY_TRAINING_INCLUDES: readonly string[] = [...TRAINING_INCLUDES, radianceSource];

/** Returns the WGSL constants for {@link MARCH_INCLUDES} and {@link SHADE_INCLUDES}. */
export function RadianceDefines(options: RadianceFieldOptions): Record<string, string | number | boolean> {
    const float = (value: number): string => `${value}f`;
    return {
        STEP: float(Math.sqrt(3) / options.stepsPerDiagonal),
        CONE: float(options.coneAngle),
        NEAR: float(options.near),
        FAR: float(options.far),
        UNBOUNDED: options.unbounded,
        RESOLUTION: `${options.occupancyResolution}u`,
        MAX_SAMPLES: `${options.maxSamplesPerRay}u`,
        GEOMETRY: `${options.geometryFeatures}u`,
        MIN_TRANSMITTANCE: float(MIN_TRANSMITTANCE),
        MAX_LOG_DENSITY: float(MAX_LOG_DENSITY),
        INITIAL_LOG_DENSITY: float(Math.log(options.initialDensity)),
    };
}
