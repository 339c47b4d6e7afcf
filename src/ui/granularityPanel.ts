import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Grid } from "@babylonjs/gui/2D/controls/grid";
import type { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import { StackPanel } from "@babylonjs/gui/2D/controls/stackPanel";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Criterion } from "../compute/hierarchy/segmentationHierarchy";
import type { UltrametricSegmentation } from "../plugin/ultrametricSegmentation";
import {
    CreateBox,
    CreateButton,
    CreateSlider,
    CreateText,
    DEFAULT_PANEL_THEME,
    FitWidth,
    type PanelTheme,
} from "./panelParts";

/** Options of {@link GranularityPanel}. */
export interface GranularityPanelOptions {
    /** Colours and font. Default {@link DEFAULT_PANEL_THEME}. */
    theme: PanelTheme;
    /** Width in pixels, where there is room for it. Default 520. */
    width: number;
    /** What the criteria are called. Default: their names with a capital letter. */
    criterionNames: Readonly<Partial<Record<Criterion, string>>>;
}

export const DEFAULT_GRANULARITY_PANEL_OPTIONS: Readonly<GranularityPanelOptions> = {
    theme: DEFAULT_PANEL_THEME,
    width: 520,
    criterionNames: {},
};

const SLIDER_ROW = 64;
const CRITERIA_ROW = 42;

/**
 * A slider for the granularity of a segmentation, on the scale of part counts (equal ways multiply the count by equal factors), with the number
 * of parts, buttons to the next coarser and finer cut, and one for each criterion where the hierarchy has several.
 * Disposed with its texture and with its segmentation.
 */
export class GranularityPanel {
    /** The outermost control, at the bottom of the texture; move it as you like. */
    public readonly control: Rectangle;

    private readonly _options: GranularityPanelOptions;
    private readonly _count: TextBlock;
    private readonly _slider: Slider;
    private readonly _coarser: Button;
    private readonly _finer: Button;
    private readonly _criteria: StackPanel;
    private readonly _grid: Grid;
    private readonly _removals: (() => void)[] = [];
    private _isUpdating = false;
    private _isDisposed = false;

    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        advancedTexture: AdvancedDynamicTexture,
        options: Partial<GranularityPanelOptions> = {},
    ) {
        this._options = { ...DEFAULT_GRANULARITY_PANEL_OPTIONS, ...options };
        const { theme, width } = this._options;
        this.control = CreateBox("granularityPanel", theme, width, SLIDER_ROW);
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
        this.control.topInPixels = -20;

        this._grid = new Grid("granularityGrid");
        this._grid.addRowDefinition(SLIDER_ROW, true);
        this._grid.addRowDefinition(0, true);
        for (const [size, isPixels] of [
            [112, true],
            [40, true],
            [1, false],
            [52, true],
        ] as const) {
            this._grid.addColumnDefinition(size, isPixels);
        }
        this.control.addControl(this._grid);

        this._count = CreateText("partCount", theme, "", 17);
        this._count.fontWeight = "600";
        this._count.paddingLeftInPixels = 20;
        this._coarser = this._createStepButton("coarser", "\u2212", -1);
        this._finer = this._createStepButton("finer", "+", 1);
        this._finer.leftInPixels = -6;
        this._slider = this._createSlider(theme);
        this._grid.addControl(this._count, 0, 0);
        this._grid.addControl(this._coarser, 0, 1);
        this._grid.addControl(this._slider, 0, 2);
        this._grid.addControl(this._finer, 0, 3);

        this._criteria = new StackPanel("criteria");
        this._criteria.isVertical = false;
        this._criteria.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._criteria.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._criteria.heightInPixels = 28;
        this._criteria.leftInPixels = 16;
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
            FitWidth(advancedTexture, width, (pixels) => {
                this.control.widthInPixels = pixels;
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

    private _createStepButton(name: string, label: string, step: number): Button {
        const button = CreateButton(name, this._options.theme, label, () => {
            this._segmentation.partCount += step;
        });
        button.widthInPixels = 32;
        button.heightInPixels = 32;
        button.cornerRadius = 16;
        button.fontSizeInPixels = 18;
        return button;
    }

    private _createSlider(theme: PanelTheme): Slider {
        const slider = CreateSlider("granularity", theme);
        slider.paddingLeft = "14px";
        slider.paddingRight = "14px";
        slider.onValueChangedObservable.add((value) => {
            if (!this._isUpdating) {
                this._segmentation.granularity = value;
            }
        });
        return slider;
    }

    private _showCount(): void {
        const { partCount, minPartCount, maxPartCount, granularity } = this._segmentation;
        this._count.text = partCount === 1 ? "1 part" : `${partCount.toLocaleString("en")} parts`;
        this._isUpdating = true;
        this._slider.value = granularity;
        this._isUpdating = false;
        this._coarser.isEnabled = partCount > minPartCount;
        this._finer.isEnabled = partCount < maxPartCount;
    }

    private _showHierarchy(): void {
        const { criteria, hierarchy, criterion } = this._segmentation;
        this.control.isVisible = hierarchy !== null;
        for (const button of this._criteria.children.slice()) {
            button.dispose();
        }
        const hasChoice = criteria.length > 1;
        if (hasChoice) {
            for (const name of criteria) {
                this._criteria.addControl(this._createCriterionButton(name, name === criterion));
            }
        }
        this.control.heightInPixels = SLIDER_ROW + (hasChoice ? CRITERIA_ROW : 0);
        this._grid.setRowDefinition(1, hasChoice ? CRITERIA_ROW : 0, true);
        this._showCount();
    }

    private _createCriterionButton(criterion: Criterion, isPresent: boolean): Button {
        const { theme, criterionNames, width } = this._options;
        const label = criterionNames[criterion] ?? criterion[0].toUpperCase() + criterion.slice(1);
        const button = CreateButton(`criterion ${criterion}`, theme, label, () => {
            this._segmentation.criterion = criterion;
        });
        button.widthInPixels = Math.min(100, (width - 32) / this._segmentation.criteria.length - 6);
        button.heightInPixels = 28;
        button.fontSizeInPixels = 13;
        button.background = isPresent ? theme.accent : theme.surface;
        button.color = isPresent ? "#0c1220" : theme.quietText;
        return button;
    }
}
