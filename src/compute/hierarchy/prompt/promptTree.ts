import { type CartesianTree, CreateCartesianTree } from "../cut/cartesianTree";
import type { Dendrogram } from "../cut/dendrogram";
import { type BorderContext, BorderCost } from "./borderCost";
import { NodeWays, type WayNode } from "./nodeWays";
import type { TreeAnswer, TreeMark, TreePrompt } from "./treePrompt";

/** The way up from a mark, or from where the ways of several meet, to where it meets another one. */
interface Segment {
    /** The nodes that hold the same marks, the smallest first; at least one. */
    readonly nodes: readonly WayNode[];
    /** [nodes] the cost of a border around each. */
    readonly costs: readonly number[];
    /** The segments that meet at its lower end; none at a mark. */
    readonly below: readonly Segment[];
    /** The label at its lower end, by the label at its upper end. */
    readonly lower: readonly [ofOutside: Label, ofInside: Label];
    /** The least cost of it and all below, by the label at its upper end. */
    readonly cost: readonly [ofOutside: number, ofInside: number];
    /** The index of the node with the cheapest border. */
    readonly cheapest: number;
}

/** 1: belongs to the part that is meant; 0: does not. */
type Label = 0 | 1;

/** A border of an answer: the label of its node's leaves differs from that around it. */
interface Border {
    readonly segment: Segment;
    readonly node: number;
}

/** The number of marks up to which all of them are weighed; strokes have more. */
const MOST_MARKS = 256;
/** An alternative has at least this many times the leaves of the next smaller one. */
const LEAST_GROWTH = 1.15;
/** The alternative is the best one up to this many times the leaves. */
const MOST_GROWTH = 3;

/**
 * Answers clicks from the tree of parts alone. Each click lies in a part at every level. The answer labels the ways
 * from the clicks to the root so that each click has its own label, the root is outside, and the borders between the
 * labels cost least: a border around a part costs little if the part is a thing of its own (see BorderCost). This is
 * exact dynamic programming over the ways; the time does not depend on the number of leaves but for a box.
 */
export class PromptTree {
    private readonly _ways: NodeWays;
    private readonly _cost: BorderCost;

    /**
     * @param positions [n, 3] of the leaves
     * @param tree the Cartesian tree of the dendrogram's ranks, if it exists already
     */
    public constructor(
        dendrogram: Dendrogram,
        positions: Float32Array,
        tree: CartesianTree = CreateCartesianTree(dendrogram.rank),
    ) {
        this._ways = new NodeWays(dendrogram, tree);
        this._cost = new BorderCost(dendrogram, positions, this._ways);
    }

    /** Returns the sets that may be meant; none if no mark is positive and there is no box. */
    public answer(prompt: TreePrompt): TreeAnswer {
        const context = this._cost.contextOf(prompt);
        const marks = thin(context.marks).sort((a, b) => a.orderIndex - b.orderIndex);
        if (!marks.some(({ isPositive }) => isPositive)) {
            return { candidates: [], best: 0 };
        }
        const borders: Border[] = [];
        for (let lo = 0, hi = 0; lo < marks.length; lo = hi) {
            const root = this._ways.rootAt(marks[lo].orderIndex);
            for (hi = lo + 1; hi < marks.length && marks[hi].orderIndex < root.end; ) {
                hi++;
            }
            collectBorders(this._segment(root, marks.slice(lo, hi), context), 0, borders);
        }
        return createLadder(borders, context);
    }

    /** @param marks ascending, at least one, all within the top node */
    private _segment(top: WayNode, marks: readonly TreeMark[], context: BorderContext): Segment {
        const first = marks[0].orderIndex;
        const last = marks[marks.length - 1].orderIndex;
        const { nodes, split } = this._ways.waysDown(top, first, last);
        const below: Segment[] = [];
        if (split) {
            const count = marks.findIndex(({ orderIndex }) => orderIndex >= split[1].start);
            below.push(this._segment(split[0], marks.slice(0, count), context));
            below.push(this._segment(split[1], marks.slice(count), context));
        }
        const own: Label = marks[0].isPositive ? 1 : 0;
        const lowerCost = (label: Label): number =>
            split ? below[0].cost[label] + below[1].cost[label] : label === own ? 0 : Number.POSITIVE_INFINITY;
        const costs = nodes.map((node) => this._cost.of(node, marks, context));
        const cheapest = costs.indexOf(Math.min(...costs));
        const [outside, inside] = [lowerCost(0), lowerCost(1)];
        const border = costs[cheapest];
        return {
            nodes,
            costs,
            below,
            lower: [outside <= inside + border ? 0 : 1, inside <= outside + border ? 1 : 0],
            cost: [Math.min(outside, inside + border), Math.min(inside, outside + border)],
            cheapest,
        };
    }
}

function collectBorders(segment: Segment, upper: Label, borders: Border[]): void {
    const lower = segment.lower[upper];
    if (lower !== upper) {
        borders.push({ segment, node: segment.cheapest });
    }
    for (const below of segment.below) {
        collectBorders(below, lower, borders);
    }
}

/** Returns the answer with all borders, and those with another border around the last mark. */
function createLadder(borders: readonly Border[], { marks }: BorderContext): TreeAnswer {
    const last = marks[marks.length - 1].orderIndex;
    // Borders are listed from the outside to the inside.
    const decisive = borders.findLast(({ segment: { nodes }, node }) => {
        return nodes[node].start <= last && last < nodes[node].end;
    });
    const others = borders.filter((border) => border !== decisive).map(({ segment, node }) => segment.nodes[node]);
    if (!decisive) {
        return { candidates: [{ intervals: insideOf(others), confidence: 0.5 }], best: 0 };
    }
    const { nodes, costs } = decisive.segment;
    const sets = nodes
        .map((node, i) => {
            const intervals = insideOf([...others, node]);
            return { intervals, size: sizeOf(intervals), cost: costs[i], isBest: i === decisive.node };
        })
        .filter(({ size }) => size > 0)
        .sort((a, b) => a.size - b.size);
    const best = sets.findIndex(({ isBest }) => isBest);
    const rungs = [best];
    for (const direction of [-1, 1]) {
        for (let at = best, next = best; next >= 0; at = next) {
            next = nextRung(sets, at, direction);
            if (next >= 0) {
                rungs.push(next);
            }
        }
    }
    rungs.sort((a, b) => a - b);
    const total = sets.reduce((sum, { cost }) => sum + Math.exp(-cost), 0);
    return {
        candidates: rungs.map((i) => ({
            intervals: sets[i].intervals,
            confidence: Math.exp(-sets[i].cost) / total,
        })),
        best: rungs.indexOf(best),
    };
}

/** Returns the index of the next set that is notably smaller or larger; -1 for none. */
function nextRung(sets: readonly { readonly size: number; readonly cost: number }[], at: number, step: number): number {
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

function sizeOf(intervals: readonly { readonly start: number; readonly end: number }[]): number {
    return intervals.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Returns evenly chosen marks if there are many; the last one stays. */
function thin(marks: readonly TreeMark[]): TreeMark[] {
    const step = Math.max(1, marks.length / MOST_MARKS);
    const count = Math.min(marks.length, MOST_MARKS);
    return Array.from({ length: count }, (_, i) => marks[marks.length - 1 - Math.floor(i * step)]);
}
