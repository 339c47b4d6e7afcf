import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Mask, MaskSet, ViewMasks } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import {
    DEFAULT_MASK_QUALITY_OPTIONS,
    type MaskQualityOptions,
    type MaskQualityReport,
    SelectMasks,
} from "./maskQuality";

/** The masks of a view that pass the thresholds. */
export interface FilteredView {
    readonly viewMasks: ViewMasks;
    readonly report: MaskQualityReport;
    /** [kept masks] Their indices among the generated masks of the view. */
    readonly indices: readonly number[];
}

/** The masks of all views that pass the thresholds. */
export interface FilteredMasks {
    readonly masks: MaskSet;
    /** The counts summed over the views, and their mean coverage. */
    readonly report: MaskQualityReport;
}

/**
 * Filters generated masks by thresholds, without running a model. KEEP_ALL_MASKS has the options that generate masks
 * for any thresholds.
 */
export class MaskSetFilter {
    private readonly _views: (FilteredView | null)[];
    private _quality: MaskQualityOptions;

    /**
     * @param masks as generated: `masks.views[i]` belongs to `capture.views[i]`
     * @throws UltrametricError "input" when masks and capture differ in the number of views
     */
    public constructor(
        public readonly capture: Capture,
        public readonly masks: MaskSet,
        quality: Partial<MaskQualityOptions> = {},
    ) {
        if (masks.views.length !== capture.views.length) {
            throw new UltrametricError(
                "input",
                `The masks have ${masks.views.length} views, ` +
                    `but the capture "${capture.name}" has ${capture.views.length}.`,
            );
        }
        this._quality = { ...DEFAULT_MASK_QUALITY_OPTIONS, ...quality };
        this._views = masks.views.map(() => null);
    }

    /** The thresholds. */
    public get quality(): Readonly<MaskQualityOptions> {
        return this._quality;
    }

    public set quality(value: Readonly<MaskQualityOptions>) {
        this._quality = { ...value };
        this._views.fill(null);
    }

    /** Returns the masks of a view that pass; cached until the thresholds change. */
    public view(index: number): FilteredView {
        let filtered = this._views[index];
        if (filtered === null) {
            const generated = this.masks.views[index];
            const { viewMasks, report } = SelectMasks(this.capture.views[index], generated, this._quality);
            const indexOfMask = new Map<Mask, number>(generated.masks.map((mask, i) => [mask, i]));
            filtered = { viewMasks, report, indices: viewMasks.masks.map((mask) => indexOfMask.get(mask)!) };
            this._views[index] = filtered;
        }
        return filtered;
    }

    /**
     * Filters the masks of all views in time slices.
     * @throws UltrametricError "aborted"
     */
    public async applyAsync(signal?: AbortSignal): Promise<FilteredMasks> {
        const pacer = new Pacer("Filtering masks", signal);
        const views: ViewMasks[] = [];
        const sum = { total: 0, weak: 0, tiny: 0, background: 0, duplicates: 0, kept: 0, coverage: 0 };
        for (let index = 0; index < this._views.length; index++) {
            await pacer.yieldIfDueAsync();
            const { viewMasks, report } = this.view(index);
            views.push(viewMasks);
            for (const name of Object.keys(sum) as (keyof MaskQualityReport)[]) {
                sum[name] += report[name];
            }
        }
        return { masks: { views }, report: { ...sum, coverage: sum.coverage / Math.max(views.length, 1) } };
    }
}
