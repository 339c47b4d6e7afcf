import type { Vector2 } from "@babylonjs/core/Maths/math.vector";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { UltrametricError } from "../compute/ultrametricError";
import type { Capture } from "../compute/views/capture";
import type { Mask, MaskSet } from "../compute/views/maskSet";
import { BaseName } from "../plugin/captures/fileSource";
import { MaskOverlay } from "../plugin/masks/maskOverlay";
import type { MaskQualityOptions, MaskQualityReport } from "../plugin/masks/maskQuality";
import { type FilteredMasks, MaskSetFilter } from "../plugin/masks/maskSetFilter";
import { MaskList, type MaskListEntry } from "./maskList";
import {
    CreateBox,
    CreateButton,
    CreateSlider,
    CreateText,
    DEFAULT_PANEL_THEME,
    ELLIPSIS,
    type PanelTheme,
    WatchSize,
} from "./panelParts";
import { PictureControl } from "./pictureControl";
import { ThumbnailGrid } from "./thumbnailGrid";

/** Options of {@link ViewsPanel}. */
export interface ViewsPanelOptions {
    /** Colours and font. Default {@link DEFAULT_PANEL_THEME}. */
    theme: PanelTheme;
    /** Width in pixels, where there is room for it. Default 640. */
    width: number;
    /** Height in pixels, where there is room for it. Default 560. */
    height: number;
    /** Pixels of the texture that the panel keeps free above itself. Default 20. */
    top: number;
    /** Pixels of the texture that the panel keeps free below itself. Default 20. */
    bottom: number;
    /** Which masks are good enough at first. Default {}: see DEFAULT_MASK_QUALITY_OPTIONS. */
    quality: Partial<MaskQualityOptions>;
    /** Label of a button that hands out the masks, see `onApplyObservable`; null: there is none. Default null. */
    applyLabel: string | null;
}

/** The defaults of {@link ViewsPanelOptions}. */
export const DEFAULT_VIEWS_PANEL_OPTIONS: Readonly<ViewsPanelOptions> = {
    theme: DEFAULT_PANEL_THEME,
    width: 640,
    height: 560,
    top: 20,
    bottom: 20,
    quality: {},
    applyLabel: null,
};

const EDGE = 12;
const PAD = 16;
const HEADER = 70;
/** Width from which on the sliders are beside each other, and the list beside the picture. */
const WIDE = 520;
const SLIDER_HEIGHT = 52;
const SLIDER_ROW = 30;
const BUTTON = 30;
const APPLY_WIDTH = 130;
/** A slider for sizes ends at this share of a view's pixels. */
const LARGEST_AREA = 0.05;
const HINT = "Point at the picture to see the masks there, one within the other.";

type Threshold = "minPredictedIou" | "minStability" | "minArea";

/** A threshold's slider. */
interface ThresholdControls {
    readonly name: Threshold;
    readonly label: TextBlock;
    readonly slider: Slider;
}

/**
 * The views of a capture with their masks: thumbnails, one view large with the masks at the pointer (filled and outlined in the picture, with all that
 * hold them in a list), and sliders for the masks' thresholds. No model runs: the masks as they were generated are filtered anew, see
 * {@link MaskSetFilter}; KEEP_ALL_MASKS says how to generate masks that leave all thresholds open. Disposed with its texture.
 *
 *     const panel = new ViewsPanel(capture, masks, advancedTexture, { applyLabel: "Segment again" });
 *     panel.onApplyObservable.add((masks) => segmentation.segmentAsync(capture, masks, { preview: true }));
 */
export class ViewsPanel {
    /** The outermost control, in the middle of the texture; move it as you like. */
    public readonly control: Rectangle;
    /** Notified with the masks that pass, soon after the thresholds were changed. */
    public readonly onMasksChangedObservable = new Observable<MaskSet>();
    /** Notified with the masks that pass when the button is clicked that `applyLabel` names. */
    public readonly onApplyObservable = new Observable<MaskSet>();
    /** Notified when it looks different, for applications that do not draw all the time. */
    public readonly onRedrawObservable = new Observable<ViewsPanel>();
    /** Notified when its button for that has closed it. */
    public readonly onCloseObservable = new Observable<ViewsPanel>();

