import { OptionChecks } from "../shared/optionChecks";

/** The shape of a radiance field. Lengths are those of the unit cube that holds the scene, see UnitCube. */
export interface RadianceFieldOptions {
    /** Levels of the hash grid. */
    levels: number;
    /** Numbers at a vertex of the grid: 2 or 4. */
    featuresPerLevel: number;
    /** A level has at most 2^this entries; finer grids are hashed into them. */
    tableSizeLog2: number;
    /** Cells along an edge of the grid on the coarsest level. */
    baseResolution: number;
    /** Cells along an edge of the grid on the finest level. */
    finestResolution: number;
    /** Widths of the hidden layers of the density network, multiples of 8. */
    densityHidden: readonly number[];
    /** Outputs of the density network, a multiple of 8: the logarithm of the density, and what the color network gets to know. */
    geometryFeatures: number;
    /** Widths of the hidden layers of the color network, multiples of 8. */
    colorHidden: readonly number[];
    /** Cells along an edge of the occupancy grid, a multiple of 8. */
    occupancyResolution: number;
    /** Steps of a ray along the cube's diagonal, the square root of 3; where nothing is, steps are left out. */
    stepsPerDiagonal: number;
    /** A ray ends after this many samples. */
    maxSamplesPerRay: number;
    /** Rays start at this distance; where not `unbounded`, those of views that are drawn start at the cube. */
    near: number;
    /**
     * Whether there is something to be seen outside of the cube. All of space is then contracted into the grid, of which the cube takes the
     * middle half, and steps outside of the cube grow with the distance from it. Default false: nothing is seen outside.
     */
    unbounded: boolean;
    /** Where `unbounded`, steps are longer by this times the distance from the cube. */
    coneAngle: number;
    /** Where `unbounded`, rays end at this distance. */
    far: number;
    /** Density of a field that has learned nothing yet. Where rays are long, much of it is a fog that has to be learned away. */
    initialDensity: number;
}

/** How a radiance field is trained. */
export interface RadianceTrainingOptions {
    /** Steps. */
    steps: number;
    /** Samples of a step, a multiple of 32; as many rays are drawn as fill them. */
    samples: number;
    /**
     * So many times more samples have their density looked at, and those behind what makes a ray opaque are left out before colors and
     * gradients are computed; 1 = none is left out. Default 2.
     */
    scouts: number;
    /** The most rays of a step. */
    maxRays: number;
    /** First learning rate; it falls to 1/30 by a cosine. Default 0.01. */
    learningRate: number;
    /** Loss of colors: smooth L1, or squares. Default "huber". */
    colorLoss: "huber" | "mse";
    /** Where the smooth L1 loss becomes linear. Default 0.1. */
    huberDelta: number;
    /** Weight of -o log o on the rays' opacities o, which makes them 0 or 1. Default 1e-3. */
    opacityEntropy: number;
    /** Weight of the distortion loss of mip-NeRF 360, which pulls a ray's weights together. Default 0: none. */
    distortion: number;
    /**
     * Weight of the depth continuity loss of He et al. 2024 (equation 5) in the second half of the training: inside the views' finest masks, which
     * the views have to come with, depth has no jumps. 0.01 to 1. Default 0: none.
     */
    depthContinuity: number;
    /**
     * The t of that equation, of which the loss is |d0 - 3 d1 + 3 d2 - d3| / (max(d) angle)^3 - t where positive, for the depths d of four pixels
     * beside each other and the angle between their rays (about 1 / focal length in pixels), in lengths of the unit cube. It is multiplied
     * by angle^3, so that the weight means the same for pictures of any size. Default 1e5: at a focal length of 280 pixels and a depth of 1, jumps
     * of 0.005 and more count.
     */
    depthContinuityThreshold: number;
    /** What lies behind the scene while it is trained. Random colors tell clear from white. Default "random". */
    background: "random" | "white";
    /** Steps between two looks at the occupancy grid. Default 16. */
    occupancyInterval: number;
    /** In so many steps at first all cells are looked at, later up to a quarter each time. Default 256. */
    occupancyWarmup: number;
    /** A cell keeps this share of its density from one of these times to the next, unless more is found. Default 0.95. */
    occupancyDecay: number;
    /** Whether cells that some picture shows clear (alpha 0), or none shows at all, are left out for good. Default true. */
    carve: boolean;
    /** Seed of the parameters and all draws, a whole number 0..2^32 - 1. Default 0. */
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

/** A field and its training that belong together. */
export interface RadianceFieldConfig {
    readonly field: Readonly<RadianceFieldOptions>;
    /** What differs where there is something to be seen outside of the cube: rays that end nowhere have most of their samples in what is empty. */
    readonly unbounded: Readonly<Partial<RadianceFieldOptions>>;
    readonly training: Readonly<RadianceTrainingOptions>;
}

/** `default`: for GPUs. `fast`: smaller throughout, for WebGPU in software and for previews. */
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

/** @throws UltrametricError "input" that names the option, its value and what it has to be */
export function CheckRadianceFieldOptions(options: RadianceFieldOptions): void {
    checks.hashGrid(options);
    for (const width of options.densityHidden) {
        checks.whole("densityHidden", width, 8, 1024, 8);
    }
    checks.whole("geometryFeatures", options.geometryFeatures, 8, 256, 8);
    for (const width of options.colorHidden) {
        checks.whole("colorHidden", width, 8, 1024, 8);
    }
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

/** @throws UltrametricError "input" that names the option, its value and what it has to be */
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
