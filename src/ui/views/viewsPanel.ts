import { Observable } from "@babylonjs/core/Misc/observable";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import type { MaskQualityOptions, MaskQualityReport } from "../../plugin/masks/maskQuality";
import { type FilteredMasks, MaskSetFilter } from "../../plugin/masks/maskSetFilter";
import { BaseName } from "../../plugin/sources/fileSource";
import { CreateButton, CreateText, ELLIPSIS } from "../controls/panelControls";
import { DEFAULT_PANEL_THEME } from "../controls/panelTheme";
import { BasePanel, type BasePanelOptions } from "../panel/basePanel";
import { MaskThresholdSliders } from "./maskThresholdSliders";
import { ThumbnailGrid } from "./thumbnailGrid";
import { CreateViewOverlay, ViewDetail } from "./viewDetail";

/** Options of {@link ViewsPanel}. */
export interface ViewsPanelOptions extends BasePanelOptions {
    /** Default 640. */
    width: number;
    /** Default 560. */
    height: number;
    /** Default true. */
    canClose: boolean;
    /** The initial thresholds. Default {}: see DEFAULT_MASK_QUALITY_OPTIONS. */
    quality: Partial<MaskQualityOptions>;
    /** The label of the apply button, see `onApplyObservable`; null for no button. Default null. */
    applyLabel: string | null;
}

/** The defaults of {@link ViewsPanelOptions}. */
export const DEFAULT_VIEWS_PANEL_OPTIONS: Readonly<ViewsPanelOptions> = {
    theme: DEFAULT_PANEL_THEME,
    width: 640,
    height: 560,
    top: 20,
    bottom: 20,
    canClose: true,
    quality: {},
    applyLabel: null,
};

const PAD = 16;
const HEADER = 70;
/** The width in pixels from which the sliders are side by side, and the list is beside the image. */
const WIDE = 520;
const BUTTON = 30;
const APPLY_WIDTH = 130;
const APPLY_HEIGHT = 32;

/**
 * The views of a capture with their masks: thumbnails, a large view in which the pointer highlights masks and lists all
 * masks at a pixel, and sliders for the thresholds. The masks are filtered without a model, see {@link MaskSetFilter};
 * KEEP_ALL_MASKS has the options that generate masks for any thresholds. Disposed with its texture.
 *
 *     const panel = new ViewsPanel(capture, masks, advancedTexture, { applyLabel: "Segment again" });
 *     panel.onApplyObservable.add((masks) => segmentation.segmentAsync(capture, masks, { preview: true }));
 */
export class ViewsPanel extends BasePanel<ViewsPanelOptions> {
    /** Notified with the masks that pass, soon after the thresholds have changed. */
    public readonly onMasksChangedObservable = new Observable<MaskSet>();
    /** Notified with the masks that pass when the apply button is clicked. */
    public readonly onApplyObservable = new Observable<MaskSet>();

    private readonly _filter: MaskSetFilter;
    private readonly _title: TextBlock;
    private readonly _summary: TextBlock;
    private readonly _back: Button;
    private readonly _previous: Button;
    private readonly _next: Button;
    private readonly _close: Button | null;
    private readonly _apply: Button | null;
    private readonly _grid: ThumbnailGrid;
    private readonly _detail: ViewDetail;
    private readonly _thresholds: MaskThresholdSliders;
    private _applied: MaskQualityOptions;
    private _filtered: FilteredMasks | null = null;
    private _applying: AbortController | null = null;
    private _openView: number | null = null;

