import { type CartesianTree, CreateCartesianTree } from "../cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../cut/dendrogram";
import { LeafMoments } from "../cut/leafMoments";
import { BorderCost, ChangeCost, DIVISION_COST } from "./borderCost";
import { NodeWays, type WayNode } from "./nodeWays";
import { PromptCells } from "./promptCells";
import type { PromptCandidate, TreeAnswer, TreeMark } from "./treePrompt";

/** 1: belongs to the part that is meant; 0: does not. */
type Label = 0 | 1;

/** The cheapest borders inside a part that give each mark in it its own label, by the label at the part's outline. */
type Labeling = readonly [ofOutside: Borders, ofInside: Borders];

interface Borders {
    readonly cost: number;
    readonly nodes: readonly WayNode[];
}

/** A set that may be meant, and its cost. */
interface Scored {
    readonly candidate: PromptCandidate;
    readonly size: number;
    readonly cost: number;
}

const NONE: Borders = { cost: 0, nodes: [] };
const IMPOSSIBLE: Borders = { cost: Number.POSITIVE_INFINITY, nodes: [] };

/** Parts with at least this share of their leaves in a box are inside. */
const INSIDE_BOX = 0.8;
/** The cost of a set that shares nothing with a box. */
const BOX_COST = 12;
/** The cost of e times as many parts together. */
const UNION_COST = 1.5;

/** An alternative has at least this many times the leaves of the next smaller one. */
const LEAST_GROWTH = 1.15;
/** The alternative is the best one up to this many times the leaves. */
const MOST_GROWTH = 3;

/**
 * Answers clicks from the tree of parts alone. A click that the present answer has wrong is in a part at every level,
 * from its leaf to the root. One of these parts changes: all of it is added or taken away, apart from what other clicks
 * in it say. The change that costs least is taken: borders around things of their own are cheap, and clicks are in the
 * middle of what they change.
 */
export class PromptTree {
    private readonly _ways: NodeWays;
    private readonly _moments: LeafMoments;
    private readonly _cells: PromptCells;

    /**
     * @param positions [n, 3] of the leaves
     * @param _tree the Cartesian tree of the dendrogram's ranks, if it exists already
     */
    public constructor(
        private readonly _dendrogram: Dendrogram,
        private readonly _positions: Float32Array,
        private readonly _tree: CartesianTree = CreateCartesianTree(_dendrogram.rank),
    ) {
        this._ways = new NodeWays(_dendrogram, _tree);
        this._moments = new LeafMoments(_dendrogram.order, _positions);
        this._cells = new PromptCells(_dendrogram, _positions, this._ways, this._moments);
    }

    /**
     * Returns the sets that may be meant after one more mark.
     *
     * @param previous the set that was meant before; null for none
     * @param marks those before, of other leaves
     */
    public answer(previous: PromptCandidate | null, marks: readonly TreeMark[], mark: TreeMark): TreeAnswer {
        const before = previous?.borders ?? [];
        const label: Label = mark.isPositive ? 1 : 0;
        if (previous && isInside(before, mark.orderIndex) === label) {
            return { candidates: [previous], best: 0 };
        }
        const way = this._ways.wayTo(mark.orderIndex);
        const sorted = [...marks, mark].sort((a, b) => a.orderIndex - b.orderIndex);
        const scored = way
            .map((node) => this._change(before, node, label, sorted, mark))
            .concat(before.length > 0 ? this._divisions(before, way, label, sorted, mark) : [])
            .filter(({ size }) => size > 0)
            .sort((a, b) => a.size - b.size);
        return createLadder(scored);
    }

    /**
     * Returns the sets that a box around the part may mean: parts that are mostly inside, by how much they share with
     * it, and all such parts together.
     *
     * @param inside the order indices in the box, at least one
     */
    public answerBox(inside: Uint32Array): TreeAnswer {
        const { rank, leafCount } = this._dendrogram;
        const before = new Uint32Array(leafCount + 1);
        for (const orderIndex of inside) {
            before[orderIndex + 1] = 1;
        }
        for (let i = 0; i < leafCount; i++) {
            before[i + 1] += before[i];
        }
        const total = before[leafCount];
        const overlap = ({ start, end }: { start: number; end: number }): number => {
            const both = before[end] - before[start];
            return both / (end - start + total - both);
        };
        let best = { start: inside[0], end: inside[0] + 1 };
        let bestOverlap = overlap(best);
        for (let gap = 0; gap < leafCount; gap++) {
            const node = { start: this._tree.start[gap], end: this._tree.end[gap] };
            if (rank[gap] !== NEVER_MERGED && overlap(node) > bestOverlap) {
                best = node;
                bestOverlap = overlap(node);
            }
        }
        const first = inside.find((orderIndex) => orderIndex >= best.start && orderIndex < best.end)!;
        const nodes = this._ways.wayTo(first).map((node) => [node]);
        const together = this._ways.largest(
            ({ start, end }) => before[end] - before[start] >= INSIDE_BOX * (end - start),
        );
        const scored = (together.length > 1 ? [...nodes, together] : nodes).map((borders) => {
            const intervals = insideOf(borders);
            const size = sizeOf(intervals);
            const both = intervals.reduce((sum, { start, end }) => sum + before[end] - before[start], 0);
            const cost = BOX_COST * (1 - both / (size + total - both)) + UNION_COST * Math.log(borders.length);
            return { candidate: { intervals, borders, confidence: 0 }, size, cost };
        });
        return createLadder(scored.sort((a, b) => a.size - b.size));
    }

