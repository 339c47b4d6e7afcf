import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { type KernelDispatch, RecordAll } from "../shared/kernelDispatch";
import { OwnedResources } from "../shared/ownedResources";
import { TRAINING_INCLUDES } from "../shared/stepCounter";
import lossSource from "./contrastiveLoss.wgsl?raw";
import edgeTermsSource from "./edgeTerms.wgsl?raw";
import type { FeatureTrainingOptions } from "./featureFieldOptions";
import featureGradientSource from "./featureGradient.wgsl?raw";
import termsSource from "./gradientTerms.include.wgsl?raw";
import pairTermsSource from "./pairTerms.wgsl?raw";
import { LossScale } from "./trainingState";

/** Options of a {@link ContrastiveLoss}. */
export type ContrastiveLossOptions = Pick<FeatureTrainingOptions, "temperature" | "alpha" | "ultrametric">;

/** Arrays that {@link ContrastiveLoss} reads and adds to. */
export interface ContrastiveLossInputs {
    /** Bits of the WGSL struct TrainingState. */
    readonly state: GpuArray;
    /** [samples, dimensions] unit features. */
    readonly features: GpuArray;
    /** [samples] 1 / length of the vectors before normalization. */
    readonly inverseNorms: GpuArray;
    /** [pairs, 1 + negatives, 2] samples; the first pair of each row is the positive one. */
    readonly pairs: GpuArray;
    /** [pairs, 1 + negatives] bottleneck edges. */
    readonly bottlenecks: GpuArray;
    /** [samples, degree] the other end of every edge. */
    readonly neighbors: GpuArray;
    /** [samples, degree] similarity of the ends of every edge. */
    readonly similarities: GpuArray;
    /** [3] sums of the losses. */
    readonly sums: GpuArray;
}

/**
 * The loss of He et al. 2024, equation 4, and its gradient: softplus((s_negative - s_positive) / tau), averaged over
 * all matching positive and negative pairs, on the similarities of the bottleneck edges, plus alpha times the same on
 * the pairs' own similarities.
 *
 * Every run gives the same bits, because atomic sums are of integers. Their scales keep the largest possible sum below
 * 2^30.
 */
export class ContrastiveLoss {
    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _dispatches: readonly KernelDispatch[],
        /** [pairs, 1 + negatives, 2] d loss / d similarity of every pair and of its bottleneck edge. */
        public readonly coefficients: GpuArray<"f32">,
        /** [samples, dimensions] d loss / d feature. */
        public readonly featureGradients: GpuArray<"f32">,
        /** [dimensions, samples] d loss / d vector before normalization. */
        public readonly outputGradients: GpuArray<"f32">,
    ) {}

    public static async CreateAsync(
        engine: WebGPUEngine,
        options: ContrastiveLossOptions,
        inputs: ContrastiveLossInputs,
    ): Promise<ContrastiveLoss> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const [samples, dimensions] = inputs.features.shape;
            const degree = inputs.neighbors.shape[1];
            const [pairs, perRow] = inputs.pairs.shape;
            const queries = pairs * perRow;
            const lossTerms = pairs * (perRow - 1);
            const { temperature, alpha, ultrametric } = options;
            // The positive coefficients of one kind sum to at most 1 / tau, as do the negative ones.
            const edgeScale = (2 ** 30 * temperature) / 2;
            // A row receives at most both ends of both signs of both kinds, times a feature component of at most 1.
            const gradientScale = (2 ** 30 * temperature) / (4 * (1 + alpha));

            const coefficients = owned.add(
                new GpuArray(engine, "f32", [pairs, perRow, 2], { label: "pair coefficients" }),
            );
            const edgeCoefficients = owned.add(
                new GpuArray(engine, "i32", [samples, degree], { label: "edge coefficients" }),
            );
            const heads = owned.add(new GpuArray(engine, "u32", [samples], { label: "gradient term lists" }));
            const terms = owned.add(
                new GpuArray(engine, "u32", [2 * (queries + samples * degree), 4], { label: "gradient terms" }),
            );
            const featureGradients = owned.add(
                new GpuArray(engine, "f32", [samples, dimensions], { label: "feature gradients" }),
            );
            const outputGradients = owned.add(
                new GpuArray(engine, "f32", [dimensions, samples], { label: "output gradients" }),
            );
            const defines = {
                SAMPLES: samples,
                DIMS: dimensions,
                DEGREE: degree,
                PAIRS: pairs,
                NEGATIVES: perRow - 1,
                QUERIES: queries,
                TAU: temperature,
                LOSS_WEIGHTS: `vec2f(${alpha}, ${ultrametric ? 1 : 0})`,
                LOSS_TERMS: lossTerms,
                LOSS_SCALE: LossScale(lossTerms, temperature),
                EDGE_SCALE: edgeScale,
                GRADIENT_SCALE: gradientScale,
            };
            const {
                state,
                features,
                inverseNorms,
                pairs: pairSamples,
                bottlenecks,
                neighbors,
                similarities,
                sums,
            } = inputs;
            const dispatches: KernelDispatch[] = [];
            const addAsync = async (
                name: string,
                source: string,
                includes: readonly string[],
                arrays: Readonly<Record<string, GpuArray>>,
                count: number,
            ): Promise<void> => {
                const kernel = await owned.addAsync(
                    ComputeKernel.CreateBoundAsync(engine, {
                        name,
                        source,
                        arrays,
                        includes,
                        defines,
                        workgroupSize: [64],
                    }),
                );
                dispatches.push({ kernel, count });
            };
            await addAsync(
                "contrastiveLoss",
                lossSource,
                TRAINING_INCLUDES,
                { state, features, pairs: pairSamples, bottlenecks, similarities, coefficients, sums },
                pairs,
            );
            await addAsync(
                "pairTerms",
                pairTermsSource,
                [termsSource],
                { pairs: pairSamples, bottlenecks, coefficients, heads, terms, edgeCoefficients },
                queries,
            );
            if (ultrametric) {
                await addAsync(
                    "edgeTerms",
                    edgeTermsSource,
                    [termsSource],
                    { neighbors, edgeCoefficients, heads, terms },
                    samples * degree,
                );
            }
            await addAsync(
                "featureGradient",
                featureGradientSource,
                [termsSource],
                { features, inverseNorms, heads, terms, featureGradients, outputGradients },
                samples,
            );
            return new ContrastiveLoss(owned, dispatches, coefficients, featureGradients, outputGradients);
        });
    }

    /** Records the loss and its gradient. */
    public dispatch(): void {
        RecordAll(this._dispatches);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
