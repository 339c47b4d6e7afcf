import { Control } from "@babylonjs/gui/2D/controls/control";
import type { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Mask } from "../compute/masks/maskSet";
import type { MaskQualityOptions } from "../plugin/masks/maskQuality";
import type { MaskSetFilter } from "../plugin/masks/maskSetFilter";
import { AddFocus, CreateSlider, CreateText, type PanelTheme } from "./panelParts";

/** What there are sliders for. */
type Threshold = "minPredictedIou" | "minStability" | "minArea";

/** A threshold's slider. */
interface ThresholdControls {
    readonly name: Threshold;
    readonly label: TextBlock;
    readonly slider: Slider;
}

/** Of a slider beside its label, and above each other. */
const HEIGHT = 52;
const ROW = 30;
const LABEL = 160;
const GAP = 16;
/** A slider for sizes ends at this share of a view's pixels. */
const LARGEST_AREA = 0.05;
/** Of a slider's way, for a key. */
const KEY_STEP = 0.05;

/** Sliders for predicted IoU, stability and area of the masks of a filter. */
export class MaskThresholds {
    private readonly _thresholds: readonly ThresholdControls[];
    private _isUpdating = false;

    /** @param _onQuality called with what the sliders ask for; it is not set here */
    public constructor(
        private readonly _theme: PanelTheme,
        private readonly _filter: MaskSetFilter,
        private readonly _onQuality: (quality: MaskQualityOptions) => void,
    ) {
        this._thresholds = [
            this._create("minPredictedIou", ({ predictedIou }) => predictedIou),
            this._create("minStability", ({ stability }) => stability),
            this._create("minArea", null),
        ];
        this.show();
    }

    /** To be put into a panel. */
    public get controls(): readonly Control[] {
        return this._thresholds.flatMap(({ label, slider }) => [label, slider]);
    }

    /** Pixels that they take. @param isWide whether they are beside each other */
    public heightOf(isWide: boolean): number {
        return isWide ? HEIGHT : this._thresholds.length * ROW;
    }

    /** Places them in their panel. Pixels. */
    public place(left: number, top: number, width: number, isWide: boolean): void {
        const column = (width + GAP) / this._thresholds.length;
        this._thresholds.forEach(({ label, slider }, i) => {
            label.leftInPixels = left + (isWide ? i * column : 0);
            label.topInPixels = isWide ? top : top + i * ROW + 2;
            label.widthInPixels = isWide ? column - GAP : LABEL;
            slider.leftInPixels = label.leftInPixels + (isWide ? 0 : LABEL);
            slider.topInPixels = isWide ? top + 22 : top + i * ROW;
            slider.widthInPixels = Math.max(1, isWide ? column - GAP : width - LABEL);
        });
    }

    /** Shows what the filter asks for. */
    public show(): void {
        const { quality } = this._filter;
        this._isUpdating = true;
        for (const { name, label, slider } of this._thresholds) {
            const value = quality[name];
            if (name === "minArea") {
                slider.value = Math.log(Math.max(value, 1)) / Math.log(this._largestArea);
                label.text = value <= 1 ? "Size: all" : `Size \u2265 ${value.toLocaleString("en")} px`;
            } else {
                slider.value = value;
                const title = name === "minPredictedIou" ? "Predicted IoU" : "Stability";
                label.text = !slider.isEnabled
                    ? `${title}: alike`
                    : value <= slider.minimum
                      ? `${title}: all`
                      : `${title} \u2265 ${value.toFixed(2)}`;
            }
        }
        this._isUpdating = false;
    }

    /** @param scoreOf what a threshold of 0..1 is about; null for the area, whose slider is logarithmic */
    private _create(name: Threshold, scoreOf: ((mask: Mask) => number) | null): ThresholdControls {
        const theme = this._theme;
        const label = CreateText(`${name}Label`, theme, "", 13);
        const slider = CreateSlider(name, theme);
        if (scoreOf) {
            let low = Number.POSITIVE_INFINITY;
            let high = 0;
            for (const view of this._filter.masks.views) {
                for (const mask of view.masks) {
                    low = Math.min(low, scoreOf(mask));
                    high = Math.max(high, scoreOf(mask));
                }
            }
            slider.minimum = Math.min(Math.floor(20 * low) / 20, 0.95);
            slider.maximum = Math.min(Math.ceil(100 * high) / 100, 1);
            slider.isEnabled = low < high;
            label.color = low < high ? theme.text : theme.quietText;
            slider.alpha = low < high ? 1 : 0.4;
        }
        for (const control of [label, slider]) {
            control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
            control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        }
        label.heightInPixels = 20;
        label.isHitTestVisible = false;
        if (slider.isEnabled) {
            AddFocus(slider, theme, ({ key }) => {
                const step =
                    key === "ArrowRight" || key === "ArrowUp" ? 1 : key === "ArrowLeft" || key === "ArrowDown" ? -1 : 0;
                slider.value += step * KEY_STEP * (slider.maximum - slider.minimum);
                return step !== 0;
            });
        }
        slider.onValueChangedObservable.add((value) => {
            if (this._isUpdating) {
                return;
            }
            const threshold = scoreOf
                ? value > slider.minimum
                    ? Math.round(100 * value) / 100
                    : 0
                : Math.round(this._largestArea ** value);
            if (threshold !== this._filter.quality[name]) {
                this._onQuality({ ...this._filter.quality, [name]: threshold });
            }
        });
        return { name, label, slider };
    }

    private get _largestArea(): number {
        const sizes = this._filter.capture.views.map(({ camera }) => camera.width * camera.height);
        return Math.max(2, LARGEST_AREA * sizes.reduce((a, b) => Math.max(a, b), 0));
    }
}
