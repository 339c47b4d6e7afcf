import type { EdgeList } from "../../algorithms/edgeList";
import type { MergeList } from "../../algorithms/mergeList";
import { FindRegionBorders, type RegionBorders } from "../../algorithms/regionBorders";
import { SortIndices } from "../../algorithms/sortIndices";
import { UnionFind } from "../../algorithms/unionFind";
import { type CartesianTree, CreateCartesianTree } from "../cut/cartesianTree";
import { CreateDendrogram } from "../cut/dendrogram";
import { DEFAULT_PART_COUNT_OPTIONS, SUGGESTED_HEIGHTS } from "../cut/suggestedPartCounts";

/** Options of {@link MergeSmallFragments}. */
export interface FragmentOptions {
    /**
     * Parts below this share of all points are small fragments, which belong to the part that they touch most. Default
     * 0.004, as for the suggested numbers of parts; 0 for none.
     */
    readonly share: number;
    /**
     * The height below which small fragments merge, the smallest ones a tenth lower. Default 0.3, the lowest height of
     * the suggested numbers of parts.
     */
    readonly height: number;
}

/** The defaults of {@link FragmentOptions}. */
export const DEFAULT_FRAGMENT_OPTIONS: FragmentOptions = {
    share: DEFAULT_PART_COUNT_OPTIONS.fragmentShare,
    height: SUGGESTED_HEIGHTS[0],
};

/**
 * Merges small fragments first, so that a coarse cut into some number of parts has as many parts that a person sees. A
 * merge of which one side is a small fragment moves below `height`, and the fragment joins the part that it touches
 * most, among those that are still apart there. All other merges keep their heights and their order.
 *
 * @param merges of the regions, by a height of 0 or more; most are below 1
 * @param region [n] region of each point
 * @param edges of a connected graph of the points
 * @returns merges of the regions
 */
export function MergeSmallFragments(
    merges: MergeList,
    region: Uint32Array,
    edges: EdgeList,
    options: Partial<FragmentOptions> = {},
): MergeList {
    const { share, height } = { ...DEFAULT_FRAGMENT_OPTIONS, ...options };
    const minSize = share * region.length;
    return minSize <= 1 ? merges : new FragmentMerging(merges, region, edges, minSize, height).run();
}

/** The share of the height by which the smallest fragments merge lower than the largest. */
const SIZE_RANGE = 0.1;

/** The order indices of a part, with the gap that splits it; -1 for a single region. */
interface Node {
    readonly gap: number;
    readonly start: number;
    readonly end: number;
}

/** A small fragment, whose own regions are merged already. */
interface Fragment {
    readonly start: number;
    readonly end: number;
    readonly height: number;
}

/** A node to be merged with the fragments that belong to it; or, with `height`, to be joined after its two sides. */
interface Step {
    readonly node: Node;
    readonly fragments: Fragment[];
    readonly height?: number;
}

/** The state of one run. The regions are named by their order index in the dendrogram of the given merges. */
class FragmentMerging {
    private readonly _order: Uint32Array;
    private readonly _rank: Uint32Array;
    private readonly _tree: CartesianTree;
    private readonly _orderIndexOf: Uint32Array;
    /** [regions + 1] the points before each order index. */
    private readonly _pointsBefore: Float64Array;
    private readonly _borders: RegionBorders;
    /** The new merges: an order index on either side, and the height. */
    private readonly _sides: number[] = [];
    private readonly _heights: number[] = [];

    public constructor(
        private readonly _merges: MergeList,
        region: Uint32Array,
        edges: EdgeList,
        private readonly _minSize: number,
        private readonly _height: number,
    ) {
        const count = _merges.leafCount;
        const { order, rank } = CreateDendrogram(_merges);
        this._order = order;
        this._rank = rank;
        this._tree = CreateCartesianTree(rank);
        this._orderIndexOf = new Uint32Array(count);
        order.forEach((name, place) => {
            this._orderIndexOf[name] = place;
        });
        const renamed = region.map((name) => this._orderIndexOf[name]);
        this._borders = FindRegionBorders(renamed, count, edges, null);
        this._pointsBefore = new Float64Array(count + 1);
        for (const place of renamed) {
            this._pointsBefore[place + 1]++;
        }
        for (let place = 0; place < count; place++) {
            this._pointsBefore[place + 1] += this._pointsBefore[place];
        }
    }

    public run(): MergeList {
        const steps: Step[] = this._tree.roots.map((node) => ({ node, fragments: [] }));
        for (let step = steps.pop(); step; step = steps.pop()) {
            if (step.height !== undefined) {
                this._join(step.node.gap - 1, step.node.gap, step.height);
                this._attach(step.node.gap, step.fragments);
            } else {
                this._split(step, steps);
            }
        }
        return this._list();
    }

