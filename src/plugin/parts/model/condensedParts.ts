import { type CondensedNode, CondenseTree } from "../../../compute/hierarchy/cut/condensedTree";
import type { LeafInterval } from "./leafInterval";
import { Part } from "./part";
import type { PartTree } from "./partTree";
import type { Selection } from "./selection";

/** Part of a node's leaves from which on it counts as selected: the rest are crumbs that a finer cut has shed. */
const WHOLE = 0.9;

/** The parts that are no crumbs, as a tree of nodes (see CondenseTree): what lists of parts show, and what unnamed parts are called after. */
export class CondensedParts {
    /** Parents before their children. */
    public readonly nodes: readonly CondensedNode[];
    /** [nodes] the nodes that each falls into: none, or two. */
    public readonly children: readonly (readonly number[])[];
    /** [nodes] number of ancestors. */
    public readonly depth: Uint16Array;
    /** Nodes without a parent. */
    public readonly roots: readonly number[];

    /**
     * @param tree of all parts
     * @param minSize leaves of the smallest part that is no crumb
     */
    public constructor(
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

    /** The part that a node is at the coarsest cut that has it. */
    public partOf(node: number): Part {
        const { start, end } = this.nodes[node];
        return new Part(this.tree, start, end);
    }

    /** The smallest node that holds an interval; -1 where none does. */
    public nodeOf(interval: LeafInterval): number {
        const holds = (node: number): boolean =>
            this.nodes[node].start <= interval.start && this.nodes[node].end >= interval.end;
        let found = -1;
        for (let next = this.roots.find(holds); next !== undefined; next = this.children[found].find(holds)) {
            found = next;
        }
        return found;
    }

    /** The node that an interval is, but for crumbs: it has more than half of the node's leaves; -1 where there is none. */
    public mainNodeOf(interval: LeafInterval): number {
        const node = this.nodeOf(interval);
        if (node < 0) {
            return -1;
        }
        const { start, end } = this.nodes[node];
        return 2 * (interval.end - interval.start) > end - start ? node : -1;
    }

    /** The largest nodes that are selected, but for crumbs; where an interval holds none, the smallest node around it. */
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
            // Where all of it lies in one of the two sides, the other is no crumb of it.
            if (within.length === 1 || shared < WHOLE * (to - from)) {
                stack.push(...within);
            } else {
                selected.add(node);
            }
        }
    }
}
