import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Progress } from "../../compute/base/progress";
import type { RadianceTrainingSession } from "../../plugin/radiance/radianceTrainingSession";
import { AlignTopLeft, CreateButton, CreateText, EnableButton } from "../controls/panelControls";
import { DEFAULT_PANEL_THEME } from "../controls/panelTheme";
import { BasePanel, type PanelOptions } from "../panel/basePanel";
import { LearningCurveControl } from "./learningCurveControl";
import { FormatSeconds, TimeLeft } from "./timeLeft";

/** Options of {@link ProgressPanel}. */
export interface ProgressPanelOptions extends PanelOptions {
    /** Default 400. */
    width: number;
    /** The label of the cancel button. Default "Cancel". */
    cancelLabel: string;
}

/** The defaults of {@link ProgressPanelOptions}. */
export const DEFAULT_PROGRESS_PANEL_OPTIONS: Readonly<ProgressPanelOptions> = {
    theme: DEFAULT_PANEL_THEME,
    width: 400,
    cancelLabel: "Cancel",
};

const HEIGHT = 84;
const MARGIN = 20;
const CURVE_HEIGHT = 78;
const BUTTON_HEIGHT = 30;
const GAP = 8;

/** The training that {@link ProgressPanel.follow} shows and controls: a RadianceTrainingSession. */
export type FollowedTraining = Pick<
    RadianceTrainingSession,
    "points" | "stepCount" | "isPaused" | "isEnded" | "onChangedObservable" | "pause" | "resume" | "end"
>;

/**
 * The stage, progress bar and time left of a long-running operation, with a button that cancels it:
 *
 *     const panel = new ProgressPanel(advancedTexture);
 *     try {
 *         await segmentation.segmentAsync(capture, masks, { onProgress: panel.onProgress, signal: panel.signal });
 *     } finally {
 *         panel.dispose();
 *     }
 *
 * Disposed with its texture.
 */
export class ProgressPanel extends BasePanel<ProgressPanelOptions> {
    /** Shows a progress report; to be passed as the `onProgress` option of the operation. */
    public readonly onProgress = (progress: Progress): void => {
        this._show(progress);
    };

    private readonly _controller = new AbortController();
    private readonly _stage: TextBlock;
    private readonly _percent: TextBlock;
    private readonly _cancel: Button;
    private readonly _track: Rectangle;
    private readonly _bar: Rectangle;
    private readonly _timeLeft = new TimeLeft();
    /** Lays out the controls that {@link follow} added. */
    private _layoutTraining = (): void => {};
    private _trackWidth: number;
    private _share = 0;

    public constructor(texture: AdvancedDynamicTexture, options: Partial<ProgressPanelOptions> = {}) {
        super("progress", "top", texture, { ...DEFAULT_PROGRESS_PANEL_OPTIONS, ...options });
        const { theme, width, cancelLabel } = this._options;
        this.control.heightInPixels = HEIGHT;

        const cancel = CreateButton("cancel", theme, cancelLabel, () => {
            this.cancel();
        });
        cancel.widthInPixels = 76;
        cancel.heightInPixels = 30;
        cancel.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        cancel.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        cancel.leftInPixels = -MARGIN;
        cancel.topInPixels = 16;
        this._cancel = cancel;

        this._percent = CreateText("percent", theme, "", 13);
        this._percent.color = theme.quietText;
        this._percent.heightInPixels = 20;
        this._percent.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._percent.topInPixels = 35;
        this._percent.paddingLeftInPixels = MARGIN;
        this._percent.paddingRightInPixels = 76 + MARGIN + 14;

        this._stage = CreateText("stage", theme, "", 15);
        this._stage.heightInPixels = 24;
        this._stage.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._stage.topInPixels = 12;
        this._stage.paddingLeftInPixels = MARGIN;
        this._stage.paddingRightInPixels = 76 + MARGIN + 14;

        this._trackWidth = width - 2 * MARGIN;
        this._track = CreateTrack("track", theme.surface, this._trackWidth);
        this._track.topInPixels = 64;
        this._bar = CreateTrack("bar", theme.accent, 0);
        this._bar.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._track.addControl(this._bar);

        for (const child of [this._stage, this._percent, cancel, this._track]) {
            this.control.addControl(child);
        }
        this._start();
    }

