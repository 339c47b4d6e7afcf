import type { Dendrogram } from "../cut/dendrogram";
import type { LeafMoments } from "../cut/leafMoments";
import { CellGraph } from "./cellGraph";
import type { NodeWays, WayNode } from "./nodeWays";
import type { TreeMark } from "./treePrompt";

/** The largest cells have this share of all leaves. */
const CELL_SHARE = 1 / 1500;

/** The growth of a distance with the height at which both ends merge: e to this at height 1. */
const MERGED_WEIGHT = 1.5;
/** The largest height that counts. */
const HIGHEST = 1.1;

/** Small parts that cover all leaves. Where the tree has no border between marks, each cell goes to the nearest one. */
export class PromptCells {
    /** The cells, in the leaf order. */
    public readonly nodes: readonly WayNode[];
    /** The same as a set. */
    public readonly own: ReadonlySet<WayNode>;
    /** [cells, 3] */
    private readonly _centers: Float32Array;
    private readonly _graph: CellGraph;
    private readonly _inside: Uint8Array;

    public constructor(
        private readonly _dendrogram: Dendrogram,
        private readonly _positions: Float32Array,
        ways: NodeWays,
        moments: LeafMoments,
    ) {
        const most = Math.max(1, CELL_SHARE * _dendrogram.leafCount);
        // Copies: the same nodes on the way to a leaf are not cells.
        this.nodes = ways.largest(({ start, end }) => end - start <= most).map((node) => ({ ...node }));
        this.own = new Set(this.nodes);
        this._centers = new Float32Array(3 * this.nodes.length);
        this.nodes.forEach((node, cell) => {
            const { x, y, z } = moments.spreadOf([node]);
            this._centers.set([x, y, z], 3 * cell);
        });
        this._graph = new CellGraph(this._centers);
        this._inside = new Uint8Array(this.nodes.length);
    }

    /**
     * Returns the depth of an order index in a set of leaves, see {@link CellGraph.depthOf}. Cells count by the side that
     * most of their leaves are on.
     */
    public depthOf(orderIndex: number, intervals: readonly { readonly start: number; readonly end: number }[]): number {
        const inside = this._inside.fill(0);
        for (const { start, end } of intervals) {
            for (let cell = this.cellOf(start); cell < this.nodes.length && this.nodes[cell].start < end; cell++) {
                const node = this.nodes[cell];
                const shared = Math.min(end, node.end) - Math.max(start, node.start);
                if (2 * shared > node.end - node.start) {
                    inside[cell] = 1;
                }
            }
        }
        const own = this.cellOf(orderIndex);
        return inside[own] === 1 ? this._graph.depthOf(own, inside) : 1;
    }

    /** Returns the [cells] distance of each cell from the nearest of some marks. */
    public distances(marks: readonly TreeMark[]): Float64Array {
        const nearest = new Float64Array(this.nodes.length).fill(Number.POSITIVE_INFINITY);
        for (const { orderIndex } of marks) {
            const own = this.cellOf(orderIndex);
            this._visit(nearest, orderIndex, own, 1);
            this._visit(nearest, orderIndex, own, -1);
        }
        return nearest;
    }

    /** Returns the cell of an order index. */
    public cellOf(orderIndex: number): number {
        let low = 0;
        for (let high = this.nodes.length; high - low > 1; ) {
            const middle = (low + high) >> 1;
            if (this.nodes[middle].start <= orderIndex) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Visits the cells on one side of a mark, whose distance grows with the height at which they merge with it. */
    private _visit(nearest: Float64Array, orderIndex: number, from: number, step: number): void {
        const { height, order } = this._dendrogram;
        const p = 3 * order[orderIndex];
        const [x, y, z] = this._positions.subarray(p, p + 3);
        let merged = 0;
        for (let cell = from; cell >= 0 && cell < this.nodes.length; cell += step) {
            if (cell !== from) {
                merged = Math.max(
                    merged,
                    Math.min(HIGHEST, height[step > 0 ? this.nodes[cell].start : this.nodes[cell].end]),
                );
            }
            const c = 3 * cell;
            const distance = Math.hypot(this._centers[c] - x, this._centers[c + 1] - y, this._centers[c + 2] - z);
            nearest[cell] = Math.min(nearest[cell], distance * Math.exp(MERGED_WEIGHT * merged));
        }
    }
}
