import { TRAINING_INCLUDES } from "../shared/stepCounter";
import densitySource from "./density.include.wgsl?raw";
import marchSource from "./march.include.wgsl?raw";
import radianceSource from "./radiance.include.wgsl?raw";
import type { RadianceFieldOptions } from "./radianceFieldOptions";
import shadeSource from "./sampleShade.include.wgsl?raw";

/** Words of the WGSL structs in radiance.wgsl. */
export const RAY_WORDS = 8;
export const TARGET_WORDS = 8;
export const RESULT_WORDS = 16;
export const CAMERA_WORDS = 20;

/** Places in a ray's result, see RayResult in radiance.wgsl. */
export const RESULT = { color: 0, opacity: 3, depth: 4, distortion: 5, used: 6, isDropped: 7, median: 14 } as const;

/** Inputs of the color network that say the direction: spherical harmonics up to degree 3. */
export const DIRECTION_INPUTS = 16;

/** Outputs of the color network; three of them are used. */
export const COLOR_OUTPUTS = 8;

/** A ray ends where less than this of the light is left (Mueller et al. 2022). */
export const MIN_TRANSMITTANCE = 1e-4;

/** Logarithm of the largest density: e^11 takes up everything within a thousandth of the cube. */
export const MAX_LOG_DENSITY = 11;

/** WGSL that kernels of rays include. */
export const RAY_INCLUDES: readonly string[] = [radianceSource];
/** WGSL of kernels that make rays' steps, and know how dense it is there; they declare `occupancy` if they ask for cells. */
export const MARCH_INCLUDES: readonly string[] = [radianceSource, densitySource, marchSource];
/** WGSL of kernels that look at samples' densities and colors. */
export const SHADE_INCLUDES: readonly string[] = [...MARCH_INCLUDES, shadeSource];
/** WGSL of kernels that draw rays or end a step. */
export const RAY_TRAINING_INCLUDES: readonly string[] = [...TRAINING_INCLUDES, radianceSource];

/** Constants of a field that {@link MARCH_INCLUDES} and {@link SHADE_INCLUDES} want. */
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
