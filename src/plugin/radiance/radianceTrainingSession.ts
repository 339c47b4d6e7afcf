import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { RunOptions } from "../../compute/base/progress";
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
import { type DepthDrawingOptions, DrawDepthAsync } from "./learnedDepth";

/** Options of {@link RadianceTrainingSession}. */
export interface RadianceTrainingSessionOptions extends RadianceFieldConfigOptions {
    /** For the depth continuity loss: `masks.views[i]` belongs to `capture.views[i]`. Default: none. */
    readonly masks?: MaskSet | null;
}

/** Where the training stood after a number of steps. */
export interface RadianceCurvePoint extends RadianceReport {
    /** Of held-out views, decibel; null where it was not measured. */
    readonly heldOutPsnr: number | null;
}

/** Held-out views that are looked at while training, each made smaller to so many pixels: so that it costs little. */
const HELD_OUT_VIEWS = 2;
const HELD_OUT_PIXELS = 4096;
/** Measuring takes at most one of so many parts of the time. */
const MEASURING_PARTS = 10;

/**
 * The training of a radiance field as a person follows it: with a curve, to be paused, resumed, ended early, and saved to a file from which it goes on
 * another day. Between steps {@link field} can be drawn at any time.
 */
export class RadianceTrainingSession {
    /** Notified after every 50 steps, when a held-out PSNR was measured, and when it was paused, resumed or ended. */
    public readonly onChangedObservable = new Observable<RadianceTrainingSession>();

    private readonly _points: RadianceCurvePoint[];
    private readonly _heldOut: readonly View[];
    private _isPaused = false;
    private _isEnded = false;
    /** Stops the steps that are being done. */
    private _interruption = new AbortController();
    /** Ends, without fail, when no steps are being done. */
    private _steps: Promise<unknown> = Promise.resolve();
    /** Ends, without fail, when nothing is being saved. */
    private _saving: Promise<unknown> = Promise.resolve();
    private _isMeasuringDue = false;
    private _measured = -Infinity;
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
     * Nothing is trained before {@link runAsync}.
     * @param capture depth that its views have is passed over
     * @throws UltrametricError "input" for options out of range, "limits", "gpu", "deviceLost"
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        capture: Capture,
        { masks = null, ...recipe }: RadianceTrainingSessionOptions = {},
    ): Promise<RadianceTrainingSession> {
        const views = await CreateRadianceViewsAsync(capture, { masks });
        return new RadianceTrainingSession(await RadianceFieldTrainer.CreateAsync(engine, views, recipe), capture, []);
    }

    /**
     * The capture as a saved training had it: the views that it learned from, and all others held out. Nothing of the training is read but what tells whose it is, so
     * that a file of another capture is refused before anything is made ready for it.
     * @param capture with the same views, whichever of them are held out
     * @param bytes see {@link saveAsync}
     * @throws UltrametricError "input" when the bytes are none, or cut off; of another capture, which the message names
     */
    public static async CaptureOfAsync(capture: Capture, bytes: Uint8Array): Promise<Capture> {
        const saved = new SavedTraining(bytes);
        const parted = saved.part(capture);
        saved.check(await CreateRadianceViewsAsync(parted));
        return parted;
    }

    /**
     * The training that {@link saveAsync} wrote, to go on by {@link runAsync}.
     * @param capture the same as before, with the same views held out: see {@link CaptureOfAsync}
     * @param masks the same as before
     * @throws UltrametricError "input" when the bytes are none, or of another capture; "limits", "gpu", "deviceLost"
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

    /** The field, trained as far as it is; gone after {@link dispose}. */
    public get field(): RadianceField {
        return this._trainer.field;
    }

    /** Steps done. */
    public get step(): number {
        return this._trainer.steps;
    }

    /** Steps in all. */
    public get stepCount(): number {
        return this._trainer.options.steps;
    }

    /** What was reported, by ascending steps. What was held out is measured anew where it was read from a file. */
    public get points(): readonly RadianceCurvePoint[] {
        return this._points;
    }

    /** Whether it waits for {@link resume}. */
    public get isPaused(): boolean {
        return this._isPaused;
    }

    /** Whether all steps have been done, or {@link end} was called. */
    public get isEnded(): boolean {
        return this._isEnded || this.step >= this.stepCount;
    }

    /** Lets {@link runAsync} wait after the step at hand. */
    public pause(): void {
        this._set(true, this._isEnded);
    }

    /** Goes on after {@link pause}. */
    public resume(): void {
        this._set(false, this._isEnded);
    }

    /** Leaves out the steps that are left: {@link runAsync} is done after the step at hand. */
    public end(): void {
        this._set(false, true);
    }

    /**
     * Does the steps that are left, but for pauses; also those that {@link end} has left out.
     * @throws UltrametricError "aborted", with the field as far as it was trained: call it again to go on; "gpu" when a loss is not finite; "deviceLost"
     */
    public async runAsync({ signal, onProgress }: RunOptions = {}): Promise<void> {
        const what = "Training the radiance field";
        this._isEnded = false;
        while (!this.isEnded) {
            ThrowIfAborted(signal, what);
            let saving: Promise<unknown> | null = null;
            while (saving !== this._saving) {
                saving = this._saving;
                await saving; // meanwhile there may be more to save
            }
            this._interruption = new AbortController();
            const interruption = this._interruption.signal;
            if (this._isPaused) {
                onProgress?.({ stage: "Paused", fraction: this.step / this.stepCount });
                await untilAborted(signal ? AbortSignal.any([signal, interruption]) : interruption);
                continue;
            }
            const running = this._trainer.runAsync({
                signal: signal ? AbortSignal.any([signal, interruption]) : interruption,
                onProgress,
                onReport: (report) => this._take(report),
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
     * All that the training goes on from, as bytes for {@link ParseAsync}; without the pictures. While it runs it waits as long as that takes.
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
     * The capture with the depth that the field has learned so far, see LearnDepthAsync.
     * @throws UltrametricError "input" where nothing is opaque, "gpu", "deviceLost", "aborted", "disposed"
     */
    public async captureAsync(options: DepthDrawingOptions = {}): Promise<Capture> {
        return await DrawDepthAsync(this.field, this._capture, options);
    }

    /** Frees the GPU memory, the field with it. Safe to call again. */
    public dispose(): void {
        this._trainer.dispose();
        this.onChangedObservable.clear();
    }

    private _set(isPaused: boolean, isEnded: boolean): void {
        if (isPaused !== this._isPaused || isEnded !== this._isEnded) {
            this._isPaused = isPaused;
            this._isEnded = isEnded;
            this._interruption.abort();
            this.onChangedObservable.notifyObservers(this);
        }
    }

    private _take(report: RadianceReport): void {
        this._points.push({ ...report, heldOutPsnr: null });
        const isLast = report.step >= this.stepCount;
        this._isMeasuringDue =
            this._heldOut.length > 0 &&
            (isLast || performance.now() - this._measured > (MEASURING_PARTS - 1) * this._measuringTime);
        if (this._isMeasuringDue) {
            this._interruption.abort();
        }
        this.onChangedObservable.notifyObservers(this);
    }

    private async _measureAsync(signal: AbortSignal | undefined): Promise<void> {
        this._isMeasuringDue = false;
        const start = performance.now();
        const { mean } = await MeasurePsnrAsync(this.field, this._heldOut, { signal });
        this._measured = performance.now();
        this._measuringTime = this._measured - start;
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