    protected override _firstFocus(): Control {
        return this._cancel;
    }

    protected override _layout(width: number): void {
        this.control.widthInPixels = width;
        this._trackWidth = width - 2 * MARGIN;
        this._track.widthInPixels = this._trackWidth;
        this._bar.widthInPixels = Math.round(this._share * this._trackWidth);
        this._layoutTraining();
    }

    /**
     * Shows the learning curve of a training below the bar, with buttons that pause and resume it, save it, and end it
     * early.
     *
     * @param save called by the button "Save"
     * @returns a function that removes the curve and the buttons
     */
    public follow(training: FollowedTraining, save: () => void): () => void {
        const { theme } = this._options;
        const curve = new LearningCurveControl("learningCurve", theme);
        curve.heightInPixels = CURVE_HEIGHT;
        curve.topInPixels = HEIGHT;
        const buttons = [
            CreateButton("pause", theme, "", () => (training.isPaused ? training.resume() : training.pause())),
            CreateButton("saveTraining", theme, "Save", save),
            CreateButton("endTraining", theme, "Use as it is", () => training.end()),
        ];
        const controls: Control[] = [curve, ...buttons];
        for (const control of controls) {
            AlignTopLeft(control);
            this.control.addControl(control);
        }
        const show = (): void => {
            curve.show(training.points, training.stepCount);
            buttons[0].textBlock!.text = training.isPaused ? "Resume" : "Pause";
            for (const button of buttons) {
                EnableButton(button, !training.isEnded);
            }
        };
        this._layoutTraining = (): void => {
            const width = (this._trackWidth - 2 * GAP) / buttons.length;
            curve.widthInPixels = this._trackWidth;
            curve.leftInPixels = MARGIN;
            buttons.forEach((button, i) => {
                button.widthInPixels = width;
                button.heightInPixels = BUTTON_HEIGHT;
                button.leftInPixels = MARGIN + i * (width + GAP);
                button.topInPixels = HEIGHT + CURVE_HEIGHT + 12;
            });
        };
        this.control.heightInPixels = HEIGHT + CURVE_HEIGHT + BUTTON_HEIGHT + 28;
        this._layoutTraining();
        show();
        const observer = training.onChangedObservable.add(show);
        return () => {
            observer.remove();
            this._layoutTraining = () => {};
            if (!this._isDisposed) {
                for (const control of controls) {
                    control.dispose();
                }
                this.control.heightInPixels = HEIGHT;
            }
        };
    }

    /** Aborts {@link signal}, as the cancel button does. */
    public cancel(): void {
        this._controller.abort();
    }

    /** A signal that the cancel button aborts. */
    public get signal(): AbortSignal {
        return this._controller.signal;
    }

    private _show({ stage, detail, fraction }: Progress): void {
        if (this._isDisposed) {
            return;
        }
        this._share = Math.min(Math.max(fraction, 0), 1);
        this._stage.text = detail === undefined ? stage : `${stage}, ${detail}`;
        const left = this._timeLeft.estimate(stage, this._share, performance.now() / 1000);
        const timeLeft = left === null ? "" : `, ${FormatSeconds(left)} left`;
        this._percent.text = `${Math.round(100 * this._share)} %${timeLeft}`;
        this._bar.widthInPixels = Math.round(this._share * this._trackWidth);
    }
}

function CreateTrack(name: string, color: string, width: number): Rectangle {
    const track = new Rectangle(name);
    track.widthInPixels = width;
    track.heightInPixels = 6;
    track.cornerRadius = 3;
    track.thickness = 0;
    track.background = color;
    track.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
    return track;
}
