import type { HashGridOptions } from "../shared/hashGrid";
import { OptionChecks } from "../shared/optionChecks";

/** The shape of a feature field: a hash grid and a small network. */
export interface FeatureFieldOptions extends HashGridOptions {
    /** Widths of the hidden layers, multiples of 8. */
    hidden: readonly number[];
    /** Number of dimensions of a feature, a multiple of 8. */
    dimensions: number;
}

/** Options of the training of a feature field. */
export interface FeatureTrainingOptions {
    /** Number of steps, each on one view. Default: 1000. */
    steps: number;
    /** Pixels per step, a multiple of 32. Default: 2048. */
    samples: number;
    /** Positive pairs per step. Default: 2048; twice as many do not lower the losses. */
    pairs: number;
    /** Negative pairs per positive pair. Default: 1; 4 improve the NC of He et al. 2024 by 1.1 points. */
    negativesPerPositive: number;
    /** True if pairs follow the tree of masks (He et al. 2024, Algorithm 1), false if of each mask. Default: true. */
    hierarchicalSampling: boolean;
    /**
     * True if the negative pairs of a positive pair are of its level, as in the paper; false if they are of any mask.
     * Default: true.
     */
    withinLevel: boolean;
    /**
     * Source of a pixel's feature. "surface": the field at the pixel's surface point. "volumetric", as in the paper:
     * the sum along the pixel's ray, weighted by a radiance field, which must be passed; many times slower. Default:
     * "surface".
     */
    features: "surface" | "volumetric";
    /** If `features` is "volumetric": maximum number of points along a ray, drawn at random from more. Default: 16. */
    samplesPerRay: number;
    /** Minimum number of samples of a mask in a step to give pairs. Default: 6. */
    minMaskSamples: number;
    /**
     * Metric of neighbors in the loss graph: distance in space, or in the image as in the paper. Default: "surface".
     */
    neighbors: "surface" | "image";
    /** Neighbors of each sample in the loss graph. Default: 10. */
    neighborCount: number;
    /** Temperature tau of the contrastive loss. Default: 0.1. */
    temperature: number;
    /** Weight alpha of the loss on the pairs' own similarities. Default: 1. */
    alpha: number;
    /** True if the loss on bottleneck edges is used. Default: true. */
    ultrametric: boolean;
    /** First learning rate, which falls to 1/30 by a cosine. Default: 0.01. */
    learningRate: number;
    /** Seed of weights, views, samples and pairs; a whole number 0..2^32 - 1. Default: 0. */
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

/** The options of a field and of its training. */
export interface FeatureFieldConfig {
    readonly field: Readonly<FeatureFieldOptions>;
    readonly training: Readonly<FeatureTrainingOptions>;
}

/**
 * The presets. `paper`: the shape of He et al. 2024, with the resolutions of their code, and neighbors in the image.
 * `default`: smaller and finer, with neighbors on the surface. `fast`: for a preview.
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

/** Checks options. @throws UltrametricError "input" that names the option, its value and its allowed values */
export function CheckFeatureFieldOptions(options: FeatureFieldOptions): void {
    checks.hashGrid(options);
    checks.layers("hidden", options.hidden);
    checks.whole("dimensions", options.dimensions, 8, 1024, 8);
}

/** Checks options. @throws UltrametricError "input" that names the option, its value and its allowed values */
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
        throw checks.wrong("alpha", 0, "positive if ultrametric is false, because there is no other loss");
    }
    checks.oneOf("features", options.features, ["surface", "volumetric"]);
    checks.whole("samplesPerRay", options.samplesPerRay, 1, 256);
    checks.oneOf("neighbors", options.neighbors, ["surface", "image"]);
}
