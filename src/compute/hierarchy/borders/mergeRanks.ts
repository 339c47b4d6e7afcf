import type { MergeList } from "../../algorithms/mergeList";
import { CreateCartesianTree } from "../cut/cartesianTree";
import { CreateDendrogram, NEVER_MERGED } from "../cut/dendrogram";

/**
 * A merge of regions, as the order indices of its two sides: `start` .. `middle` - 1 and `middle` .. `end` - 1.
 */
export interface RegionMerge {
    readonly start: number;
    readonly middle: number;
    readonly end: number;
}

/** Finds the merge that joins two regions. The rank of a merge is its index in the list. */
export class MergeRanks {
    /** [regions] the order index of each region in the dendrogram. */
    public readonly orderIndexOf: Uint32Array;
    /** [merges] the sides of each merge. */
    public readonly merges: readonly RegionMerge[];
    /** For each power of two, the largest rank among that many gaps from each order index on (a sparse table). */
    private readonly _largest: Uint32Array[];

    public constructor(merges: MergeList) {
        const { order, rank } = CreateDendrogram(merges);
        this.orderIndexOf = new Uint32Array(merges.leafCount);
        order.forEach((region, place) => {
            this.orderIndexOf[region] = place;
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

    /** Returns the rank of the merge that joins two different regions; NEVER_MERGED for none. */
    public between(a: number, b: number): number {
        const p = this.orderIndexOf[a];
        const q = this.orderIndexOf[b];
        const first = Math.min(p, q) + 1;
        const count = Math.abs(p - q);
        const power = 31 - Math.clz32(count);
        const largest = this._largest[power];
        return Math.max(largest[first], largest[first + count - (1 << power)]);
    }
}