    private readonly _options: ViewsPanelOptions;
    private readonly _filter: MaskSetFilter;
    private readonly _title: TextBlock;
    private readonly _summary: TextBlock;
    private readonly _back: Button;
    private readonly _previous: Button;
    private readonly _next: Button;
    private readonly _close: Button;
    private readonly _apply: Button | null = null;
    private readonly _grid: ThumbnailGrid;
    private readonly _detail = new Rectangle("viewDetail");
    private readonly _frame = new Rectangle("viewFrame");
    private readonly _picture = new PictureControl("viewPicture");
    private readonly _list: MaskList;
    private readonly _thresholds: ThresholdControls[];
    private readonly _stopWatching: () => void;
    private _applied: MaskQualityOptions;
    private _filtered: FilteredMasks | null = null;
    private _applying: AbortController | null = null;
    private _openView: number | null = null;
    private _overlay: MaskOverlay | null = null;
    private _chain: readonly number[] = [];
    private _acrossCount = 0;
    private _highlighted = -1;
    private _isUpdating = false;
    private _isDisposed = false;

    /**
     * @param masks as they were generated or read: `masks.views[i]` belongs to `capture.views[i]`
     * @throws UltrametricError "input" when they are of another number of views
     */
    public constructor(
        capture: Capture,
        masks: MaskSet,
        advancedTexture: AdvancedDynamicTexture,
        options: Partial<ViewsPanelOptions> = {},
    ) {
        this._options = { ...DEFAULT_VIEWS_PANEL_OPTIONS, ...options };
        const { theme, width, height, applyLabel } = this._options;
        this._filter = new MaskSetFilter(capture, masks, this._options.quality);
        this.control = CreateBox("viewsPanel", theme, width, height);
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.control.topInPixels = this._options.top;

        this._back = this._createHeaderButton("viewsBack", "\u2039 All", 58, () => {
            this.openView = null;
        });
        this._previous = this._createHeaderButton("viewsPrevious", "\u2039", BUTTON, () => this._step(-1));
        this._next = this._createHeaderButton("viewsNext", "\u203a", BUTTON, () => this._step(1));
        this._close = this._createHeaderButton("viewsClose", "\u00d7", BUTTON, () => {
            this.isOpen = false;
            this.onCloseObservable.notifyObservers(this);
        });
        this._title = this._createHeaderText("viewsTitle", 16, 10);
        this._title.fontWeight = "600";
        this._summary = this._createHeaderText("viewsSummary", 13, 40);
        this._summary.color = theme.quietText;
        this._summary.paddingLeftInPixels = this._summary.paddingRightInPixels = PAD;

        this._grid = new ThumbnailGrid(
            theme,
            capture.views.map(({ name }) => BaseName(name)),
            {
                draw: (index, picture) => this._drawThumbnail(index, picture),
                onClick: (index) => {
                    this.openView = index;
                },
                onChange: () => this._redraw(),
            },
        );
        this._detail.thickness = 0;
        this._detail.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._detail.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._frame.thickness = 0;
        this._frame.cornerRadius = 8;
        this._frame.background = theme.surface;
        this._frame.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this._frame.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._frame.addControl(this._picture);
        this._picture.onPointerMoveObservable.add((place) => this._lookAt(place));
        this._picture.onPointerDownObservable.add((place) => this._lookAt(place)); // a finger does not hover
        this._list = new MaskList(theme, (place) => {
            this.highlighted = place >= 0 ? place : (this._chain[0] ?? -1);
        });
        this._detail.addControl(this._frame);
        this._detail.addControl(this._list.control);
        for (const child of [this._grid.control, this._detail]) {
            child.leftInPixels = PAD;
            child.topInPixels = HEADER;
            this.control.addControl(child);
        }

        this._thresholds = [
            this._createThreshold("minPredictedIou", ({ predictedIou }) => predictedIou),
            this._createThreshold("minStability", ({ stability }) => stability),
            this._createThreshold("minArea", null),
        ];
        if (applyLabel !== null) {
            this._apply = CreateButton("viewsApply", theme, applyLabel, () => {
                if (this._filtered) {
                    this._applied = { ...this._filter.quality };
                    this._showApply();
                    this.onApplyObservable.notifyObservers(this._filtered.masks);
                }
            });
            this._apply.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
            this._apply.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
            this._apply.heightInPixels = 32;
            this.control.addControl(this._apply);
        }
        this._applied = { ...this._filter.quality };
        advancedTexture.addControl(this.control);
        this._stopWatching = WatchSize(advancedTexture, (roomWidth, roomHeight) => this._layout(roomWidth, roomHeight));
        this.control.onDisposeObservable.addOnce(() => this.dispose());
        this._showThresholds();
        this._showView();
        this._applyThresholds(false);
    }

