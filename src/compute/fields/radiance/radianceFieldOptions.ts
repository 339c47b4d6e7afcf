import type { HashGridOptions } from "../shared/hashGrid";
import { OptionChecks } from "../shared/optionChecks";

/** The shape of a radiance field. Lengths are in the unit cube of the scene, see UnitCube. */
export interface RadianceFieldOptions extends HashGridOptions {
    /** Widths of the hidden layers of the density network, multiples of 8. */
    densityHidden: readonly number[];
    /** Outputs of the density network, a multiple of 8: the log density, and further inputs of the color network. */
    geometryFeatures: number;
    /** Widths of the hidden layers of the color network, multiples of 8. */
    colorHidden: readonly number[];
    /** Cells along an edge of the occupancy grid, a multiple of 8. */
    occupancyResolution: number;
    /** Steps of a ray along the diagonal of the cube; steps in empty cells are skipped. */
    stepsPerDiagonal: number;
    /** Maximum number of samples of a ray. */
    maxSamplesPerRay: number;
    /** Distance at which rays start; in rendered views of a bounded field, they start at the cube. */
    near: number;
    /**
     * True if the scene continues outside of the cube. Then all of space is contracted into the grid, with the cube in
     * its middle half, and steps outside of the cube grow with the distance from it. Default: false.
     */
    unbounded: boolean;
    /** If `unbounded`: growth of the step per distance from the cube. */
    coneAngle: number;
    /** If `unbounded`: distance at which rays end. */
    far: number;
    /** Density of an untrained field. With long rays, a high density is a fog that slows the training down. */
    initialDensity: number;
}

/** Options of the training of a radiance field. */
export interface RadianceTrainingOptions {
    /** Number of steps. */
    steps: number;
    /** Samples per step, a multiple of 32; as many rays are drawn as fill them. */
    samples: number;
    /**
     * Samples whose density is computed, as a multiple of `samples`; those behind an opaque surface are then skipped,
     * before colors and gradients are computed. 1 = none is skipped. Default: 2.
     */
    scouts: number;
    /** Maximum number of rays per step. */
    maxRays: number;
    /** First learning rate, which falls to 1/30 by a cosine. Default: 0.01. */
    learningRate: number;
    /** Loss of colors: smooth L1 or mean squared error. Default: "huber". */
    colorLoss: "huber" | "mse";
    /** Error at which the smooth L1 loss becomes linear. Default: 0.1. */
    huberDelta: number;
    /** Weight of the loss -o log o of the rays' opacities o, which prefers 0 and 1. Default: 1e-3. */
    opacityEntropy: number;
    /** Weight of the distortion loss of mip-NeRF 360, which concentrates the weights of a ray. Default: 0. */
    distortion: number;
    /**
     * Weight of the depth continuity loss of He et al. 2024 (equation 5) in the second half of the training: depth does
     * not jump inside of the finest masks, which the views must include. Useful values are 0.01 to 1. Default: 0.
     */
    depthContinuity: number;
    /**
     * Threshold t of that equation. The loss is max(|d0 - 3 d1 + 3 d2 - d3| / (max(d) angle)^3 - t, 0) for the depths d
     * of four neighboring pixels in lengths of the unit cube, and the angle between their rays (about 1 / focal length
     * in pixels). It is multiplied by angle^3, so that the weight does not depend on the image size. Default: 1e5; at a
     * focal length of 280 pixels and a depth of 1, that is a jump of 0.005.
     */
    depthContinuityThreshold: number;
    /** Background during the training. Random colors distinguish transparent from white. Default: "random". */
    background: "random" | "white";
    /** Steps between two updates of the occupancy grid. Default: 16. */
    occupancyInterval: number;
    /** Number of first steps whose updates sample all cells; later ones sample up to a quarter. Default: 256. */
    occupancyWarmup: number;
    /** Share of its density that a cell keeps at each update, unless a larger density is found. Default: 0.95. */
    occupancyDecay: number;
    /** True if cells that are transparent (alpha 0) in an image, or outside of all, stay empty. Default: true. */
    carve: boolean;
    /** Seed of the parameters and all random numbers; a whole number 0..2^32 - 1. Default: 0. */
    seed: number;
}

/** The defaults of {@link RadianceFieldOptions}. */
export const DEFAULT_RADIANCE_FIELD_OPTIONS: Readonly<RadianceFieldOptions> = {
    levels: 16,
    featuresPerLevel: 2,
    tableSizeLog2: 19,
    baseResolution: 16,
    finestResolution: 1024,
    densityHidden: [64],
    geometryFeatures: 16,
    colorHidden: [64, 64],
    occupancyResolution: 128,
    stepsPerDiagonal: 1024,
    maxSamplesPerRay: 2048,
    near: 0.02,
    unbounded: false,
    coneAngle: 1 / 64,
    far: 200,
    initialDensity: 1,
};

