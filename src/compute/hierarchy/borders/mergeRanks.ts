import type { MergeList } from "../../algorithms/mergeList";
import { CreateCartesianTree } from "../cut/cartesianTree";
import { CreateDendrogram, NEVER_MERGED } from "../cut/dendrogram";

/** A merge of regions, as the places of the regions on its two sides: `start` .. `middle` - 1 and `middle` .. `end` - 1. */
export interface RegionMerge {
    readonly start: number;
    readonly middle: number;
    readonly end: number;
}

/** Looks up which merge joins two regions: the rank of each merge is its place in the list. */
export class MergeRanks {
    /** [regions] in the order of the leaves of their dendrogram. */
    public readonly placeOf: Uint32Array;
    /** [merges] */
    public readonly merges: readonly RegionMerge[];
    /** For each power of two, the largest rank among so many gaps from each place on. */
    private readonly _largest: Uint32Array[];

    public constructor(merges: MergeList) {
        const { order, rank } = CreateDendrogram(merges);
        this.placeOf = new Uint32Array(merges.leafCount);
        order.forEach((region, place) => {
            this.placeOf[region] = place;
        });
        const { start, end } = CreateCartesianTree(rank);
        const listed = new Array<RegionMerge>(merges.first.length);
        rank.forEach((merge, place) => {
            if (merge !== NEVER_MERGED) {
                listed[merge] = { start: start[place], middle: place, end: end[place] };
            }
        });
        this.merges = listed;
        this._largest = [rank];
        for (let width = 1; 2 * width <= rank.length; width *= 2) {
            const before = this._largest[this._largest.length - 1];
            this._largest.push(before.map((r, i) => Math.max(r, before[Math.min(i + width, rank.length - 1)])));
        }
    }

    /** Rank of the merge that joins two regions that differ; NEVER_MERGED where none does. */
    public between(a: number, b: number): number {
        const p = this.placeOf[a];
        const q = this.placeOf[b];
        const first = Math.min(p, q) + 1;
        const count = Math.abs(p - q);
        const power = 31 - Math.clz32(count);
        const largest = this._largest[power];
        return Math.max(largest[first], largest[first + count - (1 << power)]);
    }
}
