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

/** The masks of a view that pass. */
export interface FilteredView {
    readonly viewMasks: ViewMasks;
    readonly report: MaskQualityReport;
    /** `[kept masks]`: their places among the view's masks as they were generated. */
    readonly indices: readonly number[];
}

/** The masks of all views that pass. */
export interface FilteredMasks {
    readonly masks: MaskSet;
    /** Sums over the views; the coverage is their mean. */
    readonly report: MaskQualityReport;
}

/**
 * Applies other thresholds to masks that are there already: no model runs. The masks as they were generated stay; see KEEP_ALL_MASKS for
 * how to generate them so that all thresholds can be chosen afterwards.
 */
export class MaskSetFilter {
    private readonly _views: (FilteredView | null)[];
    private _quality: MaskQualityOptions;

    /**
     * @param masks as they were generated: `masks.views[i]` belongs to `capture.views[i]`
     * @throws UltrametricError "input" when they are of another number of views
     */
    public constructor(
        public readonly capture: Capture,
        public readonly masks: MaskSet,
        quality: Partial<MaskQualityOptions> = {},
    ) {
        if (masks.views.length !== capture.views.length) {
            throw new UltrametricError(
                "input",
                `The masks are of ${masks.views.length} views, the capture "${capture.name}" has ${capture.views.length}.`,
            );
        }
        this._quality = { ...DEFAULT_MASK_QUALITY_OPTIONS, ...quality };
        this._views = masks.views.map(() => null);
    }

    /** Which masks are good enough. */
    public get quality(): Readonly<MaskQualityOptions> {
        return this._quality;
    }

    public set quality(value: Readonly<MaskQualityOptions>) {
        this._quality = { ...value };
        this._views.fill(null);
    }

    /** The masks of a view that pass: found when asked for, and kept until the thresholds change. */
    public view(index: number): FilteredView {
        let filtered = this._views[index];
        if (filtered === null) {
            const generated = this.masks.views[index];
            const { viewMasks, report } = SelectMasks(this.capture.views[index], generated, this._quality);
            const places = new Map<Mask, number>(generated.masks.map((mask, i) => [mask, i]));
            filtered = { viewMasks, report, indices: viewMasks.masks.map((mask) => places.get(mask)!) };
            this._views[index] = filtered;
        }
        return filtered;
    }

    /**
     * The masks of all views that pass, in time slices with pauses, in which a page has its turns.
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