    /** Gives the leaves of a node a label, apart from what the marks in it say. */
    private _change(
        before: readonly WayNode[],
        node: WayNode,
        label: Label,
        marks: readonly TreeMark[],
        mark: TreeMark,
    ): Scored {
        const within = marks.filter(({ orderIndex }) => orderIndex >= node.start && orderIndex < node.end);
        const inner = this._label(node, within)[label];
        const outside = before.filter(({ start, end }) => start < node.start || end > node.end);
        const changed = before.filter((border) => !outside.includes(border));
        const around: Label = isInside(outside, node.start);
        const borders = [...outside, ...(around === label ? [] : [node]), ...inner.nodes];
        const intervals = insideOf(borders);
        const size = sizeOf(intervals);
        // The leaves that change: those whose labels before and after differ.
        const difference = insideOf([...changed, ...borders.slice(outside.length)]);
        const cost = this._costOf(borders) + this._changeCost(size, difference, mark, before.length === 0);
        return { candidate: { intervals, borders, confidence: 0 }, size, cost };
    }

    /** Gives the cells of a node that are nearer to the mark than to marks with the other label its label. */
    private _divisions(
        before: readonly WayNode[],
        way: readonly WayNode[],
        label: Label,
        marks: readonly TreeMark[],
        mark: TreeMark,
    ): Scored[] {
        const others = marks.filter(({ isPositive }) => isPositive !== mark.isPositive);
        if (others.length === 0) {
            return [];
        }
        const { nodes } = this._cells;
        const own = this._cells.distances([mark]);
        const other = this._cells.distances(others);
        const near = nodes.filter((_, cell) => own[cell] < other[cell]);
        const results: Scored[] = [];
        let last = 0;
        for (const node of way) {
            const within = near.filter(({ start, end }) => start >= node.start && end <= node.end);
            const holdsOther = others.some(({ orderIndex }) => orderIndex >= node.start && orderIndex < node.end);
            if (!holdsOther || within.length === last) {
                continue;
            }
            last = within.length;
            const taken = new Set(within);
            const outside = before.filter(({ start, end }) => {
                const cell = nodes[this._cells.cellOf(start)];
                return !taken.has(cell) || end > cell.end || start < cell.start;
            });
            const flipped = within.filter(({ start }) => isInside(outside, start) !== label);
            const borders = [...outside, ...flipped];
            const areRight = marks.every(({ orderIndex, isPositive }) => {
                return isInside(borders, orderIndex) === (isPositive ? 1 : 0);
            });
            if (!areRight) {
                continue;
            }
            const intervals = insideOf(borders);
            const difference = insideOf([...before, ...borders]);
            const size = sizeOf(intervals);
            const cost = DIVISION_COST + this._costOf(before) + this._changeCost(size, difference, mark, false);
            results.push({ candidate: { intervals, borders, confidence: 0 }, size, cost });
        }
        return results;
    }

    /** @param difference the leaves that a mark changes */
    private _changeCost(
        size: number,
        difference: PromptCandidate["intervals"],
        { orderIndex }: TreeMark,
        isFirst: boolean,
    ): number {
        const { leafCount } = this._dendrogram;
        const changedShare = sizeOf(difference) / leafCount;
        return ChangeCost({
            share: size / leafCount,
            changedShare,
            distance: this._centrality(orderIndex, difference),
            depth: this._cells.depthOf(orderIndex, difference),
            isFirst,
        });
    }

    /** Returns the cost of borders; those of cells follow from marks and cost nothing. */
    private _costOf(borders: readonly WayNode[]): number {
        const cells = this._cells.own;
        return borders.reduce((sum, border) => (cells.has(border) ? sum : sum + BorderCost(border)), 0);
    }