    /** Whether it is shown. */
    public get isOpen(): boolean {
        return this.control.isVisible;
    }

    public set isOpen(value: boolean) {
        this.control.isVisible = value;
        this._redraw();
    }

    /** Which masks are good enough; the sliders set predicted IoU, stability and area. */
    public get quality(): Readonly<MaskQualityOptions> {
        return this._filter.quality;
    }

    public set quality(value: Readonly<MaskQualityOptions>) {
        this._filter.quality = value;
        this._showThresholds();
        this._overlay = null;
        this._showView();
        this._grid.refresh();
        this._applyThresholds(true);
    }

    /** The masks of all views that pass; null for the moment after the thresholds were changed. */
    public get masks(): MaskSet | null {
        return this._filtered?.masks ?? null;
    }

    /** The view that is shown large; null while all are shown. */
    public get openView(): number | null {
        return this._openView;
    }

    public set openView(index: number | null) {
        const count = this._filter.capture.views.length;
        if (index !== null && !(Number.isInteger(index) && index >= 0 && index < count)) {
            throw new UltrametricError("input", `There is no view ${index}; the capture has ${count}, the first is 0.`);
        }
        this._openView = index;
        this._overlay = null;
        this._showView();
    }

    /** The masks at the pointer in the open view, from the smallest on, each within the next: places among the masks as they were generated. */
    public get chain(): readonly number[] {
        return this._chain;
    }

    /** The mask that is filled and outlined in the open view, by its place among the masks as they were generated; -1: none. */
    public get highlighted(): number {
        return this._highlighted;
    }

    public set highlighted(place: number) {
        if (place !== this._highlighted) {
            this._highlighted = place;
            this._list.mark(place);
            this._paint();
        }
    }