/** The defaults of {@link RadianceTrainingOptions}. */
export const DEFAULT_RADIANCE_TRAINING_OPTIONS: Readonly<RadianceTrainingOptions> = {
    steps: 5000,
    samples: 2 ** 18,
    scouts: 2,
    maxRays: 2 ** 16,
    learningRate: 1e-2,
    colorLoss: "huber",
    huberDelta: 0.1,
    opacityEntropy: 1e-3,
    distortion: 0,
    depthContinuity: 0,
    depthContinuityThreshold: 1e5,
    background: "random",
    occupancyInterval: 16,
    occupancyWarmup: 256,
    occupancyDecay: 0.95,
    carve: true,
    seed: 0,
};

/** Names of {@link RADIANCE_FIELD_PRESETS}. */
export type RadianceFieldPreset = "default" | "fast";

/** The options of a field and of its training. */
export interface RadianceFieldConfig {
    readonly field: Readonly<RadianceFieldOptions>;
    /** Changes for an unbounded scene, where rays have most of their samples in empty space. */
    readonly unbounded: Readonly<Partial<RadianceFieldOptions>>;
    readonly training: Readonly<RadianceTrainingOptions>;
}

/** The presets. `default`: for GPUs. `fast`: smaller, for software WebGPU and for previews. */
export const RADIANCE_FIELD_PRESETS: Readonly<Record<RadianceFieldPreset, RadianceFieldConfig>> = {
    default: {
        field: DEFAULT_RADIANCE_FIELD_OPTIONS,
        unbounded: { initialDensity: 0.1 },
        training: DEFAULT_RADIANCE_TRAINING_OPTIONS,
    },
    fast: {
        field: {
            ...DEFAULT_RADIANCE_FIELD_OPTIONS,
            levels: 8,
            tableSizeLog2: 15,
            finestResolution: 256,
            densityHidden: [32],
            colorHidden: [32],
            occupancyResolution: 96,
            stepsPerDiagonal: 256,
            maxSamplesPerRay: 512,
        },
        unbounded: { initialDensity: 0.1, stepsPerDiagonal: 128, coneAngle: 1 / 8 },
        training: {
            ...DEFAULT_RADIANCE_TRAINING_OPTIONS,
            steps: 2000,
            samples: 2 ** 14,
            maxRays: 2 ** 13,
            occupancyWarmup: 64,
            occupancyDecay: 0.8,
        },
    },
};

const checks = new OptionChecks("Radiance field");

/** Checks options. @throws UltrametricError "input" that names the option, its value and its allowed values */
export function CheckRadianceFieldOptions(options: RadianceFieldOptions): void {
    checks.hashGrid(options);
    checks.layers("densityHidden", options.densityHidden);
    checks.whole("geometryFeatures", options.geometryFeatures, 8, 256, 8);
    checks.layers("colorHidden", options.colorHidden);
    checks.whole("occupancyResolution", options.occupancyResolution, 8, 512, 8);
    checks.whole("stepsPerDiagonal", options.stepsPerDiagonal, 8, 8192);
    checks.whole("maxSamplesPerRay", options.maxSamplesPerRay, 1, 8192);
    checks.notNegative("near", options.near);
    checks.positive("coneAngle", options.coneAngle);
    checks.positive("initialDensity", options.initialDensity);
    if (!(options.far > options.near && options.far < Number.POSITIVE_INFINITY)) {
        throw checks.wrong("far", options.far, `more than near, ${options.near}`);
    }
}

/** Checks options. @throws UltrametricError "input" that names the option, its value and its allowed values */
export function CheckRadianceTrainingOptions(options: RadianceTrainingOptions): void {
    checks.whole("steps", options.steps, 1, 1_000_000);
    checks.whole("samples", options.samples, 64, 2 ** 22, 32);
    checks.whole("scouts", options.scouts, 1, 8);
    checks.whole("maxRays", options.maxRays, 1, 2 ** 21);
    checks.positive("learningRate", options.learningRate);
    checks.oneOf("colorLoss", options.colorLoss, ["huber", "mse"]);
    checks.positive("huberDelta", options.huberDelta);
    checks.notNegative("opacityEntropy", options.opacityEntropy);
    checks.notNegative("distortion", options.distortion);
    checks.notNegative("depthContinuity", options.depthContinuity);
    checks.notNegative("depthContinuityThreshold", options.depthContinuityThreshold);
    checks.oneOf("background", options.background, ["random", "white"]);
    checks.whole("occupancyInterval", options.occupancyInterval, 1, 1_000_000);
    checks.whole("occupancyWarmup", options.occupancyWarmup, 0, 1_000_000);
    if (!(options.occupancyDecay >= 0 && options.occupancyDecay < 1)) {
        throw checks.wrong("occupancyDecay", options.occupancyDecay, "a number from 0 to below 1");
    }
    checks.whole("seed", options.seed, 0, 0xffffffff);
}
