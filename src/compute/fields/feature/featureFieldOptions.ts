import { OptionChecks } from "../shared/optionChecks";

/** The shape of a feature field: a hash grid and a small network behind it. */
export interface FeatureFieldOptions {
    /** Levels of the hash grid. */
    levels: number;
    /** Numbers at a vertex of the grid: 2 or 4. */
    featuresPerLevel: number;
    /** A level has at most 2^this entries; finer grids are hashed into them. */
    tableSizeLog2: number;
    /** Cells along an edge of the unit cube on the coarsest level. */
    baseResolution: number;
    /** Cells along an edge of the unit cube on the finest level. */
    finestResolution: number;
    /** Widths of the hidden layers, multiples of 8. */
    hidden: readonly number[];
    /** Dimensions of a feature, a multiple of 8. */
    dimensions: number;
}

/** How a feature field is trained. */
export interface FeatureTrainingOptions {
    /** Coroutine, each on one view. Default 1000. */
    steps: number;
    /** Pixels of a step, a multiple of 32. Default 2048. */
    samples: number;
    /** Positive pairs of a step. Default 2048: the losses fall as they do with twice as many. */
    pairs: number;
    /** Negative pairs that each positive pair is compared with. Default 1; 4 won He et al. 1.1 points of NC. */
    negativesPerPositive: number;
    /** Whether pairs climb the tree of the masks (He et al. 2024, Algorithm 1) or stay with each mask alone. Default true. */
    hierarchicalSampling: boolean;
    /** Whether positive pairs are compared with negative pairs of their own level, as in the paper, or of any mask. Default true. */
    withinLevel: boolean;
    /**
     * A pixel's feature: the field's where the pixel's surface is, or as in the paper the sum of those along its ray by the weights of a radiance
     * field, which has to be given then and takes many times longer. Default "surface".
     */
    features: "surface" | "volumetric";
    /** Where `features` is "volumetric": places along a ray whose features are summed; of more, so many are drawn. Default 16. */
    samplesPerRay: number;
    /** Masks with fewer samples in a step give no pairs. Default 6. */
    minMaskSamples: number;
    /** What makes two samples neighbors in the loss graph: distance in space, or pixels as in the paper. Default "surface". */
    neighbors: "surface" | "image";
    /** Neighbors of every sample in the loss graph. Default 10. */
    neighborCount: number;
    /** Temperature tau of the contrastive loss. Default 0.1. */
    temperature: number;
    /** Weight alpha of the loss on the pairs' own similarities. Default 1. */
    alpha: number;
    /** Whether the loss on bottleneck edges is used. Default true. */
    ultrametric: boolean;
    /** First learning rate; it falls to 1/30 by a cosine. Default 0.01. */
    learningRate: number;
    /** Seed of weights, views, samples and pairs, a whole number 0..2^32 - 1. Default 0. */
    seed: number;
}

/** The defaults of {@link FeatureFieldOptions}. */
export const DEFAULT_FEATURE_FIELD_OPTIONS: Readonly<FeatureFieldOptions> = {
    levels: 12,
    featuresPerLevel: 2,
    tableSizeLog2: 16,
    baseResolution: 8,
    finestResolution: 256,
    hidden: [64, 64],
    dimensions: 32,
};

/** The defaults of {@link FeatureTrainingOptions}. */
export const DEFAULT_FEATURE_TRAINING_OPTIONS: Readonly<FeatureTrainingOptions> = {
    steps: 1000,
    samples: 2048,
    pairs: 2048,
    negativesPerPositive: 1,
    hierarchicalSampling: true,
    withinLevel: true,
    features: "surface",
    samplesPerRay: 16,
    minMaskSamples: 6,
    neighbors: "surface",
    neighborCount: 10,
    temperature: 0.1,
    alpha: 1,
    ultrametric: true,
    learningRate: 1e-2,
    seed: 0,
};

/** Names of {@link FEATURE_FIELD_PRESETS}. */
export type FeatureFieldPreset = "default" | "paper" | "fast";

/** A field and its training that belong together. */
export interface FeatureFieldConfig {
    readonly field: Readonly<FeatureFieldOptions>;
    readonly training: Readonly<FeatureTrainingOptions>;
}

/**
 * `paper`: the shape that He et al. 2024 give, with the resolutions of their code, and neighbors in the image.
 * `default`: smaller, finer, and with neighbors on the surface. `fast`: a preview.
 */
export const FEATURE_FIELD_PRESETS: Readonly<Record<FeatureFieldPreset, FeatureFieldConfig>> = {
    default: { field: DEFAULT_FEATURE_FIELD_OPTIONS, training: DEFAULT_FEATURE_TRAINING_OPTIONS },
    paper: {
        field: {
            levels: 17,
            featuresPerLevel: 4,
            tableSizeLog2: 20,
            baseResolution: 16,
            finestResolution: 64,
            hidden: [128, 128],
            dimensions: 256,
        },
        training: { ...DEFAULT_FEATURE_TRAINING_OPTIONS, samples: 4096, pairs: 4096, neighbors: "image" },
    },
    fast: {
        field: {
            levels: 8,
            featuresPerLevel: 2,
            tableSizeLog2: 14,
            baseResolution: 8,
            finestResolution: 64,
            hidden: [32],
            dimensions: 16,
        },
        training: { ...DEFAULT_FEATURE_TRAINING_OPTIONS, samples: 1024, pairs: 1024 },
    },
};

const checks = new OptionChecks("Feature field");

/** @throws UltrametricError "input" that names the option, its value and what it has to be */
export function CheckFeatureFieldOptions(options: FeatureFieldOptions): void {
    checks.hashGrid(options);
    for (const width of options.hidden) {
        checks.whole("hidden", width, 8, 1024, 8);
    }
    checks.whole("dimensions", options.dimensions, 8, 1024, 8);
}

/** @throws UltrametricError "input" that names the option, its value and what it has to be */
export function CheckFeatureTrainingOptions(options: FeatureTrainingOptions): void {
    checks.whole("steps", options.steps, 1, 1_000_000);
    checks.whole("samples", options.samples, 64, 32768, 32);
    checks.whole("pairs", options.pairs, 1, 65536);
    checks.whole("negativesPerPositive", options.negativesPerPositive, 1, 16);
    checks.whole("minMaskSamples", options.minMaskSamples, 1, options.samples);
    checks.whole("neighborCount", options.neighborCount, 1, 32);
    checks.whole("seed", options.seed, 0, 0xffffffff);
    checks.positive("temperature", options.temperature);
    checks.positive("learningRate", options.learningRate);
    checks.notNegative("alpha", options.alpha);
    if (options.alpha === 0 && !options.ultrametric) {
        throw checks.wrong("alpha", 0, "positive where ultrametric is false, or there is nothing to learn from");
    }
    checks.oneOf("features", options.features, ["surface", "volumetric"]);
    checks.whole("samplesPerRay", options.samplesPerRay, 1, 256);
    checks.oneOf("neighbors", options.neighbors, ["surface", "image"]);
}
