import type { Control } from "@babylonjs/gui/2D/controls/control";
import type { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Mask } from "../../compute/masks/maskSet";
import type { MaskQualityOptions } from "../../plugin/masks/maskQuality";
import type { MaskSetFilter } from "../../plugin/masks/maskSetFilter";
import { AddFocus, AlignTopLeft, CreateSlider, CreateText } from "../controls/panelControls";
import type { PanelTheme } from "../controls/panelTheme";

/** The thresholds that have sliders. */
type Threshold = "minPredictedIou" | "minStability" | "minArea";

/** A threshold's slider and its label. */
interface ThresholdControls {
    readonly name: Threshold;
    readonly label: TextBlock;
    readonly slider: Slider;
}

/** The height of a row of sliders below their labels, and of a slider beside its label. */
const WIDE_HEIGHT = 52;
const ROW_HEIGHT = 30;
const LABEL = 160;
const GAP = 16;
/** The upper end of the area slider, as a share of a view's pixels. */
const MAX_AREA_SHARE = 0.05;
/** The step of an arrow key, as a share of the slider's range. */
const KEY_STEP = 0.05;

/** Sliders for the smallest predicted IoU, stability and area of the masks that pass a filter. */
export class MaskThresholdSliders {
    private readonly _thresholds: readonly ThresholdControls[];
    private _isUpdating = false;

    /** @param _onQuality called with the thresholds of the sliders, and expected to set them on the filter */
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
        this.update();
    }

    /** The controls, for the panel to add. */
    public get controls(): readonly Control[] {
        return this._thresholds.flatMap(({ label, slider }) => [label, slider]);
    }

    /** Returns the height in pixels. @param isWide whether the sliders are side by side, rather than in a column */
    public heightOf(isWide: boolean): number {
        return isWide ? WIDE_HEIGHT : this._thresholds.length * ROW_HEIGHT;
    }

    /** Lays out the controls in their panel, in pixels. */
    public layout(left: number, top: number, width: number, isWide: boolean): void {
        const column = (width + GAP) / this._thresholds.length;
        this._thresholds.forEach(({ label, slider }, i) => {
            label.leftInPixels = left + (isWide ? i * column : 0);
            label.topInPixels = isWide ? top : top + i * ROW_HEIGHT + 2;
            label.widthInPixels = isWide ? column - GAP : LABEL;
            slider.leftInPixels = label.leftInPixels + (isWide ? 0 : LABEL);
            slider.topInPixels = isWide ? top + 22 : top + i * ROW_HEIGHT;
            slider.widthInPixels = Math.max(1, isWide ? column - GAP : width - LABEL);
        });
    }

    /** Updates the sliders from the filter. */
    public update(): void {
        const { quality } = this._filter;
        this._isUpdating = true;
        for (const { name, label, slider } of this._thresholds) {
            const value = quality[name];
            if (name === "minArea") {
                slider.value = Math.log(Math.max(value, 1)) / Math.log(this._maxArea);
                label.text = value <= 1 ? "Size: all" : `Size \u2265 ${value.toLocaleString("en")} px`;
            } else {
                slider.value = value;
                const title = name === "minPredictedIou" ? "Predicted IoU" : "Stability";
                label.text = !slider.isEnabled
                    ? `${title}: all equal`
                    : value <= slider.minimum
                      ? `${title}: all`
                      : `${title} \u2265 ${value.toFixed(2)}`;
            }
        }
        this._isUpdating = false;
    }

    /** @param scoreOf the score, 0..1, that the threshold limits; null for the area, whose slider is logarithmic */
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
            AlignTopLeft(control);
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
                : Math.round(this._maxArea ** value);
            if (threshold !== this._filter.quality[name]) {
                this._onQuality({ ...this._filter.quality, [name]: threshold });
            }
        });
        return { name, label, slider };
    }

    private get _maxArea(): number {
        const sizes = this._filter.capture.views.map(({ camera }) => camera.width * camera.height);
        return Math.max(2, MAX_AREA_SHARE * sizes.reduce((a, b) => Math.max(a, b), 0));
    }
}
