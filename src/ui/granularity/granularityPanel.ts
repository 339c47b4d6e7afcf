import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Grid } from "@babylonjs/gui/2D/controls/grid";
import type { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import { StackPanel } from "@babylonjs/gui/2D/controls/stackPanel";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Criterion } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { UltrametricSegmentation } from "../../plugin/session/ultrametricSegmentation";
import { AddFocus, CreateButton, CreateSlider, CreateText, EnableButton, PressButton } from "../controls/panelControls";
import { DEFAULT_PANEL_THEME, type PanelTheme } from "../controls/panelTheme";
import { PointerTracker } from "../controls/pointerTracker";
import { TextField } from "../controls/textField";
import { BasePanel, type PanelOptions } from "../panel/basePanel";
import { SplitHistogramControl } from "./splitHistogramControl";

/** Options of {@link GranularityPanel}. */
export interface GranularityPanelOptions extends PanelOptions {
    /** Default 520. */
    width: number;
    /** The labels of the criteria. Default: their names with a capital letter. */
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
const BAR_COUNT = 60;
const MARGIN = 16;
/** Half of the slider's thumb, and the padding at the ends of the slider. */
const THUMB = 10;
const SLIDER_PADDING = 8;

/**
 * A slider for the granularity of a segmentation, on a logarithmic scale of part counts. A histogram behind it shows at
 * which counts how many leaves split off (as square roots), and between which counts the parts stay the same. The
 * number of parts can be typed; two buttons, or the arrow keys on the slider, step to the next count at which more than
 * a small fragment splits off. Ticks mark the suggested numbers of parts, and the home key goes to the natural one. A
 * hierarchy with several criteria has a button for each. Disposed with its texture and with its segmentation.
 */
export class GranularityPanel extends BasePanel<GranularityPanelOptions> {
    private readonly _count: TextField;
    private readonly _countLabel: TextBlock;
    private readonly _histogram: SplitHistogramControl;
    private readonly _slider: Slider;
    private readonly _coarser: Button;
    private readonly _finer: Button;
    private readonly _criteria: StackPanel;
    private readonly _grid: Grid;
    private _width: number;
    private _isUpdating = false;

    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        texture: AdvancedDynamicTexture,
        options: Partial<GranularityPanelOptions> = {},
    ) {
        super("granularity", "bottom", texture, { ...DEFAULT_GRANULARITY_PANEL_OPTIONS, ...options });
        const { theme, width } = this._options;
        this._width = width;

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

        this._own(_segmentation.onGranularityChangedObservable.add(() => this._showCount()));
        this._own(_segmentation.onHierarchyChangedObservable.add(() => this._showHierarchy()));
        this._own(_segmentation.onCriterionChangedObservable.add(() => this._showHierarchy()));
        this._own(_segmentation.onDisposeObservable.add(() => this.dispose()));
        this._start();
        this._showHierarchy();
    }

    protected override _firstFocus(): Control {
        return this._slider;
    }

    protected override _layout(width: number): void {
        this.control.widthInPixels = width;
        this._width = width;
        this._layoutCriteria();
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
        histogram.paddingLeftInPixels = histogram.paddingRightInPixels = SLIDER_PADDING;
        const tracker: PointerTracker = new PointerTracker(histogram, {
            onDown: ({ start }) => {
                this._segmentation.granularity = histogram.granularityAt(start.x);
            },
            onMove: ({ x }, press) => {
                if (press) {
                    this._segmentation.granularity = histogram.granularityAt(x);
                }
            },
            onLeave: () => tracker.cancel(),
        });
        return histogram;
    }

    private _createSlider(theme: PanelTheme): Slider {
        const slider = CreateSlider("granularity", theme);
        slider.paddingLeftInPixels = slider.paddingRightInPixels = SLIDER_PADDING;
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
            } else if (key === "Home") {
                this._showNaturalCount();
            } else if (key === "End") {
                this._segmentation.granularity = 1;
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

    /** Goes to the natural number of parts, or to the smallest if none is suggested. */
    private _showNaturalCount(): void {
        const { suggestedPartCounts, minPartCount } = this._segmentation;
        if (minPartCount > 0) {
            this._segmentation.partCount = suggestedPartCounts?.natural.count ?? minPartCount;
        }
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
        this._histogram.bars = Float32Array.from(this._segmentation.splitHistogram(BAR_COUNT));
        const { coarse, natural, fine } = this._segmentation.suggestedPartCounts ?? {};
        this._histogram.marks = [coarse, natural, fine].flatMap((suggested) =>
            suggested ? [this._segmentation.granularityOf(suggested.count)] : [],
        );
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

    private _createCriterionButton(criterion: Criterion, isCurrent: boolean): Button {
        const { theme, criterionNames } = this._options;
        const label = criterionNames[criterion] ?? criterion[0].toUpperCase() + criterion.slice(1);
        const button = CreateButton(`criterion ${criterion}`, theme, label, () => {
            void this._segmentation.setCriterionAsync(criterion);
        });
        button.heightInPixels = 28;
        button.fontSizeInPixels = 13;
        PressButton(button, theme, isCurrent);
        return button;
    }

    private _layoutCriteria(): void {
        const { children } = this._criteria;
        for (const button of children) {
            button.widthInPixels = Math.min(100, (this._width - 2 * MARGIN) / children.length - this._criteria.spacing);
        }
    }
}