    /** Takes the panel away. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._applying?.abort();
        this._stopWatching();
        this.control.dispose();
        for (const observable of [this.onMasksChangedObservable, this.onApplyObservable]) {
            observable.clear();
        }
        this.onRedrawObservable.clear();
        this.onCloseObservable.clear();
    }

    private _createHeaderButton(name: string, label: string, width: number, onClick: () => void): Button {
        const button = CreateButton(name, this._options.theme, label, onClick);
        button.widthInPixels = width;
        button.heightInPixels = BUTTON;
        button.topInPixels = 8;
        button.fontSizeInPixels = width > BUTTON ? 14 : 18;
        button.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        button.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this.control.addControl(button);
        return button;
    }

    private _createHeaderText(name: string, pixels: number, top: number): TextBlock {
        const text = CreateText(name, this._options.theme, "", pixels);
        text.heightInPixels = 26;
        text.topInPixels = top;
        text.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        text.textWrapping = ELLIPSIS;
        text.isHitTestVisible = false;
        this.control.addControl(text);
        return text;
    }

    /** @param scoreOf what a threshold of 0..1 is about; null for the area, whose slider is logarithmic */
    private _createThreshold(name: Threshold, scoreOf: ((mask: Mask) => number) | null): ThresholdControls {
        const { theme } = this._options;
        const label = CreateText(`${name}Label`, theme, "", 13);
        const slider = CreateSlider(name, theme);
        let low = Number.POSITIVE_INFINITY;
        let high = 0;
        for (const view of this._filter.masks.views) {
            for (const mask of view.masks) {
                const value = scoreOf ? scoreOf(mask) : 0;
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        if (scoreOf) {
            slider.minimum = Math.min(Math.floor(20 * low) / 20, 0.95);
            slider.maximum = Math.min(Math.ceil(100 * high) / 100, 1);
            slider.isEnabled = low < high;
            label.color = low < high ? theme.text : theme.quietText;
            slider.alpha = low < high ? 1 : 0.4;
        }
        for (const control of [label, slider]) {
            control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
            control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
            this.control.addControl(control);
        }
        label.heightInPixels = 20;
        label.isHitTestVisible = false;
        slider.onValueChangedObservable.add((value) => {
            if (this._isUpdating) {
                return;
            }
            const threshold = scoreOf
                ? value > slider.minimum
                    ? Math.round(100 * value) / 100
                    : 0
                : this._areaAt(value);
            if (threshold !== this._filter.quality[name]) {
                this.quality = { ...this._filter.quality, [name]: threshold };
            }
        });
        return { name, label, slider };
    }

    private get _largestArea(): number {
        const sizes = this._filter.capture.views.map(({ camera }) => camera.width * camera.height);
        return Math.max(2, LARGEST_AREA * sizes.reduce((a, b) => Math.max(a, b), 0));
    }

    /** @param value of the slider, 0..1 */
    private _areaAt(value: number): number {
        return Math.round(this._largestArea ** value);
    }

    private _layout(roomWidth: number, roomHeight: number): void {
        const { width: wantedWidth, height: wantedHeight, top, bottom } = this._options;
        const width = Math.max(0, Math.min(wantedWidth, roomWidth - 2 * EDGE));
        const height = Math.max(0, Math.min(wantedHeight, roomHeight - top - bottom));
        const isWide = width >= WIDE;
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
        const inner = Math.max(1, width - 2 * PAD);
        const footer = isWide ? SLIDER_HEIGHT : this._thresholds.length * SLIDER_ROW + (this._apply ? 44 : 6);
        const body = Math.max(1, height - HEADER - footer - PAD);

        this._close.leftInPixels = width - BUTTON - 8;
        this._next.leftInPixels = this._close.leftInPixels - BUTTON - 14;
        this._previous.leftInPixels = this._next.leftInPixels - BUTTON - 6;
        this._back.leftInPixels = PAD - 6;

        this._grid.setSize(inner, body);
        this._detail.widthInPixels = inner;
        this._detail.heightInPixels = body;
        if (isWide) {
            const side = Math.min(body, 0.58 * inner);
            this._frame.widthInPixels = side;
            this._frame.heightInPixels = body;
            this._list.control.leftInPixels = side + 12;
            this._list.control.topInPixels = 0;
            this._list.setSize(inner - side - 12, body);
        } else {
            const side = Math.max(1, Math.min(inner, 0.66 * body));
            this._frame.widthInPixels = inner;
            this._frame.heightInPixels = side;
            this._list.control.leftInPixels = 0;
            this._list.control.topInPixels = side + 8;
            this._list.setSize(inner, Math.max(1, body - side - 8));
        }

        const footerTop = height - footer - 4;
        const column = (inner - (this._apply ? APPLY_WIDTH + PAD : 0) + PAD) / this._thresholds.length;
        this._thresholds.forEach(({ label, slider }, i) => {
            label.leftInPixels = PAD + (isWide ? i * column : 0);
            label.topInPixels = isWide ? footerTop : footerTop + i * SLIDER_ROW + 2;
            label.widthInPixels = isWide ? column - PAD : 160;
            slider.leftInPixels = label.leftInPixels + (isWide ? 0 : 160);
            slider.topInPixels = isWide ? footerTop + 22 : footerTop + i * SLIDER_ROW;
            slider.widthInPixels = Math.max(1, isWide ? column - PAD : inner - 160);
        });
        if (this._apply) {
            this._apply.widthInPixels = isWide ? APPLY_WIDTH : inner;
            this._apply.leftInPixels = -PAD;
            this._apply.topInPixels = isWide ? -14 : -10;
        }
        this._showList();
        this._redraw();
    }

    private _step(step: number): void {
        const count = this._filter.capture.views.length;
        this.openView = ((this._openView ?? 0) + step + count) % count;
    }

    private _drawThumbnail(index: number, picture: PictureControl): void {
        const { width, height } = this._filter.capture.views[index].camera;
        picture.setPixels(this._createOverlay(index).paint(), width, height);
    }

    private _createOverlay(index: number): MaskOverlay {
        const { viewMasks, indices } = this._filter.view(index);
        return new MaskOverlay(this._filter.capture.views[index], viewMasks, indices);
    }

    /** All views, or the open one with no mask highlighted. */
    private _showView(): void {
        const index = this._openView;
        const isDetail = index !== null;
        this._detail.isVisible = this._back.isVisible = this._previous.isVisible = this._next.isVisible = isDetail;
        this._grid.control.isVisible = !isDetail;
        this._title.text = isDetail ? BaseName(this._filter.capture.views[index].name) : "Views";
        this._title.paddingLeftInPixels = isDetail ? 78 : PAD;
        this._title.paddingRightInPixels = isDetail ? 140 : 50;
        this._chain = [];
        this._acrossCount = 0;
        this._highlighted = -1;
        if (isDetail) {
            this._overlay ??= this._createOverlay(index);
            this._paint();
        }
        this._showList();
        this._showSummary();
    }

    private _paint(): void {
        if (this._openView === null || !this._overlay) {
            return;
        }
        const { width, height } = this._overlay.view.camera;
        const highlighted = this._filter.view(this._openView).indices.indexOf(this._highlighted);
        this._picture.setPixels(this._overlay.paint({ highlighted }), width, height);
        this._redraw();
    }

    private _lookAt(place: Vector2): void {
        const pixel = this._picture.pixelAt(place);
        if (!pixel || !this._overlay || this._openView === null) {
            return;
        }
        const { indices } = this._filter.view(this._openView);
        const { chain, across } = this._overlay.masksAt(...pixel);
        const places = chain.map((mask) => indices[mask]);
        if (places.join() !== this._chain.join() || across.length !== this._acrossCount) {
            this._chain = places;
            this._acrossCount = across.length;
            this._showList();
        }
        this.highlighted = places[0] ?? -1;
    }

    private _showList(): void {
        const index = this._openView;
        if (index === null) {
            return;
        }
        const { masks } = this._filter.masks.views[index];
        const entries = this._chain
            .map((place, i): MaskListEntry => ({ mask: masks[place], place, depth: this._chain.length - 1 - i }))
            .reverse();
        const others = this._acrossCount === 1 ? "another mask lies" : `${this._acrossCount} other masks lie`;
        this._list.show(
            entries,
            this._acrossCount > 0 ? `And ${others} across these.` : entries.length > 0 ? "" : HINT,
        );
        this._list.mark(this._highlighted);
        this._redraw();
    }

    private _showThresholds(): void {
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

    private _showSummary(): void {
        const index = this._openView;
        const report = index !== null ? this._filter.view(index).report : (this._filtered?.report ?? null);
        const views = index === null ? ` in ${this._filter.capture.views.length} views` : "";
        this._summary.text = report ? Summarise(report, views) : "\u2026";
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

    private _redraw(): void {
        this.onRedrawObservable.notifyObservers(this);
    }
}

/** Counts and coverage in a line. */
function Summarise(
    { total, kept, coverage, weak, tiny, background, duplicates }: MaskQualityReport,
    views: string,
): string {
    const dropped = [
        [weak, "weak"],
        [tiny, "small"],
        [background, "of the background"],
        [duplicates, "alike"],
    ] as const;
    const reasons = dropped
        .filter(([count]) => count > 0)
        .map(([count, reason]) => `${count.toLocaleString("en")} ${reason}`);
    const counts =
        kept === total
            ? `${total.toLocaleString("en")} masks${views}`
            : `${kept.toLocaleString("en")} of ${total.toLocaleString("en")} masks`;
    return `${counts}, ${Math.round(100 * coverage)} % covered${reasons.length > 0 ? `; left out: ${reasons.join(", ")}` : ""}`;
}
