import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Observable } from "@babylonjs/core/Misc/observable";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { RadianceField } from "../../compute/fields/radiance/radianceField";
import {
    type RadianceFieldConfigOptions,
    RadianceFieldTrainer,
    type RadianceReport,
} from "../../compute/fields/radiance/radianceFieldTrainer";
import { CreateRadianceViewsAsync, ShrinkView } from "../../compute/fields/radiance/radianceViews";
import { SavedTraining } from "../../compute/fields/radiance/savedTraining";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture, View } from "../../compute/views/capture";
import { MeasurePsnrAsync } from "../evaluation/heldOutPsnr";
import { RenderDepthAsync, type RenderDepthOptions } from "./learnedDepth";

/** Options of {@link RadianceTrainingSession}. */
export interface RadianceTrainingSessionOptions extends RadianceFieldConfigOptions {
    /** The masks of the depth continuity loss: `masks.views[i]` belongs to `capture.views[i]`. Default none. */
    readonly masks?: MaskSet | null;
}

/** A point of the learning curve. */
export interface RadianceCurvePoint extends RadianceReport {
    /** The PSNR of held-out views in decibels; null where it was not measured. */
    readonly heldOutPsnr: number | null;
}

/** The number of held-out views that are measured during training, and the number of pixels that each is reduced to. */
const HELD_OUT_VIEWS = 2;
const HELD_OUT_PIXELS = 4096;
/** Measuring takes at most one part in this many of the time. */
const TIME_PER_MEASURING_TIME = 10;

/**
 * An interactive training of a radiance field. It has a learning curve, and can be paused, resumed, ended early, and
 * saved to a file from which it continues later. {@link field} can be rendered between steps at any time.
 */
export class RadianceTrainingSession {
    /** Notified after every 50 steps, after each measured PSNR, and when the training is paused, resumed or ended. */
    public readonly onChangedObservable = new Observable<RadianceTrainingSession>();

    private readonly _points: RadianceCurvePoint[];
    private readonly _heldOut: readonly View[];
    private _isPaused = false;
    private _isEnded = false;
    /** Interrupts the running steps. */
    private _interruption = new AbortController();
    /** Resolves, and never rejects, when no steps are running. */
    private _steps: Promise<unknown> = Promise.resolve();
    /** Resolves, and never rejects, when nothing is being saved. */
    private _saving: Promise<unknown> = Promise.resolve();
    private _isMeasuringDue = false;
    private _lastMeasured = -Infinity;
    private _measuringTime = 0;

    private constructor(
        private readonly _trainer: RadianceFieldTrainer,
        private readonly _capture: Capture,
        reports: readonly RadianceReport[],
    ) {
        this._points = reports.map((report) => ({ ...report, heldOutPsnr: null }));
        this._heldOut = _capture.heldOutViews.slice(0, HELD_OUT_VIEWS).map((view) => ShrinkView(view, HELD_OUT_PIXELS));
    }

    /**
     * Creates a training, which {@link runAsync} starts.
     * @param capture the depth of its views is ignored
     * @throws UltrametricError "input" for options out of range, "limits", "gpu", "deviceLost"
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        capture: Capture,
        { masks = null, ...config }: RadianceTrainingSessionOptions = {},
    ): Promise<RadianceTrainingSession> {
        const views = await CreateRadianceViewsAsync(capture, { masks });
        return new RadianceTrainingSession(await RadianceFieldTrainer.CreateAsync(engine, views, config), capture, []);
    }

    /**
     * Splits a capture into training and held-out views as a saved training has them. It reads only what identifies the
     * capture, so that a file of another capture is rejected early.
     *
     * @param capture has the same views, whichever of them are held out
     * @param bytes see {@link saveAsync}
     * @throws UltrametricError "input" when the bytes are not a saved training, are truncated, or belong to another
     * capture, which the message names
     */
    public static async CaptureOfAsync(capture: Capture, bytes: Uint8Array): Promise<Capture> {
        const saved = new SavedTraining(bytes);
        const split = saved.splitViews(capture);
        saved.check(await CreateRadianceViewsAsync(split));
        return split;
    }

    /**
     * Restores the training that {@link saveAsync} wrote; {@link runAsync} continues it.
     *
     * @param capture the same as before, with the same views held out: see {@link CaptureOfAsync}
     * @param masks the same as before
     * @throws UltrametricError "input" when the bytes are not a saved training, or of another capture; "limits", "gpu",
     * "deviceLost"
     */
    public static async ParseAsync(
        engine: WebGPUEngine,
        capture: Capture,
        bytes: Uint8Array,
        masks: MaskSet | null = null,
    ): Promise<RadianceTrainingSession> {
        const views = await CreateRadianceViewsAsync(capture, { masks });
        const trainer = await RadianceFieldTrainer.ParseAsync(engine, views, bytes);
        return new RadianceTrainingSession(trainer, capture, await trainer.readReportsAsync());
    }

