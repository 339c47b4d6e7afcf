import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { RunCoroutineAsync } from "../../base/coroutine";
import { Pacer } from "../../base/pacer";
import type { RunOptions } from "../../base/progress";
import { UltrametricError } from "../../base/ultrametricError";
import { CarveVisualHullCoroutine } from "../../bounds/visualHull";
import { GetMaxBufferBytes } from "../../gpu/deviceLimits";
import type { GpuArray } from "../../gpu/gpuArray";
import { Adam } from "../shared/adam";
import { OwnedResources } from "../shared/ownedResources";
import { REPORT_STEPS, RunStepsAsync } from "../shared/runSteps";
import { OccupancyTraining } from "./occupancyTraining";
import { RadianceField } from "./radianceField";
import {
    CheckRadianceFieldOptions,
    CheckRadianceTrainingOptions,
    RADIANCE_FIELD_PRESETS,
    type RadianceFieldOptions,
    type RadianceFieldPreset,
    type RadianceTrainingOptions,
} from "./radianceFieldOptions";
import { RadianceGradient } from "./radianceGradient";
import { CheckRadianceMemory } from "./radianceMemory";
import { RadiancePass } from "./radiancePass";
import { RadianceState, type RadianceStep } from "./radianceState";
import { RadianceRange, type RadianceViews } from "./radianceViews";
import { SavedTraining } from "./savedTraining";

/** Maximum number of cells per pass of an update of the occupancy grid. */
const MAX_OCCUPANCY_POINTS = 2 ** 15;

/** Options of a radiance field and its training: a preset with changes. */
export interface RadianceFieldConfigOptions {
    /** Default: "default". */
    preset?: RadianceFieldPreset;
    /** Changes of the field's options. Default of `near`, `far` and `unbounded`: from the bounds of the views. */
    field?: Partial<RadianceFieldOptions>;
    training?: Partial<RadianceTrainingOptions>;
}

/** The state of a training, with means over the steps since the last report. */
export interface RadianceReport {
    /** Number of completed steps. */
    readonly step: number;
    /** Mean of all losses. */
    readonly loss: number;
    /** Peak signal-to-noise ratio of the training rays, in decibels. */
    readonly psnr: number;
    /** Rays per step. */
    readonly rays: number;
}

/** Options of a run of {@link TrainRadianceFieldAsync}; they do not affect the result. */
export interface RadianceTrainingRunOptions extends RunOptions {
    /** Called every 50 steps. */
    readonly onReport?: (report: RadianceReport) => void;
}

/** The result of a training. */
export interface RadianceTraining {
    readonly field: RadianceField;
    /** Losses of all steps. */
    readonly steps: readonly RadianceStep[];
}

/**
 * Trains a radiance field on posed images. Every step runs on the GPU, a few per submission, without blocking the main
 * thread. The same seed gives the same bits on the same device.
 * @throws UltrametricError "input" for options out of range, "gpu" if a loss is not finite (names the step), "limits",
 * "aborted", "deviceLost"
 */
export async function TrainRadianceFieldAsync(
    engine: WebGPUEngine,
    views: RadianceViews,
    options: RadianceFieldConfigOptions & RadianceTrainingRunOptions = {},
): Promise<RadianceTraining> {
    const trainer = await RadianceFieldTrainer.CreateAsync(engine, views, options);
    try {
        const steps = await trainer.runAsync(options);
        return { field: trainer.releaseField(), steps };
    } finally {
        trainer.dispose();
    }
}

/**
 * The training of a radiance field, step by step; see {@link TrainRadianceFieldAsync}. To pause, abort
 * {@link runAsync}; to continue, call it again. The field can be rendered and saved between steps. After a loss that is
 * not finite, the field keeps the parameters of the previous step.
 */
