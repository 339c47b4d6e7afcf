import { UltrametricError } from "../../../compute/base/ultrametricError";
import { type CartesianTree, CreateCartesianTree } from "../../../compute/hierarchy/cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import { Part, type PartActions, type PartContext } from "./part";

/** The parts of a dendrogram, at every granularity. Parts are made when they are asked for; every step takes constant time. */
export class PartTree implements PartContext {
    /** @internal All merges, as a tree. */
    public readonly merges: CartesianTree;
    /** [n] place of each leaf. */
    private readonly _placeOfLeaf: Uint32Array;
    /** The gap that splits the component that starts at a place. */
    private readonly _rootGap = new Map<number, number>();

    /**
     * @param hierarchy that the dendrogram belongs to
     * @param dendrogram whose intervals are the parts
     * @param _actions returns the actions of the parts; null if the parts are not shown
     * @param merges the dendrogram's, where they are there already
     */
    public constructor(
        public readonly hierarchy: SegmentationHierarchy,
        public readonly dendrogram: Dendrogram,
        private readonly _actions: (() => PartActions) | null = null,
        merges: CartesianTree = CreateCartesianTree(dendrogram.rank),
    ) {
        this.merges = merges;
        for (const { gap, start } of this.merges.roots) {
            this._rootGap.set(start, gap);
        }
        this._placeOfLeaf = new Uint32Array(dendrogram.leafCount);
        for (let place = 0; place < dendrogram.leafCount; place++) {
            this._placeOfLeaf[dendrogram.order[place]] = place;
        }
    }

    /** @internal The actions of the parts; null if the parts are not shown. */
    public get actions(): PartActions | null {
        return this._actions?.() ?? null;
    }

    /** The components, which no merge joins. */
    public get roots(): Part[] {
        return this.merges.roots.map(({ start, end }) => new Part(this, start, end));
    }

    /** Place of a leaf in the leaf order. @throws UltrametricError of kind "input" when there is no such leaf */
    public placeOf(leaf: number): number {
        if (!(Number.isInteger(leaf) && leaf >= 0 && leaf < this._placeOfLeaf.length)) {
            throw new UltrametricError(
                "input",
                `There is no leaf ${leaf}: the hierarchy has ${this._placeOfLeaf.length}.`,
            );
        }
        return this._placeOfLeaf[leaf];
    }

    /**
     * The part that a leaf belongs to in the cut that closes the gaps of a rank below `cutRank` (see CutRankForCount).
     * Walks outward to the part's ends: as long as the part is.
     */
    public partOfLeaf(leaf: number, cutRank: number): Part {
        const { rank } = this.dendrogram;
        let start = this.placeOf(leaf);
        let end = start + 1;
        while (rank[start] < cutRank) {
            start--;
        }
        while (end < rank.length && rank[end] < cutRank) {
            end++;
        }
        return new Part(this, start, end);
    }

    /** The part that closing a gap makes. */
    public partOfGap(gap: number): Part {
        return new Part(this, this.merges.start[gap], this.merges.end[gap]);
    }

    /** The part that an interval is; null where it is none, as that of two parts which lie side by side and are never joined by themselves. */
    public partOfInterval({ start, end }: { readonly start: number; readonly end: number }): Part | null {
        for (
            let part: Part | null = new Part(this, start, start + 1);
            part && part.start >= start && part.end <= end;
            part = part.parent
        ) {
            if (part.start === start && part.end === end) {
                return part;
            }
        }
        return null;
    }

    /** The gap whose closing joins the part with another; -1 for a component. */
    public outerGap(start: number, end: number): number {
        const { rank } = this.dendrogram;
        const before = rank[start];
        const after = end < rank.length ? rank[end] : NEVER_MERGED;
        return before === NEVER_MERGED && after === NEVER_MERGED ? -1 : before < after ? start : end;
    }

    /** The last gap inside the part to close, where it splits; -1 for one leaf. */
    public innerGap(start: number, end: number): number {
        const outer = this.outerGap(start, end);
        return outer < 0
            ? this._rootGap.get(start)!
            : outer === start
              ? this.merges.right[outer]
              : this.merges.left[outer];
    }
}
