import type { EdgeList } from "../../algorithms/edgeList";
import type { LabelPrior, LinkPrior } from "./structurePriors";

/** What the points of regions belong to, and which regions meet along the surface, while regions merge. */
export class RegionPriors {
    /** For each prior and region the number of points of each group. */
    private readonly _counts: Map<number, number>[][];
    private readonly _sizes: Float64Array;
    /** For each region those that it meets along the surface; null without that prior. */
    private readonly _joined: Set<number>[] | null;
    private readonly _linkWeight: number;

    /**
     * @param region [n] region of each point, 0 .. regionCount - 1
     * @param edges whose first ones `linkPrior` is about; the others lead through space
     */
    public constructor(
        region: Uint32Array,
        regionCount: number,
        edges: EdgeList,
        private readonly _labels: readonly LabelPrior[],
        linkPrior: LinkPrior | null,
    ) {
        this._sizes = new Float64Array(regionCount);
        for (const r of region) {
            this._sizes[r]++;
        }
        this._counts = _labels.map(({ ids }) => {
            const counts = Array.from({ length: regionCount }, () => new Map<number, number>());
            region.forEach((r, i) => {
                counts[r].set(ids[i], (counts[r].get(ids[i]) ?? 0) + 1);
            });
            return counts;
        });
        this._linkWeight = linkPrior?.weight ?? 0;
        this._joined = linkPrior && Array.from({ length: regionCount }, () => new Set<number>());
        linkPrior?.links.forEach((link, e) => {
            const r = region[edges.from[e]];
            const s = region[edges.to[e]];
            if (link === 1 && r !== s) {
                this._joined![r].add(s);
                this._joined![s].add(r);
            }
        });
    }

    /**
     * What is added to the dissimilarity of two regions: for each prior its weight, times the share of the smaller region that belongs to nothing that the
     * other one has. Where they do not meet along the surface but the smaller one meets others, the weight of that.
     */
    public penalty(r: number, s: number): number {
        const [small, large] = this._sizes[r] <= this._sizes[s] ? [r, s] : [s, r];
        let penalty = 0;
        this._labels.forEach(({ weight }, p) => {
            let shared = 0;
            for (const [id, count] of this._counts[p][small]) {
                shared += Math.min(count, this._counts[p][large].get(id) ?? 0);
            }
            penalty += weight * (1 - shared / this._sizes[small]);
        });
        if (this._joined !== null && this._joined[small].size > 0 && !this._joined[small].has(large)) {
            penalty += this._linkWeight;
        }
        return penalty;
    }

    /** Region b becomes part of region a. */
    public merge(a: number, b: number): void {
        this._sizes[a] += this._sizes[b];
        for (const counts of this._counts) {
            for (const [id, count] of counts[b]) {
                counts[a].set(id, (counts[a].get(id) ?? 0) + count);
            }
            counts[b].clear();
        }
        if (this._joined !== null) {
            for (const s of this._joined[b]) {
                this._joined[s].delete(b);
                if (s !== a) {
                    this._joined[s].add(a);
                    this._joined[a].add(s);
                }
            }
            this._joined[b].clear();
        }
    }
}
