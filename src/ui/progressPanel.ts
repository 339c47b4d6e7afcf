import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Progress } from "../compute/base/progress";
import type { RadianceTrainingSession } from "../plugin/radiance/radianceTrainingSession";
import { LearningCurveControl } from "./learningCurveControl";
import {
    CreateBox,
    CreateButton,
    CreateText,
    DEFAULT_PANEL_THEME,
    EnableButton,
    FitWidth,
    type PanelTheme,
} from "./panelParts";
import { FormatSeconds, TimeLeft } from "./timeLeft";

/** Options of {@link ProgressPanel}. */
export interface ProgressPanelOptions {
    /** Colors and font. Default {@link DEFAULT_PANEL_THEME}. */
    theme: PanelTheme;
    /** Width in pixels, where there is room for it. Default 400. */
    width: number;
    /** Label of the button. Default "Cancel". */
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

/** What {@link ProgressPanel.follow} shows and works: a RadianceTrainingSession. */
export type FollowedTraining = Pick<
    RadianceTrainingSession,
    "points" | "stepCount" | "isPaused" | "isEnded" | "onChangedObservable" | "pause" | "resume" | "end"
>;

/**
 * Stage, bar, time left and a button to cancel a long piece of work:
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
export class ProgressPanel {
    /** The outermost control, at the top of the texture; move it as you like. */
    public readonly control: Rectangle;

    /** Shows how far the work has come; pass it on as it is. */
    public readonly onProgress = (progress: Progress): void => {
        this._show(progress);
    };

    private readonly _controller = new AbortController();
    private readonly _stage: TextBlock;
    private readonly _percent: TextBlock;
    private readonly _bar: Rectangle;
    private readonly _timeLeft = new TimeLeft();
    private readonly _options: ProgressPanelOptions;
    /** Places what {@link follow} has added. */
    private _layoutMore = (): void => {};
    private _trackWidth: number;
    private _share = 0;
    private _isDisposed = false;

    public constructor(advancedTexture: AdvancedDynamicTexture, options: Partial<ProgressPanelOptions> = {}) {
        this._options = { ...DEFAULT_PROGRESS_PANEL_OPTIONS, ...options };
        const { theme, width, cancelLabel } = this._options;
        this.control = CreateBox("progressPanel", theme, width, HEIGHT);
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.control.topInPixels = 20;

        const cancel = CreateButton("cancel", theme, cancelLabel, () => {
            this.cancel();
        });
        cancel.widthInPixels = 76;
        cancel.heightInPixels = 30;
        cancel.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        cancel.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        cancel.leftInPixels = -MARGIN;
        cancel.topInPixels = 16;

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
        const track = CreateTrack("track", theme.surface, this._trackWidth);
        track.topInPixels = 64;
        this._bar = CreateTrack("bar", theme.accent, this._trackWidth);
        this._bar.widthInPixels = 0;
        track.addControl(this._bar);

        for (const child of [this._stage, this._percent, cancel, track]) {
            this.control.addControl(child);
        }
        const stopFitting = FitWidth(advancedTexture, width, (pixels) => {
            this.control.widthInPixels = pixels;
            this._trackWidth = pixels - 2 * MARGIN;
            track.widthInPixels = this._trackWidth;
            this._bar.widthInPixels = Math.round(this._share * this._trackWidth);
            this._layoutMore();
        });
        this.control.onDisposeObservable.addOnce(() => {
            stopFitting();
            this.dispose();
        });
        advancedTexture.addControl(this.control);
    }

    /**
     * Shows the curve of a training below the bar, with buttons that pause and resume it, save it, and end it early.
     *
     * @param save what the button "Save" does
     * @returns a function that takes them away again
     */
    public follow(learning: FollowedTraining, save: () => void): () => void {
        const { theme } = this._options;
        const curve = new LearningCurveControl("learningCurve", theme);
        curve.heightInPixels = CURVE_HEIGHT;
        curve.topInPixels = HEIGHT;
        const buttons = [
            CreateButton("pause", theme, "", () => (learning.isPaused ? learning.resume() : learning.pause())),
            CreateButton("saveTraining", theme, "Save", save),
            CreateButton("endTraining", theme, "Use as it is", () => learning.end()),
        ];
        const controls: Control[] = [curve, ...buttons];
        for (const control of controls) {
            control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
            control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
            this.control.addControl(control);
        }
        const show = (): void => {
            curve.show(learning.points, learning.stepCount);
            buttons[0].textBlock!.text = learning.isPaused ? "Resume" : "Pause";
            for (const button of buttons) {
                EnableButton(button, !learning.isEnded);
            }
        };
        this._layoutMore = (): void => {
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
        this._layoutMore();
        show();
        const observer = learning.onChangedObservable.add(show);
        return () => {
            observer.remove();
            this._layoutMore = () => {};
            if (!this._isDisposed) {
                for (const control of controls) {
                    control.dispose();
                }
                this.control.heightInPixels = HEIGHT;
            }
        };
    }

    /** What the button does. */
    public cancel(): void {
        this._controller.abort();
    }

    /** Aborted by the button. */
    public get signal(): AbortSignal {
        return this._controller.signal;
    }

    /** Takes the panel away. Safe to call again. */
    public dispose(): void {
        if (!this._isDisposed) {
            this._isDisposed = true;
            this.control.dispose();
        }
    }

    private _show({ stage, detail, fraction }: Progress): void {
        if (this._isDisposed) {
            return;
        }
        this._share = Math.min(Math.max(fraction, 0), 1);
        this._stage.text = detail === undefined ? stage : `${stage}, ${detail}`;
        const left = this._timeLeft.estimate(stage, this._share, performance.now() / 1000);
        this._percent.text = `${Math.round(100 * this._share)} %${left === null ? "" : `, ${FormatSeconds(left)} left`}`;
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
    if (name === "bar") {
        track.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
    }
    return track;
}
