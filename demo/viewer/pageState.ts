import type { ColorMode, Criterion, UltrametricSegmentation } from "babylon-ultrametric";

/** Milliseconds from the last change to the update of the address; browsers limit the rate of updates. */
const UPDATE_DELAY = 400;

/**
 * The state in the page's address: `?hierarchy=<address>` opens a saved segmentation instead of the bundled capture;
 * `parts`, `colors` and `criterion` set the display, and follow changes of it; `segment=off` opens files without
 * segmenting them.
 */
export class PageState {
    /** The address of a saved segmentation to open; null for the bundled capture. */
    public readonly hierarchy: string | null;

    /** True if opened content is segmented at once; `segment=off` leaves that to the button. */
    public readonly segmentsAtOnce: boolean;

    private readonly _query = new URLSearchParams(location.search);
    private _timer = 0;

    public constructor() {
        this.hierarchy = this._query.get("hierarchy");
        this.segmentsAtOnce = this._query.get("segment") !== "off";
    }

    /** Applies the display settings of the address to the first hierarchy. */
    public apply(segmentation: UltrametricSegmentation, setColorMode: (mode: ColorMode) => void): void {
        const criterion = this._query.get("criterion");
        if (criterion !== null && segmentation.criteria.includes(criterion as Criterion)) {
            segmentation.criterion = criterion as Criterion;
        }
        const colors = this._query.get("colors");
        if (colors === "parts" || colors === "tint" || colors === "original") {
            setColorMode(colors);
        }
        const parts = Number(this._query.get("parts") ?? Number.NaN);
        if (Number.isFinite(parts)) {
            segmentation.partCount = parts;
        }
    }

    /** Writes the display settings into the address, after a delay. */
    public follow(segmentation: UltrametricSegmentation): void {
        clearTimeout(this._timer);
        this._timer = window.setTimeout(() => {
            if (segmentation.isDisposed || !segmentation.hierarchy) {
                return;
            }
            this._query.set("parts", String(segmentation.partCount));
            this._query.set("colors", segmentation.colorMode);
            this._query.set("criterion", String(segmentation.criterion));
            history.replaceState(null, "", `?${this._query}`);
        }, UPDATE_DELAY);
    }
}