    /**
     * @param masks as generated or read: `masks.views[i]` belongs to `capture.views[i]`
     * @throws UltrametricError "input" when masks and capture differ in the number of views
     */
    public constructor(
        capture: Capture,
        masks: MaskSet,
        texture: AdvancedDynamicTexture,
        options: Partial<ViewsPanelOptions> = {},
    ) {
        const settings = { ...DEFAULT_VIEWS_PANEL_OPTIONS, ...options };
        super("views", "top", texture, settings);
        const { theme, applyLabel } = settings;
        this._filter = new MaskSetFilter(capture, masks, settings.quality);
        this._applied = { ...this._filter.quality };

        this._back = this._createHeaderButton("viewsBack", "\u2039 All", 58, () => {
            this.openView = null;
        });
        this._back.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._back.leftInPixels = PAD - 6;
        this._previous = this._createHeaderButton("viewsPrevious", "\u2039", BUTTON, () => this._step(-1));
        this._next = this._createHeaderButton("viewsNext", "\u203a", BUTTON, () => this._step(1));
        this._close = this._createCloseButton("viewsClose", BUTTON);
        let right = PAD - 8;
        for (const [button, gap] of [
            [this._close, 14],
            [this._next, 6],
            [this._previous, 0],
        ] as const) {
            if (button) {
                button.topInPixels = 8;
                button.leftInPixels = -right;
                right += BUTTON + gap;
            }
        }
        this._title = this._createHeaderText("viewsTitle", 16, 10);
        this._title.fontWeight = "600";
        this._summary = this._createHeaderText("viewsSummary", 13, 40);
        this._summary.color = theme.quietText;
        this._summary.paddingLeftInPixels = this._summary.paddingRightInPixels = PAD;

        this._grid = new ThumbnailGrid(
            theme,
            capture.views.map(({ name }) => BaseName(name)),
            {
                draw: (index, image) => {
                    const { width, height } = capture.views[index].camera;
                    image.setPixels(CreateViewOverlay(this._filter, index).paint(), width, height);
                },
                onClick: (index) => {
                    this.openView = index;
                },
                onChange: () => this._redraw(),
            },
        );
        this._detail = new ViewDetail(theme, this._filter, () => this._redraw());
        for (const { control } of [this._grid, this._detail]) {
            control.leftInPixels = PAD;
            control.topInPixels = HEADER;
        }
        this._thresholds = new MaskThresholdSliders(theme, this._filter, (quality) => {
            this.quality = quality;
        });
        this._apply = applyLabel === null ? null : this._createApply(applyLabel);
        for (const control of [
            this._back,
            this._previous,
            this._next,
            this._close,
            this._title,
            this._summary,
            this._grid.control,
            this._detail.control,
            ...this._thresholds.controls,
            this._apply,
        ]) {
            if (control) {
                this.control.addControl(control);
            }
        }
        this._start();
        this._showView();
        this._applyThresholds(false);
    }

    /** The thresholds; the sliders set predicted IoU, stability and area. */
    public get quality(): Readonly<MaskQualityOptions> {
        return this._filter.quality;
    }

    public set quality(value: Readonly<MaskQualityOptions>) {
        this._filter.quality = value;
        this._thresholds.update();
        this._showView();
        this._grid.refresh();
        this._applyThresholds(true);
    }

    /** The masks of all views that pass; null while new thresholds are being applied. */
    public get masks(): MaskSet | null {
        return this._filtered?.masks ?? null;
    }

    /** The index of the large view; null while the thumbnails are shown. */
    public get openView(): number | null {
        return this._openView;
    }

    public set openView(index: number | null) {
        const count = this._filter.capture.views.length;
        if (index !== null && !(Number.isInteger(index) && index >= 0 && index < count)) {
            throw new UltrametricError(
                "input",
                `There is no view ${index}; the capture has ${count} views, counted from 0.`,
            );
        }
        this._openView = index;
        this._showView();
    }

    /** The masks at the pointer in the open view, each inside the next, as indices of the generated masks. */
    public get chain(): readonly number[] {
        return this._detail.chain;
    }

    /** The highlighted mask of the open view, as an index of the generated masks; -1 for none. */
    public get highlighted(): number {
        return this._detail.highlighted;
    }

    public set highlighted(mask: number) {
        this._detail.highlighted = mask;
    }

    protected override _firstFocus(): Control {
        return this._openView === null ? this._grid.control : this._back;
    }

    protected override _release(): void {
        this._applying?.abort();
        this.onMasksChangedObservable.clear();
        this.onApplyObservable.clear();
    }

    protected override _layout(width: number, height: number): void {
        const isWide = width >= WIDE;
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
        const inner = Math.max(1, width - 2 * PAD);
        const sliders = this._thresholds.heightOf(isWide);
        const footer = sliders + (isWide ? 0 : this._apply ? APPLY_HEIGHT + 12 : 6);
        const body = Math.max(1, height - HEADER - footer - PAD);
        this._grid.setSize(inner, body);
        this._detail.setSize(inner, body, isWide);
        const beside = isWide && this._apply ? APPLY_WIDTH + PAD : 0;
        this._thresholds.layout(PAD, height - footer - 4, inner - beside, isWide);
        if (this._apply) {
            this._apply.widthInPixels = isWide ? APPLY_WIDTH : inner;
            this._apply.leftInPixels = width - PAD - this._apply.widthInPixels;
            this._apply.topInPixels = isWide ? -14 : -10;
        }
        this._redraw();
    }