export class RadianceFieldTrainer {
    private _steps = 0;
    /** Number of reported steps. */
    private _reported = 0;
    private _isRunning = false;
    private _isFieldReleased = false;

    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _owned: OwnedResources,
        private readonly _views: RadianceViews,
        public readonly options: RadianceTrainingOptions,
        public readonly field: RadianceField,
        public readonly pass: RadiancePass,
        public readonly state: RadianceState,
        public readonly occupancy: OccupancyTraining,
        public readonly gradient: RadianceGradient,
        private readonly _densityAdam: Adam,
        private readonly _colorAdam: Adam,
    ) {}

    /** @throws UltrametricError "input" for options out of range, "limits", "gpu", "deviceLost" */
    public static async CreateAsync(
        engine: WebGPUEngine,
        views: RadianceViews,
        options: RadianceFieldConfigOptions = {},
    ): Promise<RadianceFieldTrainer> {
        const preset = RADIANCE_FIELD_PRESETS[options.preset ?? "default"];
        const training: RadianceTrainingOptions = { ...preset.training, ...options.training };
        CheckRadianceTrainingOptions(training);
        const { samples, scouts, maxRays, seed, occupancyDecay, carve } = training;
        const owned = new OwnedResources();
        const { cube } = views.bounds;
        const fieldOptions: RadianceFieldOptions = {
            ...preset.field,
            ...((options.field?.unbounded ?? views.bounds.unbounded) ? preset.unbounded : {}),
            ...RadianceRange(views.bounds),
            ...options.field,
        };
        CheckRadianceFieldOptions(fieldOptions);
        CheckRadianceMemory(fieldOptions, training, views.pixels.length, views.views.length, GetMaxBufferBytes(engine));
        const field = await RadianceField.CreateAsync(engine, cube, fieldOptions, seed);
        try {
            const { grid, densityMlp, colorMlp } = field;
            const pass = await owned.addAsync(
                RadiancePass.CreateAsync(engine, field, maxRays, samples, scouts > 1 ? scouts * samples : 0),
            );
            const state = await owned.addAsync(RadianceState.CreateAsync(engine, training, views, pass));
            const { unbounded, occupancyResolution, near } = field.options;
            const hull = CarveVisualHullCoroutine(views.views, cube, occupancyResolution, near);
            const candidates =
                carve && !unbounded ? await RunCoroutineAsync(hull, new Pacer("Carving the visual hull")) : null;
            const occupancy = await owned.addAsync(
                OccupancyTraining.CreateAsync(engine, field.options, grid, densityMlp, field.occupancy, candidates, {
                    decay: occupancyDecay,
                    seed,
                    points: Math.min(samples, MAX_OCCUPANCY_POINTS),
                }),
            );
            const gradient = await owned.addAsync(RadianceGradient.CreateAsync(engine, field, pass));
            const densityAdam = await owned.addAsync(
                Adam.CreateAsync(engine, state.state, densityMlp, gradient.density, { grid, gradient: gradient.grid }),
            );
            const colorAdam = await owned.addAsync(
                Adam.CreateAsync(engine, state.state, colorMlp, gradient.color, null),
            );
            return new RadianceFieldTrainer(
                engine,
                owned,
                views,
                training,
                field,
                pass,
                state,
                occupancy,
                gradient,
                densityAdam,
                colorAdam,
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
        const { steps, occupancyInterval, occupancyWarmup } = this.options;
        if (this._steps >= steps) {
            throw new UltrametricError("input", `All ${steps} training steps are done.`);
        }
        if (this._steps % occupancyInterval === 0) {
            this.occupancy.update(this._steps < occupancyWarmup);
        }
        // Depths are meaningless before the training has found a surface.
        const isContinuous = 2 * this._steps >= steps;
        this._steps++;
        this.state.begin(isContinuous);
        this.pass.dispatch();
        this.state.recordLosses();
        this.gradient.dispatch();
        this._densityAdam.dispatch();
        this._colorAdam.dispatch();
    }

    /**
     * Runs the remaining steps.
     * @returns the losses of all steps
     * @throws UltrametricError "aborted", "gpu"; the completed steps stay valid
     */
    public async runAsync(run: RadianceTrainingRunOptions = {}): Promise<RadianceStep[]> {
        const total = this.options.steps;
        const reportAsync = async (): Promise<void> => {
            const first = this._reported;
            const steps = await this.state.readStepsAsync(first, this._steps - first);
            this._checkSteps(steps, first);
            this._reported = this._steps;
            run.onReport?.(summarizeSteps(this._steps, steps));
        };
        this._isRunning = true;
        try {
            await RunStepsAsync(this._engine, "trainRadiance", this, total, reportAsync, run);
        } finally {
            this._isRunning = false;
        }
        return await this.state.readStepsAsync(0, total);
    }

    /** Reads the reports of all steps so far, including those before the training was saved and parsed. */
    public async readReportsAsync(): Promise<RadianceReport[]> {
        const steps = await this.state.readStepsAsync(0, this._reported);
        return Array.from({ length: Math.ceil(steps.length / REPORT_STEPS) }, (_, i) => {
            const end = Math.min((i + 1) * REPORT_STEPS, steps.length);
            return summarizeSteps(end, steps.slice(i * REPORT_STEPS, end));
        });
    }

    /**
     * Serializes the state of the training, see SavedTraining. Several times larger than the field alone; without the
     * images.
     * @throws UltrametricError "input" while {@link runAsync} is running; abort it before
     */
    public async serializeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        if (this._isRunning) {
            throw new UltrametricError(
                "input",
                "The training of the radiance field is running and cannot be saved; abort runAsync first.",
            );
        }
        const header = {
            field: this.field.options,
            training: this.options,
            steps: this._steps,
            looks: this.occupancy.progress,
        };
        const arrays: (Float32Array | Uint32Array)[] = [];
        for (const array of this._arrays) {
            arrays.push((await array.readAsync()) as Float32Array | Uint32Array);
        }
        return SavedTraining.Write(this._views, header, arrays);
    }

    /**
     * Parses the bytes of {@link serializeAsync}. On the same device, the training continues to the same bits as
     * without the interruption.
     * @param views the same as before
     * @throws UltrametricError "input" if the bytes are not a training, or one of other views; "limits", "gpu",
     * "deviceLost"
     */
    public static async ParseAsync(
        engine: WebGPUEngine,
        views: RadianceViews,
        bytes: Uint8Array,
    ): Promise<RadianceFieldTrainer> {
        const saved = new SavedTraining(bytes);
        saved.check(views);
        const { header } = saved;
        const { field, training } = header;
        const trainer = await RadianceFieldTrainer.CreateAsync(engine, views, { field, training });
        try {
            const arrays = trainer._arrays;
            saved.checkLengths(arrays.map(({ length }) => length));
            const parts = saved.readArrays();
            arrays.forEach((array, i) => {
                if (array.dataType === "f32") {
                    (array as GpuArray<"f32">).upload(new Float32Array(parts[i]));
                } else {
                    (array as GpuArray<"u32">).upload(new Uint32Array(parts[i]));
                }
            });
            trainer._steps = trainer._reported = header.steps;
            trainer.occupancy.progress = header.looks;
            return trainer;
        } catch (error) {
            trainer.dispose();
            throw error;
        }
    }

    /** Returns the trained field and makes the caller its owner. */
    public releaseField(): RadianceField {
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

    /** The arrays that carry state from step to step, in the order of the file. */
    private get _arrays(): readonly GpuArray[] {
        const { field, state, pass, occupancy } = this;
        return [
            field.grid.table,
            field.densityMlp.weights,
            field.colorMlp.weights,
            field.occupancy,
            ...this._densityAdam.moments,
            ...this._colorAdam.moments,
            occupancy.densities,
            state.state,
            pass.samples.rayCount,
            state.history,
        ];
    }

    private _checkSteps(steps: readonly RadianceStep[], first: number): void {
        const bad = steps.findIndex(({ loss }) => !Number.isFinite(loss));
        if (bad >= 0) {
            throw new UltrametricError(
                "gpu",
                `Training the radiance field: the loss of step ${first + bad} is not finite; ` +
                    `the field keeps the parameters of the previous step. ` +
                    `Lower the learning rate (${this.options.learningRate}).`,
            );
        }
    }
}

function summarizeSteps(step: number, steps: readonly RadianceStep[]): RadianceReport {
    const mean = (value: (step: RadianceStep) => number): number =>
        steps.reduce((sum, one) => sum + value(one), 0) / steps.length;
    return {
        step,
        loss: mean(({ loss }) => loss),
        psnr: -10 * Math.log10(mean(({ squaredError }) => squaredError)),
        rays: mean(({ rays }) => rays),
    };
}
