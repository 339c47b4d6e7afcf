import type { SolidSight } from "./solidSight";

/** The lines of sight between regions through the solid, which add up while regions merge. */
export class RegionSight {
    private readonly _sizes: Float64Array;
    private readonly _inside: Float32Array;
    private readonly _total: Float32Array;
    private readonly _enclosed: Float64Array;

    /**
     * @param region [n] region of each point, 0 .. regionCount - 1
     * @param sight of these regions; its arrays are modified
     * @param enclosed [regionCount] share of each region that has an inside, 0..1
     */
    public constructor(
        region: Uint32Array,
        private readonly _regionCount: number,
        { inside, total }: SolidSight,
        enclosed: Float32Array,
    ) {
        this._inside = inside;
        this._total = total;
        // In the size of a mean region.
        this._sizes = new Float64Array(_regionCount);
        for (const r of region) {
            this._sizes[r] += _regionCount / region.length;
        }
        this._enclosed = Float64Array.from(enclosed, (share, r) => share * this._sizes[r]);
    }

    /**
     * Returns the share of the lines between two regions, or within one, that stays inside the solid, 0..1; near lines
     * count more.
     */
    public sight(r: number, s: number): number {
        const i = r * this._regionCount + s;
        return this._inside[i] / this._total[i];
    }

    /** Returns the share of a region that has an inside, 0..1; the smaller one of two. */
    public enclosed(r: number, s: number): number {
        return Math.min(this._enclosed[r] / this._sizes[r], this._enclosed[s] / this._sizes[s]);
    }

    /**
     * Returns the weight of sight between two regions: the size of the smaller one in mean regions, at most `limit`,
     * times the smaller share of the two that has an inside.
     */
    public evidence(r: number, s: number, limit: number): number {
        return this.enclosed(r, s) * Math.min(this._sizes[r], this._sizes[s], limit);
    }

    /** Merges region b into region a. */
    public merge(a: number, b: number): void {
        const count = this._regionCount;
        for (const sums of [this._inside, this._total]) {
            const own = sums[a * count + a] + 2 * sums[a * count + b] + sums[b * count + b];
            for (let t = 0; t < count; t++) {
                if (this._sizes[t] > 0) {
                    sums[a * count + t] += sums[b * count + t];
                    sums[t * count + a] = sums[a * count + t];
                }
            }
            sums[a * count + a] = own;
        }
        this._sizes[a] += this._sizes[b];
        this._enclosed[a] += this._enclosed[b];
        this._sizes[b] = 0;
    }
}
