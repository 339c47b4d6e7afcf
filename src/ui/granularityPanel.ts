import type { Vector2 } from "@babylonjs/core/Maths/math.vector";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Grid } from "@babylonjs/gui/2D/controls/grid";
import type { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import { StackPanel } from "@babylonjs/gui/2D/controls/stackPanel";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Criterion } from "../compute/hierarchy/cut/segmentationHierarchy";
import type { UltrametricSegmentation } from "../plugin/session/ultrametricSegmentation";
import {
    AddFocus,
    CreateBox,
    CreateButton,
    CreateSlider,
    CreateText,
    DEFAULT_PANEL_THEME,
    EnableButton,
    FitWidth,
    type PanelTheme,
    PressButton,
    ShieldTaps,
} from "./panelParts";
import { SplitHistogramControl } from "./splitHistogramControl";
import { TextField } from "./textField";

/** Options of {@link GranularityPanel}. */
export interface GranularityPanelOptions {
    /** Colors and font. Default {@link DEFAULT_PANEL_THEME}. */
    theme: PanelTheme;
    /** Width in pixels, where there is room for it. Default 520. */
    width: number;
    /** What the criteria are called. Default: their names with a capital letter. */
    criterionNames: Readonly<Partial<Record<Criterion, string>>>;
}

/** The defaults of {@link GranularityPanelOptions}. */
export const DEFAULT_GRANULARITY_PANEL_OPTIONS: Readonly<GranularityPanelOptions> = {
    theme: DEFAULT_PANEL_THEME,
    width: 520,
    criterionNames: {},
};

const SLIDER_ROW = 68;
const CRITERIA_ROW = 42;
const BARS = 60;
const MARGIN = 16;
/** Half of the slider's thumb, and the way from the slider's place to its ends. */
const THUMB = 10;
const SLIDER_SIDE = 8;

/**
 * A slider for the granularity of a segmentation, on the scale of part counts (equal ways multiply the count by equal factors). Bars behind it say how
 * much splits off where (by square roots of the numbers of leaves), so that one sees the counts at which the parts change, and those between which
 * they stay. The number of parts can be typed; two buttons, or the arrow keys at the slider, go to the next count at which something splits off that
 * is no crumb. One button for each criterion where the hierarchy has several. Disposed with its texture and with its segmentation.
 */
export class GranularityPanel {
    /** The outermost control, at the bottom of the texture; move it as you like. */
    public readonly control: Rectangle;