    /** Returns the distance of a leaf from the centroid of others, in units of their spread. */
    private _centrality(orderIndex: number, intervals: PromptCandidate["intervals"]): number {
        if (sizeOf(intervals) < 2) {
            return 0;
        }
        const { x, y, z, variance } = this._moments.spreadOf(intervals);
        const p = 3 * this._dendrogram.order[orderIndex];
        const distance = Math.hypot(this._positions[p] - x, this._positions[p + 1] - y, this._positions[p + 2] - z);
        return variance > 0 ? distance / Math.sqrt(variance) : 0;
    }

    /** @param marks ascending, at least one, all within the node */
    private _label(top: WayNode, marks: readonly TreeMark[]): Labeling {
        if (marks.every(({ isPositive }) => isPositive === marks[0].isPositive)) {
            const own = marks[0].isPositive ? 1 : 0;
            // Without other marks there is no need for a border, if the outline has the label of the marks.
            const border = this._cheapestBorder(top, marks, NONE);
            return own === 1 ? [border, NONE] : [NONE, border];
        }
        const { split } = this._ways.wayDown(top, marks[0].orderIndex, marks[marks.length - 1].orderIndex);
        const count = marks.findIndex(({ orderIndex }) => orderIndex >= split![1].start);
        const left = this._label(split![0], marks.slice(0, count));
        const right = this._label(split![1], marks.slice(count));
        const lower = ([0, 1] as const).map((label) => ({
            cost: left[label].cost + right[label].cost,
            nodes: [...left[label].nodes, ...right[label].nodes],
        }));
        return ([0, 1] as const).map((label) => {
            const other = this._cheapestBorder(top, marks, lower[1 - label]);
            return other.cost < lower[label].cost ? other : lower[label];
        }) as unknown as Labeling;
    }

    private _cheapestBorder(top: WayNode, marks: readonly TreeMark[], inner: Borders): Borders {
        const { nodes } = this._ways.wayDown(top, marks[0].orderIndex, marks[marks.length - 1].orderIndex);
        let best = IMPOSSIBLE;
        for (const node of nodes) {
            const cost = BorderCost(node) + inner.cost;
            best = cost < best.cost ? { cost, nodes: [node, ...inner.nodes] } : best;
        }
        return best;
    }
}

/** Returns the answers in the order of their sizes, apart from those that hardly differ from better ones. */
function createLadder(sets: readonly Scored[]): TreeAnswer {
    if (sets.length === 0) {
        return { candidates: [], best: 0 };
    }
    const best = sets.reduce((least, { cost }, i) => (cost < sets[least].cost ? i : least), 0);
    const rungs = [best];
    for (const direction of [-1, 1]) {
        for (let next = nextRung(sets, best, direction); next >= 0; next = nextRung(sets, next, direction)) {
            rungs.push(next);
        }
    }
    rungs.sort((a, b) => a - b);
    const total = sets.reduce((sum, { cost }) => sum + Math.exp(sets[best].cost - cost), 0);
    return {
        candidates: rungs.map((i) => ({
            ...sets[i].candidate,
            confidence: Math.exp(sets[best].cost - sets[i].cost) / total,
        })),
        best: rungs.indexOf(best),
    };
}

/** Returns the index of the next set that is notably smaller or larger; -1 for none. */
function nextRung(sets: readonly Scored[], at: number, step: number): number {
    let best = -1;
    for (let i = at + step; i >= 0 && i < sets.length; i += step) {
        const growth = step > 0 ? sets[i].size / sets[at].size : sets[at].size / sets[i].size;
        if (growth > MOST_GROWTH && best >= 0) {
            break;
        }
        if (growth >= LEAST_GROWTH && (best < 0 || sets[i].cost < sets[best].cost)) {
            best = i;
        }
    }
    return best;
}

/** Returns 1 for an order index inside an odd number of nodes. */
function isInside(nodes: readonly WayNode[], orderIndex: number): Label {
    return (nodes.filter(({ start, end }) => start <= orderIndex && orderIndex < end).length % 2) as Label;
}

/** Returns the leaves inside an odd number of nested intervals. */
function insideOf(nodes: readonly WayNode[]): { start: number; end: number }[] {
    const ends = nodes.flatMap(({ start, end }) => [start, end]).sort((a, b) => a - b);
    const intervals: { start: number; end: number }[] = [];
    for (let i = 0; i < ends.length; i += 2) {
        const previous = intervals[intervals.length - 1];
        if (previous?.end === ends[i]) {
            previous.end = ends[i + 1];
        } else if (ends[i] < ends[i + 1]) {
            intervals.push({ start: ends[i], end: ends[i + 1] });
        }
    }
    return intervals;
}

function sizeOf(intervals: PromptCandidate["intervals"]): number {
    return intervals.reduce((sum, { start, end }) => sum + end - start, 0);
}
