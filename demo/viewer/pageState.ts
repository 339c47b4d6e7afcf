import type { ColorMode, Criterion, UltrametricSegmentation } from "babylon-ultrametric";

/** Milliseconds without a change after which the address is changed: browsers limit how often that may be. */
const DELAY = 400;
const USUAL_PARTS = 12;

/**
 * What is in the page's address: `?hierarchy=<address of a saved segmentation>` opens that instead of the bundled capture; `parts`, `colors` and
 * `criterion` say how it is shown, and follow what one does.
 */
export class PageState {
    /** Address of a saved segmentation to open. */
    public readonly hierarchy: URL | null;

    private readonly _query = new URLSearchParams(location.search);
    private _timer = 0;

    public constructor() {
        const address = this._query.get("hierarchy");
        this.hierarchy = address === null ? null : new URL(address, document.baseURI);
    }

    /** Shows the first hierarchy as the address says. */
    public apply(segmentation: UltrametricSegmentation, setColorMode: (mode: ColorMode) => void): void {
        const criterion = this._query.get("criterion");
        if (criterion !== null && segmentation.criteria.includes(criterion as Criterion)) {
            segmentation.criterion = criterion as Criterion;
        }
        const colors = this._query.get("colors");
        if (colors === "parts" || colors === "tint" || colors === "original") {
            setColorMode(colors);
        }
        const parts = Number(this._query.get("parts") ?? USUAL_PARTS);
        segmentation.partCount = Number.isFinite(parts) ? parts : USUAL_PARTS;
    }

    /** Writes how it is shown into the address, soon. */
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
        }, DELAY);
    }
}