    /** Divides a node at its first split into two parts that are no small fragments. */
    private _split({ node, fragments }: Step, steps: Step[]): void {
        const { left, right } = this._tree;
        let { gap, start, end } = node;
        for (; gap >= 0; ) {
            const leftSize = this._sizeOf(start, gap);
            const rightSize = this._sizeOf(gap, end);
            if (Math.min(leftSize, rightSize) >= this._minSize) {
                break;
            }
            if (leftSize >= rightSize) {
                fragments.push(this._takeFragment(gap, { gap: right[gap], start: gap, end }));
                end = gap;
                gap = left[gap];
            } else {
                fragments.push(this._takeFragment(gap, { gap: left[gap], start, end: gap }));
                start = gap;
                gap = right[gap];
            }
        }
        if (gap < 0) {
            this._attach(start, fragments);
            return;
        }
        const height = this._heightOf(gap);
        const sides: Step[] = [
            { node: { gap: left[gap], start, end: gap }, fragments: [] },
            { node: { gap: right[gap], start: gap, end }, fragments: [] },
        ];
        this._distribute(
            fragments.filter((fragment) => fragment.height <= height),
            sides,
        );
        const kept = fragments.filter((fragment) => fragment.height > height);
        steps.push({ node: { gap, start, end }, fragments: kept, height }, ...sides);
    }

    /** Merges the regions of a fragment, which is the smaller side of the merge at `gap`. */
    private _takeFragment(gap: number, { gap: top, start, end }: Node): Fragment {
        const inside = top < 0 ? [] : Array.from({ length: end - start - 1 }, (_, i) => start + 1 + i);
        inside.sort((a, b) => this._rank[a] - this._rank[b]);
        let highest = 0;
        for (const place of inside) {
            const { start: from, end: to } = this._tree;
            const size = Math.min(this._sizeOf(from[place], place), this._sizeOf(place, to[place]));
            highest = Math.max(highest, this._lowered(place, size));
            this._join(place - 1, place, highest);
        }
        return { start, end, height: Math.max(highest, this._lowered(gap, this._sizeOf(start, end))) };
    }

    /** Divides fragments among two sides by what they touch most: a side, or fragments that went to it. */
    private _distribute(fragments: readonly Fragment[], sides: readonly Step[]): void {
        const sideOf = new Map<number, number>();
        const sizes = sides.map(({ node }) => this._sizeOf(node.start, node.end));
        const larger = sizes[1] > sizes[0] ? 1 : 0;
        for (let waiting = fragments, isStuck = false; waiting.length > 0; ) {
            const later: Fragment[] = [];
            for (const fragment of waiting) {
                const touching = this._countTouching(fragment, sides, sideOf);
                const most = touching[0] === touching[1] ? larger : touching[1] > touching[0] ? 1 : 0;
                if (touching[most] === 0 && !isStuck) {
                    later.push(fragment);
                    continue;
                }
                sides[most].fragments.push(fragment);
                for (let place = fragment.start; place < fragment.end; place++) {
                    sideOf.set(place, most);
                }
            }
            isStuck = later.length === waiting.length;
            waiting = later;
        }
    }

    /** Counts the edges between a fragment and each of two sides. */
    private _countTouching(
        { start, end }: Fragment,
        sides: readonly Step[],
        sideOf: ReadonlyMap<number, number>,
    ): [number, number] {
        const touching: [number, number] = [0, 0];
        for (let place = start; place < end; place++) {
            for (const [other, { edges }] of this._borders[place]) {
                const within = sides.findIndex(({ node }) => other >= node.start && other < node.end);
                const side = within >= 0 ? within : (sideOf.get(other) ?? -1);
                if (side >= 0) {
                    touching[side] += edges;
                }
            }
        }
        return touching;
    }

    /** Merges fragments with the part at `place`, those of the least height first. */
    private _attach(place: number, fragments: readonly Fragment[]): void {
        const sorted = [...fragments].sort((a, b) => a.height - b.height || a.start - b.start);
        for (const { start, height } of sorted) {
            this._join(place, start, height);
        }
    }

    private _join(a: number, b: number, height: number): void {
        this._sides.push(a, b);
        this._heights.push(height);
    }

    private _sizeOf(start: number, end: number): number {
        return this._pointsBefore[end] - this._pointsBefore[start];
    }

    private _heightOf(gap: number): number {
        return this._merges.height[this._rank[gap]];
    }

    /** Returns the height of a merge with a small fragment. */
    private _lowered(gap: number, size: number): number {
        const share = Math.min(size / this._minSize, 1);
        return Math.min(this._heightOf(gap), this._height * (1 - SIZE_RANGE * (1 - share)));
    }

    /** Returns the merges in ascending order of height, by the names of the regions. */
    private _list(): MergeList {
        const { leafCount } = this._merges;
        const sets = new UnionFind(leafCount);
        const nameOf = this._order.slice();
        const sorted = SortIndices(Float64Array.from(this._heights));
        const first = new Uint32Array(sorted.length);
        const second = new Uint32Array(sorted.length);
        sorted.forEach((m, i) => {
            const a = sets.find(this._sides[2 * m]);
            const b = sets.find(this._sides[2 * m + 1]);
            first[i] = nameOf[a];
            second[i] = nameOf[b];
            sets.union(a, b);
            nameOf[sets.find(a)] = first[i];
        });
        return { leafCount, first, second, height: Float64Array.from(sorted, (m) => this._heights[m]) };
    }
}
