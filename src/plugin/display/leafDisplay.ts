import { Observable, type Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { LeafColors, PartColorSettings } from "../../compute/partColors/leafColors";
import type { LeafInterval } from "../parts/model/leafInterval";
import type { LeafOverrides } from "../parts/model/leafOverrides";
import type { PartPalette } from "./partPalette";
import { CreatePartStartColors, CreatePartStartColorsAsync } from "./partStartColors";

/** The colors of leaves: those of their parts, the parts' colors over the content's own, or the content's own. */
export type ColorMode = "parts" | "tint" | "original";

/** Options of all displays of leaves. */
export interface LeafDisplayOptions {
    /** The colors of the leaves. Default "parts". */
    colorMode: ColorMode;
    /** The colors of the parts; those of "colorBlindSafe" differ also for color-blind people. Default "full". */
    palette: PartPalette;
    /** The share of white in the color of the hovered part, 0..1. Default 0.25. */
    highlight: number;
    /** The share of dark gray in the colors of all but the selected part, 0..1. Default 0.7. */
    dimming: number;
}

/** The defaults of {@link LeafDisplayOptions}. */
export const DEFAULT_LEAF_DISPLAY_OPTIONS: Readonly<LeafDisplayOptions> = {
    colorMode: "parts",
    palette: "full",
    highlight: 0.25,
    dimming: 0.7,
};

/** The number of dendrograms before edits whose colors are kept. */
const KEPT_COLORS = 4;

/** The share of the parts' colors in each mode. */
export const PART_SHARE: Readonly<Record<ColorMode, number>> = { parts: 1, tint: 0.55, original: 0 };

/**
 * Shows the leaves of a hierarchy in a scene, in the colors of its parts. Changes take effect in the next frame: the
 * colors are computed once before it is drawn, with WebGPU on the GPU, and nothing is read back.
 */
export abstract class LeafDisplay {
    /** Notified when the colors of the leaves have changed, before the frame is drawn. */
    public readonly onColoredObservable = new Observable<LeafDisplay>();

    /**
     * Notified once when the GPU fails before a frame. The display then keeps its last colors, and the frames of the
     * application go on.
     */
    public readonly onFailedObservable = new Observable<Error>();

    private readonly _observer: Observer<Scene> | null;
    private _dendrogram: Dendrogram;
    private readonly _partStartColors = new Map<Dendrogram, Uint32Array<ArrayBuffer>>();
    private _colorMode: ColorMode;
    private _cutRank = 0;
    private _hovered: LeafInterval | null = null;
    private _selected: LeafInterval | null = null;
    private _overrides: LeafOverrides | null = null;
    private _overridesObserver: Observer<LeafOverrides> | null = null;
    private _areOverridesDirty = false;
    /** The number of changes of {@link overrides} and of their contents. */
    protected _overridesVersion = 0;
    private _isDirty = true;
    private _hasFailed = false;
    private _isDisposed = false;

    /**
     * @param _colors belongs to the display, which disposes it
     * @param partStartColors see {@link FirstPartStartColorsAsync}
     */
    protected constructor(
        scene: Scene,
        /** The hierarchy whose leaves are shown. */
        public readonly hierarchy: SegmentationHierarchy,
        protected readonly _colors: LeafColors,
        private readonly _display: Readonly<LeafDisplayOptions>,
        partStartColors: Uint32Array<ArrayBuffer>,
    ) {
        this._colorMode = _display.colorMode;
        this._dendrogram = hierarchy.dendrogram(hierarchy.criteria[0]);
        this._partStartColors.set(this._dendrogram, partStartColors);
        this.dendrogram = this._dendrogram;
        // After all observers of onBeforeRender, and before the first draw of the frame.
        this._observer = scene.onBeforeRenderTargetsRenderObservable.add(() => {
            this._tryBeforeDraw();
        });
    }

    /** True if {@link dispose} was called. */
    public get isDisposed(): boolean {
        return this._isDisposed;
    }

    /** @internal Whether the colors of a dendrogram's parts exist, so that setting the dendrogram is fast. */
    public hasPartStartColors(dendrogram: Dendrogram): boolean {
        return this._partStartColors.has(dendrogram);
    }

    /** @internal Sets the colors of a dendrogram's parts (see CreatePartStartColors) before the dendrogram is set. */
    public setPartStartColors(dendrogram: Dendrogram, colors: Uint32Array<ArrayBuffer>): void {
        this._partStartColors.delete(dendrogram);
        this._partStartColors.set(dendrogram, colors);
        // Of dendrograms before edits, the latest few are kept, which undoing shows again.
        const unused = [...this._partStartColors.keys()].filter(
            (key) =>
                key !== dendrogram &&
                key !== this._dendrogram &&
                ![...this.hierarchy.dendrograms.values()].includes(key),
        );
        for (const key of unused.slice(0, Math.max(0, unused.length - KEPT_COLORS))) {
            this._partStartColors.delete(key);
        }
    }

    /** @internal The colors of a dendrogram's parts, see CreatePartStartColors. */
    public partStartColorsOf(dendrogram: Dendrogram): Uint32Array<ArrayBuffer> {
        let colors = this._partStartColors.get(dendrogram);
        if (!colors) {
            colors = CreatePartStartColors(dendrogram, this.hierarchy.positions, this._display.palette);
            this._partStartColors.set(dendrogram, colors);
        }
        return colors;
    }

    /** The dendrogram that is cut: one of the hierarchy's. Setting it resets {@link hovered} and {@link selected}. */
    public get dendrogram(): Dendrogram {
        return this._dendrogram;
    }

    public set dendrogram(value: Dendrogram) {
        this._checkUsable();
        this._dendrogram = value;
        this._colors.setDendrogram(value, this.partStartColorsOf(value));
        this._hovered = null;
        this._selected = null;
        this._isDirty = true;
    }

    /** The cut rank (see CutRankForCount): gaps of a lower rank are closed. */
    public get cutRank(): number {
        return this._cutRank;
    }

    public set cutRank(value: number) {
        this._change(this._cutRank !== value);
        this._cutRank = value;
    }

    /** The colors of the leaves. */
    public get colorMode(): ColorMode {
        return this._colorMode;
    }

    public set colorMode(value: ColorMode) {
        this._change(this._colorMode !== value);
        this._colorMode = value;
    }

    /** The hovered part, which is drawn brighter; null for none. */
    public get hovered(): LeafInterval | null {
        return this._hovered;
    }

    public set hovered(value: LeafInterval | null) {
        this._change(!areSameInterval(this._hovered, value));
        this._hovered = value;
    }

    /** The selected part; all others are drawn darker. Null for none. */
    public get selected(): LeafInterval | null {
        return this._selected;
    }

    public set selected(value: LeafInterval | null) {
        this._change(!areSameInterval(this._selected, value));
        this._selected = value;
    }

    /**
     * The appearance of single leaves, independent of their parts; null for none. Changes are followed. The material of
     * a custom mesh has to discard colors with opacity 0.
     */
    public get overrides(): LeafOverrides | null {
        return this._overrides;
    }

    public set overrides(value: LeafOverrides | null) {
        this._change(this._overrides !== value);
        this._areOverridesDirty ||= this._overrides !== value;
        this._overridesObserver?.remove();
        this._overrides = value;
        this._overridesVersion++;
        this._overridesObserver =
            value?.onChangedObservable.add(() => {
                this._overridesVersion++;
                this._areOverridesDirty = true;
                this._isDirty = true;
            }) ?? null;
    }

    /** @internal The colors of the dendrogram's parts, see CreatePartStartColors. */
    public get partStartColors(): Uint32Array<ArrayBuffer> {
        return this._partStartColors.get(this._dendrogram)!;
    }

    /** @internal The current settings of the colors. */
    public get colorSettings(): PartColorSettings {
        const { _hovered: hovered, _selected: selected } = this;
        return {
            ...this._mixing(),
            cutRank: this._cutRank,
            hoveredStart: hovered?.start ?? 0,
            hoveredEnd: hovered?.end ?? 0,
            highlight: this._display.highlight,
            selectedStart: selected?.start ?? 0,
            selectedEnd: selected?.end ?? 0,
            dimming: this._display.dimming,
            flagged: this._overrides?.hasSelection ? 1 : 0,
        };
    }

    /** Returns the color, sRGB 0..1, of the part that starts at an order index, in mode "parts" without shading. */
    public colorOf(orderIndex: number): [number, number, number] {
        const packed = this.partStartColors[orderIndex];
        return [(packed & 255) / 255, ((packed >> 8) & 255) / 255, ((packed >> 16) & 255) / 255];
    }

    /** The time that the GPU takes to cut and color, in milliseconds, mean of the last second; null if not measured. */
    public get gpuMilliseconds(): number | null {
        return this._colors.gpuMilliseconds;
    }

    /** Removes everything from the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._observer?.remove();
        this._overridesObserver?.remove();
        this.onColoredObservable.clear();
        this.onFailedObservable.clear();
        this._release();
        this._colors.dispose();
    }

    /** Removes the subclass's objects from the scene; called once, before the colors are freed. */
    protected abstract _release(): void;

    /** Returns the settings of how the subclass mixes colors. */
    protected abstract _mixing(): Pick<PartColorSettings, "partShare" | "shading" | "marks">;

    /** An error must not leave a frame: it would end the render loop of the application. */
    private _tryBeforeDraw(): void {
        if (this._hasFailed) {
            return;
        }
        try {
            this._beforeDraw();
        } catch (error) {
            this._hasFailed = true;
            this.onFailedObservable.notifyObservers(error as Error);
        }
    }

    /** Called before each frame; recomputes the colors if they have changed. */
    protected _beforeDraw(): void {
        if (!this._isDirty) {
            return;
        }
        if (this._areOverridesDirty) {
            this._colors.setOverrides(this._overrides?.data ?? new Uint32Array(this.hierarchy.leafCount));
            this._areOverridesDirty = false;
        }
        this._colors.dispatch(this.colorSettings);
        this._isDirty = false;
        this.onColoredObservable.notifyObservers(this);
    }

    protected _checkUsable(): void {
        if (this._isDisposed) {
            throw new UltrametricError(
                "disposed",
                `The display of "${this.hierarchy.name}" has been disposed; create a new one.`,
            );
        }
    }

    protected _change(isChange: boolean): void {
        this._checkUsable();
        this._isDirty ||= isChange;
    }
}

/** Creates the colors of the parts by a hierarchy's first criterion, in time slices. */
export async function FirstPartStartColorsAsync(
    hierarchy: SegmentationHierarchy,
    { palette }: Pick<LeafDisplayOptions, "palette">,
    pacer: Pacer,
): Promise<Uint32Array<ArrayBuffer>> {
    return await CreatePartStartColorsAsync(
        hierarchy.dendrogram(hierarchy.criteria[0]),
        hierarchy.positions,
        palette,
        pacer,
    );
}

function areSameInterval(a: LeafInterval | null, b: LeafInterval | null): boolean {
    return a === b || (a !== null && b !== null && a.start === b.start && a.end === b.end);
}
