import { Observable, type Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { LeafColors, PartColorSettings } from "../../compute/partColors/leafColors";
import type { LeafInterval } from "../parts/model/leafInterval";
import type { LeafOverrides } from "../parts/model/leafOverrides";
import { CreatePartStartColors, CreatePartStartColorsAsync, type PartPalette } from "./partStartColors";

/** What the colors show: the parts, the parts over the content's own look, or its own look. */
export type ColorMode = "parts" | "tint" | "original";

/** Options that all displays of leaves have. */
export interface LeafDisplayOptions {
    /** What the colors show. Default "parts". */
    colorMode: ColorMode;
    /** The parts' colors; "colorBlindSafe" differ for those who do not see red, green or blue as most do, too. Default "full". */
    palette: PartPalette;
    /** How far the hovered part is drawn toward white, 0..1. Default 0.25. */
    highlight: number;
    /** How far all but the selected part is drawn toward dark gray, 0..1. Default 0.7. */
    dimming: number;
}

/** The defaults of {@link LeafDisplayOptions}. */
export const DEFAULT_LEAF_DISPLAY_OPTIONS: Readonly<LeafDisplayOptions> = {
    colorMode: "parts",
    palette: "full",
    highlight: 0.25,
    dimming: 0.7,
};

/** How much of the parts' colors each mode shows. */
export const PART_SHARE: Readonly<Record<ColorMode, number>> = { parts: 1, tint: 0.55, original: 0 };

/**
 * What shows the leaves of a hierarchy in a scene, by the colors of its parts. What the setters change is computed once, before the
 * next frame is drawn, on the GPU where there is WebGPU: the frame shows it, and nothing is read back.
 */
export abstract class LeafDisplay {
    /** Notified when the leaves have been colored anew, before the frame that shows it: for what shows the parts elsewhere. */
    public readonly onColoredObservable = new Observable<LeafDisplay>();

    private readonly _observer: Observer<Scene> | null;
    private _dendrogram: Dendrogram;
    private _partStartColors = new Map<Dendrogram, Uint32Array<ArrayBuffer>>();
    private _colorMode: ColorMode;
    private _cutRank = 0;
    private _hovered: LeafInterval | null = null;
    private _selected: LeafInterval | null = null;
    private _overrides: LeafOverrides | null = null;
    private _overridesObserver: Observer<LeafOverrides> | null = null;
    private _areOverridesDirty = false;
    /** Counts what may have changed single leaves. */
    protected _overridesVersion = 0;
    private _isDirty = true;
    private _isDisposed = false;

    /**
     * @param _colors disposed with this
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
        // Behind all observers of onBeforeRender, and before the first draw of the frame.
        this._observer = scene.onBeforeRenderTargetsRenderObservable.add(() => {
            this._beforeDraw();
        });
    }

    /** Whether {@link dispose} was called. */
    public get isDisposed(): boolean {
        return this._isDisposed;
    }

    /** @internal Whether setting a dendrogram takes no colors that have to be made first. */
    public hasPartStartColors(dendrogram: Dendrogram): boolean {
        return this._partStartColors.has(dendrogram);
    }

    /** @internal Takes the parts' colors by a dendrogram (CreatePartStartColors), before it is set. */
    public takePartStartColors(dendrogram: Dendrogram, colors: Uint32Array<ArrayBuffer>): void {
        this._partStartColors.set(dendrogram, colors);
    }

    /** The dendrogram that is cut. Setting one of the hierarchy's takes away what is hovered and selected. */
    public get dendrogram(): Dendrogram {
        return this._dendrogram;
    }

    public set dendrogram(value: Dendrogram) {
        this._checkUsable();
        this._dendrogram = value;
        let partStartColors = this._partStartColors.get(value);
        if (!partStartColors) {
            partStartColors = CreatePartStartColors(value, this.hierarchy.positions, this._display.palette);
            this._partStartColors.set(value, partStartColors);
        }
        this._colors.setDendrogram(value, partStartColors);
        this._hovered = null;
        this._selected = null;
        this._isDirty = true;
    }

    /** The cut: merges of a rank below this are done (see CutRankForCount). */
    public get cutRank(): number {
        return this._cutRank;
    }

    public set cutRank(value: number) {
        this._change(this._cutRank !== value);
        this._cutRank = value;
    }

    /** What the colors show. */
    public get colorMode(): ColorMode {
        return this._colorMode;
    }

    public set colorMode(value: ColorMode) {
        this._change(this._colorMode !== value);
        this._colorMode = value;
    }

    /** The part drawn brighter; null for none. */
    public get hovered(): LeafInterval | null {
        return this._hovered;
    }

    public set hovered(value: LeafInterval | null) {
        this._change(!IsSameInterval(this._hovered, value));
        this._hovered = value;
    }

    /** The part beside which all others are drawn dark; null for none. */
    public get selected(): LeafInterval | null {
        return this._selected;
    }

    public set selected(value: LeafInterval | null) {
        this._change(!IsSameInterval(this._selected, value));
        this._selected = value;
    }

    /** What single leaves look like whatever their part, followed as it changes; null for none. A mesh of your own has to discard colors without opacity. */
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

    /** @internal The parts' colors by the dendrogram, see CreatePartStartColors. */
    public get partStartColors(): Uint32Array<ArrayBuffer> {
        return this._partStartColors.get(this._dendrogram)!;
    }

    /** @internal How leaves are colored now. */
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

    /** sRGB 0..1 of the part that starts at a place, as it is in mode "parts" without shading. */
    public colorOf(start: number): [number, number, number] {
        const packed = this.partStartColors[start];
        return [(packed & 255) / 255, ((packed >> 8) & 255) / 255, ((packed >> 16) & 255) / 255];
    }

    /** Milliseconds that the GPU takes to cut and color, mean of the last second; null where the engine does not measure. */
    public get gpuMilliseconds(): number | null {
        return this._colors.gpuMilliseconds;
    }

    /** Takes everything out of the scene again. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._observer?.remove();
        this._overridesObserver?.remove();
        this.onColoredObservable.clear();
        this._release();
        this._colors.dispose();
    }

    /** Takes out of the scene what the subclass put in; called once, before the colors are freed. */
    protected abstract _release(): void;

    /** How the subclass mixes colors: what of the settings the leaves' intervals do not say. */
    protected abstract _mixing(): Pick<PartColorSettings, "partShare" | "shading" | "marks">;

    /** Called before each frame; colors that changed are computed here. */
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
                `What showed "${this.hierarchy.name}" has been disposed; make a new one.`,
            );
        }
    }

    protected _change(isChange: boolean): void {
        this._checkUsable();
        this._isDirty ||= isChange;
    }
}

/** The parts' colors by a hierarchy's first criterion, made in time slices. */
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

function IsSameInterval(a: LeafInterval | null, b: LeafInterval | null): boolean {
    return a === b || (a !== null && b !== null && a.start === b.start && a.end === b.end);
}
