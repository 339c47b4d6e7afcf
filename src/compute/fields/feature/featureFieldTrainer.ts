import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { RunOptions } from "../../base/progress";
import { UltrametricError } from "../../base/ultrametricError";
import { GpuArray } from "../../gpu/gpuArray";
import type { RadianceVolume } from "../radiance/rayVolume";
import { Adam } from "../shared/adam";
import { OwnedResources } from "../shared/ownedResources";
import { RunStepsAsync } from "../shared/runSteps";
import { ContrastiveLoss } from "./contrastiveLoss";
import { FeatureField } from "./featureField";
import type { FeatureFieldGradient } from "./featureFieldGradient";
import {
    CheckFeatureFieldOptions,
    CheckFeatureTrainingOptions,
    FEATURE_FIELD_PRESETS,
    type FeatureFieldOptions,
    type FeatureFieldPreset,
    type FeatureTrainingOptions,
} from "./featureFieldOptions";
import { PairSampler } from "./pairSampler";
import { type PixelFeatures, SurfaceFeatures } from "./pixelFeatures";
import { NO_EDGE, SampleForest } from "./sampleForest";
import { SampleGraph } from "./sampleGraph";
import { NO_LOSS, TrainingState } from "./trainingState";
import type { TrainingViews } from "./trainingViews";
import { VolumeFeatures } from "./volumeFeatures";

/** Options of a feature field and its training: a preset with changes. */
export interface FeatureFieldConfigOptions {
    /** Default: "default". */
    preset?: FeatureFieldPreset;
    field?: Partial<FeatureFieldOptions>;
    training?: Partial<FeatureTrainingOptions>;
    /** The trained radiance field (a `RadianceField`) if `training.features` is "volumetric"; it does not change. */
    radiance?: RadianceVolume;
}

/** Losses of a training. */
export interface TrainingLosses {
    /** [steps] loss on the pairs' own similarities; NaN for a step without pairs, which changed nothing. */
    readonly euclid: Float32Array;
    /**
     * [steps] loss on the bottleneck edges' similarities; NaN for a step without pairs, or if `ultrametric` is false.
     */
    readonly ultra: Float32Array;
}

/** Options of a run of {@link TrainFeatureFieldAsync}; they do not affect the result. */
export interface FeatureTrainingRunOptions extends RunOptions {
    /** Called every 50 steps with their mean losses; NaN if none of them had pairs. */
    readonly onLosses?: (step: number, euclid: number, ultra: number) => void;
}

/** The result of a training. */
export interface FeatureTraining {
    readonly field: FeatureField;
    readonly losses: TrainingLosses;
}

/**
 * Trains a feature field (He et al. 2024) on known surfaces, with one evaluation of the field per pixel, or along the
 * rays of a radiance field. Every step runs on the GPU, a few per submission, without blocking the main thread. The
 * same seed gives the same bits on the same device.
 * @throws UltrametricError "input" for options out of range, "gpu" if a loss is not finite (names the step), "limits",
 * "aborted", "deviceLost"
 */
export async function TrainFeatureFieldAsync(
    engine: WebGPUEngine,
    views: TrainingViews,
    options: FeatureFieldConfigOptions & FeatureTrainingRunOptions = {},
): Promise<FeatureTraining> {
    const trainer = await FeatureFieldTrainer.CreateAsync(engine, views, options);
    try {
        const losses = await trainer.runAsync(options);
        return { field: trainer.releaseField(), losses };
    } finally {
        trainer.dispose();
    }
}