    /** The field in its current state; {@link dispose} disposes it. */
    public get field(): RadianceField {
        return this._trainer.field;
    }

    /** The number of finished steps. */
    public get step(): number {
        return this._trainer.steps;
    }

    /** The number of all steps. */
    public get stepCount(): number {
        return this._trainer.options.steps;
    }

    /** The learning curve by ascending steps. Held-out PSNRs are not saved. */
    public get points(): readonly RadianceCurvePoint[] {
        return this._points;
    }

    /** True if the training waits for {@link resume}. */
    public get isPaused(): boolean {
        return this._isPaused;
    }

    /** True if all steps are finished, or {@link end} was called. */
    public get isEnded(): boolean {
        return this._isEnded || this.step >= this.stepCount;
    }

    /** Pauses {@link runAsync} after the current step. */
    public pause(): void {
        this._setState(true, this._isEnded);
    }

    /** Continues after {@link pause}. */
    public resume(): void {
        this._setState(false, this._isEnded);
    }

    /** Skips the remaining steps: {@link runAsync} ends after the current step. */
    public end(): void {
        this._setState(false, true);
    }

    /**
     * Runs the remaining steps, including those that {@link end} skipped.
     *
     * @throws UltrametricError "aborted", after which another call continues; "gpu" when a loss is not finite;
     * "deviceLost"
     */
    public async runAsync({ signal, onProgress }: RunOptions = {}): Promise<void> {
        const operation = "Training the radiance field";
        this._isEnded = false;
        while (!this.isEnded) {
            ThrowIfAborted(signal, operation);
            let saving: Promise<unknown> | null = null;
            while (saving !== this._saving) {
                saving = this._saving;
                await saving; // another call of saveAsync may have followed
            }
            this._interruption = new AbortController();
            const interruption = this._interruption.signal;
            if (this._isPaused) {
                onProgress?.(StageProgress("pause", this.step / this.stepCount));
                await untilAborted(signal ? AbortSignal.any([signal, interruption]) : interruption);
                continue;
            }
            const running = this._trainer.runAsync({
                signal: signal ? AbortSignal.any([signal, interruption]) : interruption,
                onProgress,
                onReport: (report) => this._addReport(report),
            });
            this._steps = running.catch(() => {});
            try {
                await running;
            } catch (error) {
                if (!(error instanceof UltrametricError && error.kind === "aborted" && interruption.aborted)) {
                    throw error;
                }
            }
            if (this._isMeasuringDue) {
                await this._measureAsync(signal);
            }
        }
        this.onChangedObservable.notifyObservers(this);
    }

    /**
     * Saves the state of the training, without the images, for {@link ParseAsync}. A running training waits meanwhile.
     *
     * @throws UltrametricError "gpu", "deviceLost", "disposed"
     */
    public async saveAsync(): Promise<Uint8Array<ArrayBuffer>> {
        const saved = this._steps.then(() => this._trainer.serializeAsync());
        const before = this._saving;
        this._saving = saved.catch(() => {}).then(() => before);
        this._interruption.abort();
        return await saved;
    }

    /**
     * Returns the capture with the depth of the field in its current state, see LearnDepthAsync.
     * @throws UltrametricError "input" when no pixel is opaque, "gpu", "deviceLost", "aborted", "disposed"
     */
    public async captureAsync(options: RenderDepthOptions = {}): Promise<Capture> {
        return await RenderDepthAsync(this.field, this._capture, options);
    }

    /** Frees the GPU memory, including that of the field. Safe to call again. */
    public dispose(): void {
        this._trainer.dispose();
        this.onChangedObservable.clear();
    }

    private _setState(isPaused: boolean, isEnded: boolean): void {
        if (isPaused !== this._isPaused || isEnded !== this._isEnded) {
            this._isPaused = isPaused;
            this._isEnded = isEnded;
            this._interruption.abort();
            this.onChangedObservable.notifyObservers(this);
        }
    }

    private _addReport(report: RadianceReport): void {
        this._points.push({ ...report, heldOutPsnr: null });
        const isLast = report.step >= this.stepCount;
        this._isMeasuringDue =
            this._heldOut.length > 0 &&
            (isLast || performance.now() - this._lastMeasured > (TIME_PER_MEASURING_TIME - 1) * this._measuringTime);
        if (this._isMeasuringDue) {
            this._interruption.abort();
        }
        this.onChangedObservable.notifyObservers(this);
    }

    private async _measureAsync(signal: AbortSignal | undefined): Promise<void> {
        this._isMeasuringDue = false;
        const start = performance.now();
        const { mean } = await MeasurePsnrAsync(this.field, this._heldOut, { signal });
        this._lastMeasured = performance.now();
        this._measuringTime = this._lastMeasured - start;
        const last = this._points.length - 1;
        this._points[last] = { ...this._points[last], heldOutPsnr: mean };
        this.onChangedObservable.notifyObservers(this);
    }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
    if (!signal.aborted) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    }
}
