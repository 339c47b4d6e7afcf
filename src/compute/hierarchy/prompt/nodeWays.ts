import type { CartesianTree } from "../cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../cut/dendrogram";

/** A part on the way from a leaf to the root. */
export interface WayNode {
    readonly start: number;
    readonly end: number;
    /** The gap that splits it; -1 for a leaf. */
    readonly gap: number;
    /** The height of its last merge inside; 0 for a leaf. */
    readonly born: number;
    /** The height of the merge that joins it with another part; Infinity for a root. */
    readonly merged: number;
    /** The number of leaves that this merge adds; 0 for a root. */
    readonly added: number;
}

/** A merge with fewer leaves than this share of a part adds a small fragment to it. */
const SIGNIFICANT_SHARE = 0.03;

/** Walks down from the roots of a dendrogram to leaves. */
export class NodeWays {
    public constructor(
        private readonly _dendrogram: Dendrogram,
        private readonly _tree: CartesianTree,
    ) {}

    /** Returns the component that holds an order index. */
    public rootAt(orderIndex: number): WayNode {
        const { roots } = this._tree;
        let low = 0;
        for (let high = roots.length; high - low > 1; ) {
            const middle = (low + high) >> 1;
            if (roots[middle].start <= orderIndex) {
                low = middle;
            } else {
                high = middle;
            }
        }
        const { gap, start, end } = roots[low];
        return this._node(gap, start, end, Number.POSITIVE_INFINITY, 0);
    }

    /** Returns the nodes from a leaf to its root that are significantly larger than the one before, smallest first. */
    public wayTo(orderIndex: number): WayNode[] {
        return this.wayDown(this.rootAt(orderIndex), orderIndex, orderIndex).nodes;
    }

    /**
     * Walks down as long as one side of each split holds both order indices.
     *
     * @returns the nodes on the way that are significantly larger than the one before, the smallest first; and the two
     * sides of the split between the order indices, null if they are the same
     */
    public wayDown(top: WayNode, first: number, last: number): { nodes: WayNode[]; split: [WayNode, WayNode] | null } {
        const nodes: WayNode[] = [top];
        let node = top;
        for (;;) {
            const { gap } = node;
            if (gap < 0) {
                return { nodes: nodes.reverse(), split: null };
            }
            const [left, right] = this._sidesOf(node);
            if (first < gap && last >= gap) {
                return { nodes: nodes.reverse(), split: [left, right] };
            }
            node = last < gap ? left : right;
            if (node.added >= SIGNIFICANT_SHARE * (node.end - node.start)) {
                nodes.push(node);
            }
        }
    }

    /** Returns the largest nodes that a condition holds for, in the leaf order. */
    public largest(holds: (node: WayNode) => boolean): WayNode[] {
        const found: WayNode[] = [];
        const stack = this._tree.roots.map(({ gap, start, end }) => this._node(gap, start, end, Infinity, 0)).reverse();
        for (let node = stack.pop(); node; node = stack.pop()) {
            if (holds(node)) {
                found.push(node);
            } else if (node.gap >= 0) {
                stack.push(...this._sidesOf(node).reverse());
            }
        }
        return found;
    }

    private _sidesOf({ gap, start, end }: WayNode): [WayNode, WayNode] {
        const height = this._dendrogram.height[gap];
        return [
            this._node(this._tree.left[gap], start, gap, height, end - gap),
            this._node(this._tree.right[gap], gap, end, height, gap - start),
        ];
    }

    private _node(gap: number, start: number, end: number, merged: number, added: number): WayNode {
        const born = gap >= 0 && this._dendrogram.rank[gap] !== NEVER_MERGED ? this._dendrogram.height[gap] : 0;
        return { start, end, gap, born, merged, added };
    }
}
