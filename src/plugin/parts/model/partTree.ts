import { UltrametricError } from "../../../compute/base/ultrametricError";
import { type CartesianTree, CreateCartesianTree } from "../../../compute/hierarchy/cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import type { LeafInterval } from "./leafInterval";
import { Part, type PartActions, type PartContext } from "./part";

/** The parts of a dendrogram at all granularities. Parts are created on request; each step takes constant time. */
export class PartTree implements PartContext {
    /** @internal The merges as a tree. */
    public readonly merges: CartesianTree;
    /** [n] the order index of each leaf. */
    private readonly _orderIndexOfLeaf: Uint32Array;
    /** The gap that splits each component, by the component's first order index. */
    private readonly _gapOfRoot = new Map<number, number>();

    /**
     * @param _actions returns the actions of the parts; null if the parts are not shown. Default null
     * @param merges the Cartesian tree of the dendrogram's ranks, if it exists already
     */
    public constructor(
        /** The hierarchy that the dendrogram belongs to. */
        public readonly hierarchy: SegmentationHierarchy,
        /** The dendrogram whose intervals are the parts. */
        public readonly dendrogram: Dendrogram,
        private readonly _actions: (() => PartActions) | null = null,
        merges: CartesianTree = CreateCartesianTree(dendrogram.rank),
    ) {
        this.merges = merges;
        for (const { gap, start } of this.merges.roots) {
            this._gapOfRoot.set(start, gap);
        }
        this._orderIndexOfLeaf = new Uint32Array(dendrogram.leafCount);
        for (let orderIndex = 0; orderIndex < dendrogram.leafCount; orderIndex++) {
            this._orderIndexOfLeaf[dendrogram.order[orderIndex]] = orderIndex;
        }
    }

    /** @internal The actions of the parts; null if the parts are not shown. */
    public get actions(): PartActions | null {
        return this._actions?.() ?? null;
    }

    /** The components: the parts that no merge joins. */
    public get roots(): Part[] {
        return this.merges.roots.map(({ start, end }) => new Part(this, start, end));
    }

    /** Returns the order index of a leaf. @throws UltrametricError "input" if there is no such leaf */
    public orderIndexOf(leaf: number): number {
        const { leafCount } = this.dendrogram;
        if (!(Number.isInteger(leaf) && leaf >= 0 && leaf < leafCount)) {
            throw new UltrametricError("input", `There is no leaf ${leaf}; the hierarchy has ${leafCount} leaves.`);
        }
        return this._orderIndexOfLeaf[leaf];
    }

    /**
     * Returns the part that holds a leaf at a cut rank (see CutRankForCount). The time is proportional to the size of
     * the part.
     */
    public partOfLeaf(leaf: number, cutRank: number): Part {
        const { rank } = this.dendrogram;
        let start = this.orderIndexOf(leaf);
        let end = start + 1;
        while (rank[start] < cutRank) {
            start--;
        }
        while (end < rank.length && rank[end] < cutRank) {
            end++;
        }
        return new Part(this, start, end);
    }

    /** Returns the part that closing a gap makes. */
    public partOfGap(gap: number): Part {
        return new Part(this, this.merges.start[gap], this.merges.end[gap]);
    }

    /** Returns the part with exactly the leaves of an interval; null if there is none. */
    public partOfInterval({ start, end }: LeafInterval): Part | null {
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

    /** @internal Returns the gap whose closing merges a part with another; -1 for a component. */
    public outerGap({ start, end }: LeafInterval): number {
        const { rank } = this.dendrogram;
        const before = rank[start];
        const after = end < rank.length ? rank[end] : NEVER_MERGED;
        return before === NEVER_MERGED && after === NEVER_MERGED ? -1 : before < after ? start : end;
    }

    /** @internal Returns the last gap inside a part that closes; -1 for a single leaf. */
    public innerGap(part: LeafInterval): number {
        const outer = this.outerGap(part);
        return outer < 0
            ? this._gapOfRoot.get(part.start)!
            : outer === part.start
              ? this.merges.right[outer]
              : this.merges.left[outer];
    }
}