/** The training of a feature field, step by step; see {@link TrainFeatureFieldAsync}. */
export class FeatureFieldTrainer {
    private _steps = 0;
    private _isFieldReleased = false;

    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _owned: OwnedResources,
        public readonly options: FeatureTrainingOptions,
        public readonly field: FeatureField,
        public readonly state: TrainingState,
        public readonly pixels: PixelFeatures,
        public readonly sampler: PairSampler,
        public readonly graph: SampleGraph,
        public readonly forest: SampleForest | undefined,
        public readonly loss: ContrastiveLoss,
        public readonly gradient: FeatureFieldGradient,
        public readonly adam: Adam,
    ) {}

    /** @throws UltrametricError "input" for options out of range, "limits", "gpu", "deviceLost" */
    public static async CreateAsync(
        engine: WebGPUEngine,
        views: TrainingViews,
        options: FeatureFieldConfigOptions = {},
    ): Promise<FeatureFieldTrainer> {
        const preset = FEATURE_FIELD_PRESETS[options.preset ?? "default"];
        const fieldOptions: FeatureFieldOptions = { ...preset.field, ...options.field };
        const training: FeatureTrainingOptions = { ...preset.training, ...options.training };
        CheckFeatureFieldOptions(fieldOptions);
        CheckFeatureTrainingOptions(training);
        const volume = training.features === "volumetric" ? requireVolume(options) : null;
        const { samples, samplesPerRay, pairs, negativesPerPositive, seed, steps, learningRate, temperature } =
            training;
        const owned = new OwnedResources();
        const field = await FeatureField.CreateAsync(engine, fieldOptions, seed);
        try {
            const state = await owned.addAsync(
                TrainingState.CreateAsync(engine, {
                    seed,
                    steps,
                    viewCount: views.viewCount,
                    learningRate,
                    lossTerms: pairs * negativesPerPositive,
                    temperature,
                }),
            );
            const pixels: PixelFeatures = await owned.addAsync<PixelFeatures>(
                volume
                    ? VolumeFeatures.CreateAsync(engine, field, volume, views, samples, samplesPerRay, state.state)
                    : SurfaceFeatures.CreateAsync(engine, field, samples),
            );
            const sampler = await owned.addAsync(
                PairSampler.CreateAsync(engine, views, training, state.state, pixels.positions),
            );
            const graph = await owned.addAsync(
                SampleGraph.CreateAsync(engine, samples, training.neighborCount, fieldOptions.dimensions, {
                    state: state.state,
                    points: sampler.points,
                    features: pixels.features,
                    cells: sampler.cells,
                }),
            );
            let forest: SampleForest | undefined;
            let bottlenecks: GpuArray;
            if (training.ultrametric) {
                forest = await owned.addAsync(
                    SampleForest.CreateAsync(engine, graph.neighbors, graph.weights, sampler.pairs),
                );
                bottlenecks = forest.bottlenecks;
            } else {
                const none = new Uint32Array(sampler.pairs.length / 2).fill(NO_EDGE);
                bottlenecks = owned.add(GpuArray.From(engine, "u32", none, undefined, { label: "no bottlenecks" }));
            }
            const loss = await owned.addAsync(
                ContrastiveLoss.CreateAsync(engine, training, {
                    state: state.state,
                    features: pixels.features,
                    inverseNorms: pixels.inverseNorms,
                    pairs: sampler.pairs,
                    bottlenecks,
                    neighbors: graph.neighbors,
                    similarities: graph.similarities,
                    sums: state.sums,
                }),
            );
            const gradient = await pixels.createGradientAsync(loss.outputGradients);
            const adam = await owned.addAsync(
                Adam.CreateAsync(engine, state.state, field.mlp, gradient.mlp, {
                    grid: field.grid,
                    gradient: gradient.grid,
                }),
            );
            return new FeatureFieldTrainer(
                engine,
                owned,
                training,
                field,
                state,
                pixels,
                sampler,
                graph,
                forest,
                loss,
                gradient,
                adam,
            );
        } catch (error) {
            owned.dispose();
            field.dispose();
            throw error;
        }
    }

    /** Number of recorded steps. */
    public get steps(): number {
        return this._steps;
    }

    /**
     * Records a step, which the GPU runs at the next submission.
     * @throws UltrametricError "input" after `options.steps`
     */
    public recordStep(): void {
        if (this._steps >= this.options.steps) {
            throw new UltrametricError("input", `All ${this.options.steps} training steps are done.`);
        }
        this._steps++;
        this.state.begin();
        this.sampler.dispatch();
        this.pixels.dispatch();
        if (this.forest) {
            this.graph.findNeighbors();
            this.graph.weighEdges();
            this.forest.dispatch();
        }
        this.loss.dispatch();
        this.gradient.dispatch();
        this.adam.dispatch();
        this.state.end();
    }

    /** Runs the remaining steps. @returns the losses of all steps */
    public async runAsync(run: FeatureTrainingRunOptions = {}): Promise<TrainingLosses> {
        const total = this.options.steps;
        const reportAsync = async (first: number): Promise<void> => {
            const losses = await this.state.readLossesAsync(first, this._steps - first);
            this._checkLosses(losses, first);
            run.onLosses?.(
                this._steps,
                meanLoss(losses, 0),
                this.options.ultrametric ? meanLoss(losses, 1) : Number.NaN,
            );
        };
        await RunStepsAsync(this._engine, "trainFeatures", this, total, reportAsync, run);
        return this._splitLosses(await this.state.readLossesAsync(0, total));
    }

    /** Returns the trained field and makes the caller its owner. */
    public releaseField(): FeatureField {
        this._isFieldReleased = true;
        return this.field;
    }

    /** Frees all resources except a released field. Safe to call again. */
    public dispose(): void {
        this._owned.dispose();
        if (!this._isFieldReleased) {
            this.field.dispose();
        }
    }

    private _checkLosses(losses: Float32Array, first: number): void {
        const bad = losses.findIndex((loss) => !Number.isFinite(loss));
        if (bad >= 0) {
            throw new UltrametricError(
                "gpu",
                `Training the feature field: the loss of step ${first + (bad >> 1)} is not finite. ` +
                    `Lower the learning rate (${this.options.learningRate}) ` +
                    `or raise the temperature (${this.options.temperature}).`,
            );
        }
    }

    private _splitLosses(losses: Float32Array): TrainingLosses {
        const pick = (offset: number): Float32Array =>
            Float32Array.from({ length: losses.length / 2 }, (_, step) => {
                const loss = losses[2 * step + offset];
                return loss === NO_LOSS ? Number.NaN : loss;
            });
        const euclid = pick(0);
        return { euclid, ultra: this.options.ultrametric ? pick(1) : euclid.map(() => Number.NaN) };
    }
}

/** Returns the radiance field of a volumetric training. */
function requireVolume({ radiance }: FeatureFieldConfigOptions): RadianceVolume {
    if (!radiance) {
        throw new UltrametricError(
            "input",
            'Feature field: features is "volumetric", which needs a trained radiance field. ' +
                "Pass it as the option radiance, or train on surfaces.",
        );
    }
    return radiance;
}

/** Returns the mean of a column of [steps, 2] losses over the steps with pairs. */
function meanLoss(losses: Float32Array, column: number): number {
    let sum = 0;
    let count = 0;
    for (let i = column; i < losses.length; i += 2) {
        if (losses[i] !== NO_LOSS) {
            sum += losses[i];
            count++;
        }
    }
    return sum / count;
}
