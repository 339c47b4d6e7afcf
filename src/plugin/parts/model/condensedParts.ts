import { type CondensedNode, CondenseTree } from "../../../compute/hierarchy/cut/condensedTree";
import type { LeafInterval } from "./leafInterval";
import { Part } from "./part";
import { NumberParts } from "./partNumbers";
import type { PartTree } from "./partTree";
import type { Selection } from "./selection";

/** The share of a node's leaves from which it counts as selected; the rest are small fragments of a finer cut. */
const SELECTED_SHARE = 0.9;

/** The parts without small fragments, as a tree of nodes, see CondenseTree. It is the tree of lists and of names. */
export class CondensedParts {
    /** All nodes, parents before their children. */
    public readonly nodes: readonly CondensedNode[];
    /** [nodes] the nodes that each node splits into: none, or two. */
    public readonly children: readonly (readonly number[])[];
    /** [nodes] the number of ancestors. */
    public readonly depth: Uint16Array;
    /** The nodes without a parent. */
    public readonly roots: readonly number[];
    private _numbers: Uint32Array | null = null;

    /**
     * @param minSize the number of leaves from which a part is not a small fragment
     */
    public constructor(
        /** The tree of all parts. */
        public readonly tree: PartTree,
        minSize: number,
    ) {
        this.nodes = CondenseTree(tree.dendrogram, minSize, tree.merges);
        this.depth = new Uint16Array(this.nodes.length);
        const roots: number[] = [];
        const children: number[][] = this.nodes.map(() => []);
        this.nodes.forEach(({ parent }, node) => {
            if (parent < 0) {
                roots.push(node);
            } else {
                children[parent].push(node);
                this.depth[node] = this.depth[parent] + 1;
            }
        });
        this.roots = roots;
        this.children = children;
    }

    /** [nodes] the numbers that names are made from, see NumberParts. */
    public get numbers(): Uint32Array {
        this._numbers ??= NumberParts(this.nodes, this.children, this.roots);
        return this._numbers;
    }

    /** Returns the part of a node at the coarsest cut that has it. */
    public partOf(node: number): Part {
        const { start, end } = this.nodes[node];
        return new Part(this.tree, start, end);
    }

    /** Returns the smallest node that contains an interval; -1 if none does. */
    public nodeOf(interval: LeafInterval): number {
        const holds = (node: number): boolean =>
            this.nodes[node].start <= interval.start && this.nodes[node].end >= interval.end;
        let found = -1;
        for (let next = this.roots.find(holds); next !== undefined; next = this.children[found].find(holds)) {
            found = next;
        }
        return found;
    }

    /** Returns the smallest node around an interval if the interval has more than half of its leaves; -1 otherwise. */
    public mainNodeOf(interval: LeafInterval): number {
        const node = this.nodeOf(interval);
        if (node < 0) {
            return -1;
        }
        const { start, end } = this.nodes[node];
        return 2 * (interval.end - interval.start) > end - start ? node : -1;
    }

    /**
     * Returns the largest nodes that are selected, apart from small fragments. An interval that holds no node selects
     * the smallest node around it.
     */
    public selectedNodes(selection: Pick<Selection, "intervals">): Set<number> {
        const selected = new Set<number>();
        for (const interval of selection.intervals) {
            const before = selected.size;
            this._collect(this.roots, interval, selected);
            if (selected.size === before) {
                const around = this.nodeOf(interval);
                if (around >= 0) {
                    selected.add(around);
                }
            }
        }
        return selected;
    }

    private _collect(nodes: readonly number[], { start, end }: LeafInterval, selected: Set<number>): void {
        const stack = [...nodes];
        for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
            const { start: from, end: to } = this.nodes[node];
            const shared = Math.min(end, to) - Math.max(start, from);
            if (shared <= 0) {
                continue;
            }
            const within = this.children[node].filter(
                (child) => this.nodes[child].start < end && this.nodes[child].end > start,
            );
            // If the interval reaches into one child only, the other child is not a small fragment of the selection.
            if (within.length === 1 || shared < SELECTED_SHARE * (to - from)) {
                stack.push(...within);
            } else {
                selected.add(node);
            }
        }
    }
}