    private readonly _options: GranularityPanelOptions;
    private readonly _count: TextField;
    private readonly _countLabel: TextBlock;
    private readonly _histogram: SplitHistogramControl;
    private readonly _slider: Slider;
    private readonly _coarser: Button;
    private readonly _finer: Button;
    private readonly _criteria: StackPanel;
    private readonly _grid: Grid;
    private readonly _removals: (() => void)[] = [];
    private _width: number;
    private _isUpdating = false;
    private _isDisposed = false;

    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        advancedTexture: AdvancedDynamicTexture,
        options: Partial<GranularityPanelOptions> = {},
    ) {
        this._options = { ...DEFAULT_GRANULARITY_PANEL_OPTIONS, ...options };
        const { theme, width } = this._options;
        this._width = width;
        this.control = CreateBox("granularityPanel", theme, width, SLIDER_ROW);
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
        this.control.topInPixels = -20;

        this._grid = new Grid("granularityGrid");
        this._grid.addRowDefinition(SLIDER_ROW, true);
        this._grid.addRowDefinition(0, true);
        for (const [size, isPixels] of [
            [122, true],
            [40, true],
            [1, false],
            [52, true],
        ] as const) {
            this._grid.addColumnDefinition(size, isPixels);
        }
        this.control.addControl(this._grid);

        const submit = (text: string): void => this._submitCount(text);
        this._count = new TextField("partCount", theme, "Number of parts", { onSubmit: submit }, true);
        this._count.control.widthInPixels = 60;
        this._count.control.heightInPixels = 32;
        this._count.control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._count.control.leftInPixels = MARGIN;
        this._count.input.fontWeight = "600";
        this._count.input.onBeforeKeyAddObservable.add((input) => {
            input.addKey = /^\d$/.test(input.currentKey);
        });
        this._countLabel = CreateText("partCountLabel", theme, "parts", 14);
        this._countLabel.color = theme.quietText;
        this._countLabel.paddingLeftInPixels = MARGIN + 60 + 8;
        this._countLabel.isHitTestVisible = false;
        this._coarser = this._createStepButton("coarser", "\u2212", -1);
        this._finer = this._createStepButton("finer", "+", 1);
        this._finer.leftInPixels = -6;
        this._histogram = this._createHistogram(theme);
        this._slider = this._createSlider(theme);
        this._grid.addControl(this._count.control, 0, 0);
        this._grid.addControl(this._countLabel, 0, 0);
        this._grid.addControl(this._coarser, 0, 1);
        this._grid.addControl(this._histogram, 0, 2);
        this._grid.addControl(this._slider, 0, 2);
        this._grid.addControl(this._finer, 0, 3);

        this._criteria = new StackPanel("criteria");
        this._criteria.isVertical = false;
        this._criteria.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._criteria.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._criteria.heightInPixels = 28;
        this._criteria.leftInPixels = MARGIN;
        this._criteria.topInPixels = SLIDER_ROW - 4;
        this._criteria.spacing = 6;
        this.control.addControl(this._criteria);

        for (const observer of [
            _segmentation.onGranularityChangedObservable.add(() => this._showCount()),
            _segmentation.onHierarchyChangedObservable.add(() => this._showHierarchy()),
            _segmentation.onCriterionChangedObservable.add(() => this._showHierarchy()),
            _segmentation.onDisposeObservable.add(() => this.dispose()),
            this.control.onDisposeObservable.add(() => this.dispose()),
        ]) {
            this._removals.push(() => observer.remove());
        }
        this._removals.push(
            ShieldTaps(advancedTexture),
            FitWidth(advancedTexture, width, (pixels) => {
                this.control.widthInPixels = pixels;
                this._width = pixels;
                this._layoutCriteria();
            }),
        );
        advancedTexture.addControl(this.control);
        this._showHierarchy();
    }

    /** Takes the panel away. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        for (const remove of this._removals) {
            remove();
        }
        this.control.dispose();
    }

    private _createStepButton(name: string, label: string, direction: 1 | -1): Button {
        const button = CreateButton(name, this._options.theme, label, () => {
            this._step(direction);
        });
        button.widthInPixels = 32;
        button.heightInPixels = 32;
        button.cornerRadius = 16;
        button.fontSizeInPixels = 18;
        return button;
    }

    private _createHistogram(theme: PanelTheme): SplitHistogramControl {
        const histogram = new SplitHistogramControl("splitHistogram", theme.quietText, THUMB);
        histogram.color = theme.accent;
        histogram.alpha = 0.8;
        histogram.heightInPixels = 34;
        histogram.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        histogram.topInPixels = 9;
        histogram.paddingLeftInPixels = histogram.paddingRightInPixels = SLIDER_SIDE;
        let isDown = false;
        const follow = (place: Vector2): void => {
            if (isDown) {
                this._segmentation.granularity = histogram.granularityAt(place);
            }
        };
        histogram.onPointerDownObservable.add((place) => {
            isDown = true;
            follow(place);
        });
        histogram.onPointerMoveObservable.add(follow);
        const end = (): void => {
            isDown = false;
        };
        histogram.onPointerUpObservable.add(end);
        histogram.onPointerOutObservable.add(end);
        return histogram;
    }

    private _createSlider(theme: PanelTheme): Slider {
        const slider = CreateSlider("granularity", theme);
        slider.paddingLeftInPixels = slider.paddingRightInPixels = SLIDER_SIDE;
        slider.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        slider.topInPixels = 35;
        slider.onValueChangedObservable.add((value) => {
            if (!this._isUpdating) {
                this._segmentation.granularity = value;
            }
        });
        AddFocus(slider, theme, ({ key }) => {
            if (key === "ArrowRight" || key === "ArrowUp") {
                this._step(1);
            } else if (key === "ArrowLeft" || key === "ArrowDown") {
                this._step(-1);
            } else if (key === "Home" || key === "End") {
                this._segmentation.granularity = key === "Home" ? 0 : 1;
            } else {
                return false;
            }
            return true;
        });
        return slider;
    }

    private _step(direction: 1 | -1): void {
        this._segmentation.partCount = this._segmentation.nextPartCount(direction);
    }

    private _submitCount(text: string): void {
        const count = Number.parseInt(text.replaceAll(",", ""), 10);
        if (Number.isFinite(count) && this._segmentation.hierarchy && count !== this._segmentation.partCount) {
            this._segmentation.partCount = count;
        }
        this._showCount();
    }

    private _showCount(): void {
        const { partCount, granularity } = this._segmentation;
        this._countLabel.text = partCount === 1 ? "part" : "parts";
        if (!this._count.isFocused) {
            this._count.text = partCount.toLocaleString("en");
        }
        this._isUpdating = true;
        this._slider.value = granularity;
        this._isUpdating = false;
        this._histogram.granularity = granularity;
        EnableButton(this._coarser, this._segmentation.nextPartCount(-1) !== partCount);
        EnableButton(this._finer, this._segmentation.nextPartCount(1) !== partCount);
    }

    private _showHierarchy(): void {
        const { criteria, hierarchy, criterion } = this._segmentation;
        this.control.isVisible = hierarchy !== null;
        this._histogram.bars = Float32Array.from(this._segmentation.splitHistogram(BARS));
        for (const button of this._criteria.children.slice()) {
            button.dispose();
        }
        const hasChoice = criteria.length > 1;
        if (hasChoice) {
            for (const name of criteria) {
                this._criteria.addControl(this._createCriterionButton(name, name === criterion));
            }
        }
        this._layoutCriteria();
        this.control.heightInPixels = SLIDER_ROW + (hasChoice ? CRITERIA_ROW : 0);
        this._grid.setRowDefinition(1, hasChoice ? CRITERIA_ROW : 0, true);
        this._showCount();
    }

    private _createCriterionButton(criterion: Criterion, isPresent: boolean): Button {
        const { theme, criterionNames } = this._options;
        const label = criterionNames[criterion] ?? criterion[0].toUpperCase() + criterion.slice(1);
        const button = CreateButton(`criterion ${criterion}`, theme, label, () => {
            void this._segmentation.setCriterionAsync(criterion);
        });
        button.heightInPixels = 28;
        button.fontSizeInPixels = 13;
        PressButton(button, theme, isPresent);
        return button;
    }

    private _layoutCriteria(): void {
        const { children } = this._criteria;
        for (const button of children) {
            button.widthInPixels = Math.min(100, (this._width - 2 * MARGIN) / children.length - this._criteria.spacing);
        }
    }
}