    private _createHeaderButton(name: string, label: string, width: number, onClick: () => void): Button {
        const button = CreateButton(name, this._options.theme, label, onClick);
        button.widthInPixels = width;
        button.heightInPixels = BUTTON;
        button.topInPixels = 8;
        button.fontSizeInPixels = width > BUTTON ? 14 : 18;
        button.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        button.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        return button;
    }

    private _createHeaderText(name: string, pixels: number, top: number): TextBlock {
        const text = CreateText(name, this._options.theme, "", pixels);
        text.heightInPixels = 26;
        text.topInPixels = top;
        text.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        text.textWrapping = ELLIPSIS;
        text.isHitTestVisible = false;
        return text;
    }

    private _createApply(label: string): Button {
        const apply = CreateButton("viewsApply", this._options.theme, label, () => {
            if (this._filtered) {
                this._applied = { ...this._filter.quality };
                this._showApply();
                this.onApplyObservable.notifyObservers(this._filtered.masks);
            }
        });
        apply.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        apply.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
        apply.heightInPixels = APPLY_HEIGHT;
        return apply;
    }

    private _step(step: number): void {
        const count = this._filter.capture.views.length;
        this.openView = ((this._openView ?? 0) + step + count) % count;
    }

    /** Shows the thumbnails or the open view, with no mask highlighted. */
    private _showView(): void {
        const index = this._openView;
        const isDetail = index !== null;
        this._back.isVisible = this._previous.isVisible = this._next.isVisible = isDetail;
        this._grid.control.isVisible = !isDetail;
        this._title.text = isDetail ? BaseName(this._filter.capture.views[index].name) : "Views";
        this._title.paddingLeftInPixels = isDetail ? 78 : PAD;
        this._title.paddingRightInPixels = isDetail ? 140 : 50;
        this._detail.show(index);
        this._showSummary();
    }

    private _showSummary(): void {
        const index = this._openView;
        const report = index !== null ? this._filter.view(index).report : (this._filtered?.report ?? null);
        const views = index === null ? ` in ${this._filter.capture.views.length} views` : "";
        this._summary.text = report ? Summarize(report, views) : "\u2026";
        this._showApply();
        this._redraw();
    }

    private _showApply(): void {
        if (this._apply) {
            const { quality } = this._filter;
            const isNew = (Object.keys(quality) as (keyof MaskQualityOptions)[]).some(
                (name) => quality[name] !== this._applied[name],
            );
            const { theme } = this._options;
            this._apply.isEnabled = isNew && (this._filtered?.report.kept ?? 0) > 0;
            this._apply.background = this._apply.isEnabled ? theme.accent : theme.surface;
            this._apply.disabledColor = theme.surface;
            this._apply.color = this._apply.isEnabled ? theme.accentText : theme.quietText;
        }
    }

    private _applyThresholds(notifies: boolean): void {
        this._applying?.abort();
        const controller = new AbortController();
        this._applying = controller;
        this._filtered = null;
        this._showApply();
        void this._filter.applyAsync(controller.signal).then(
            (filtered) => {
                if (controller.signal.aborted) {
                    return;
                }
                this._filtered = filtered;
                this._showSummary();
                if (notifies) {
                    this.onMasksChangedObservable.notifyObservers(filtered.masks);
                }
            },
            (error: unknown) => {
                if (!controller.signal.aborted) {
                    this._summary.text = error instanceof Error ? error.message : String(error);
                    this._redraw();
                }
            },
        );
    }
}

/** Formats counts and coverage in one line. */
function Summarize(
    { total, kept, coverage, weak, tiny, background, duplicates }: MaskQualityReport,
    views: string,
): string {
    const dropped = [
        [weak, "low-scoring"],
        [tiny, "small"],
        [background, "background"],
        [duplicates, "duplicate"],
    ] as const;
    const reasons = dropped
        .filter(([count]) => count > 0)
        .map(([count, reason]) => `${count.toLocaleString("en")} ${reason}`);
    const counts =
        kept === total
            ? `${total.toLocaleString("en")} masks${views}`
            : `${kept.toLocaleString("en")} of ${total.toLocaleString("en")} masks`;
    const leftOut = reasons.length > 0 ? `; left out: ${reasons.join(", ")}` : "";
    return `${counts}, ${Math.round(100 * coverage)} % covered${leftOut}`;
}
