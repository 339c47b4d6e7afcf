import type { EdgeList } from "../../algorithms/edgeList";
import type { LabelPrior, LinkPrior } from "./structurePriors";

/** The structure priors of regions while these merge. */
export class RegionPriors {
    /** Number of points with each label, by prior and region. */
    private readonly _counts: Map<number, number>[][];
    private readonly _sizes: Float64Array;
    /** Neighbors along the surface, by region; null without a link prior. */
    private readonly _linked: Set<number>[] | null;
    private readonly _linkWeight: number;

    /**
     * @param region [n] region of each point, 0 .. regionCount - 1
     * @param edges of the graph; the first ones are those of `linkPrior`, the others do not run along the surface
     */
    public constructor(
        region: Uint32Array,
        regionCount: number,
        edges: EdgeList,
        private readonly _labelPriors: readonly LabelPrior[],
        linkPrior: LinkPrior | null,
    ) {
        this._sizes = new Float64Array(regionCount);
        for (const r of region) {
            this._sizes[r]++;
        }
        this._counts = _labelPriors.map(({ labels }) => {
            const counts = Array.from({ length: regionCount }, () => new Map<number, number>());
            region.forEach((r, i) => {
                counts[r].set(labels[i], (counts[r].get(labels[i]) ?? 0) + 1);
            });
            return counts;
        });
        this._linkWeight = linkPrior?.weight ?? 0;
        this._linked = linkPrior && Array.from({ length: regionCount }, () => new Set<number>());
        linkPrior?.links.forEach((link, e) => {
            const r = region[edges.from[e]];
            const s = region[edges.to[e]];
            if (link === 1 && r !== s) {
                this._linked![r].add(s);
                this._linked![s].add(r);
            }
        });
    }

    /**
     * Returns the penalty on the dissimilarity of two regions: for each label prior its weight, times the share of the
     * smaller region whose labels the other region lacks; plus the weight of the link prior, if the smaller region has
     * neighbors along the surface, but the other region is none of them.
     */
    public penalty(r: number, s: number): number {
        const [small, large] = this._sizes[r] <= this._sizes[s] ? [r, s] : [s, r];
        let penalty = 0;
        this._labelPriors.forEach(({ weight }, p) => {
            let shared = 0;
            for (const [label, count] of this._counts[p][small]) {
                shared += Math.min(count, this._counts[p][large].get(label) ?? 0);
            }
            penalty += weight * (1 - shared / this._sizes[small]);
        });
        if (this._linked !== null && this._linked[small].size > 0 && !this._linked[small].has(large)) {
            penalty += this._linkWeight;
        }
        return penalty;
    }

    /** Merges region b into region a. */
    public merge(a: number, b: number): void {
        this._sizes[a] += this._sizes[b];
        for (const counts of this._counts) {
            for (const [label, count] of counts[b]) {
                counts[a].set(label, (counts[a].get(label) ?? 0) + count);
            }
            counts[b].clear();
        }
        if (this._linked !== null) {
            for (const s of this._linked[b]) {
                this._linked[s].delete(b);
                if (s !== a) {
                    this._linked[s].add(a);
                    this._linked[a].add(s);
                }
            }
            this._linked[b].clear();
        }
    }
}
