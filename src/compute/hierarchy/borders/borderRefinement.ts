import type { EdgeList } from "../../algorithms/edgeList";
import { FindIncidentEdges, type IncidentEdges } from "../../algorithms/incidentEdges";
import type { MergeList } from "../../algorithms/mergeList";
import { MinimumCut } from "../../algorithms/minimumCut";
import { NEVER_MERGED } from "../cut/dendrogram";
import { MergeRanks } from "./mergeRanks";

/** Options of {@link RefineBorders}. */
export interface BorderOptions {
    /**
     * The largest shift of a border to either side, in radii of a mean superpoint, and at most four edges. Default 2; 0
     * turns the refinement off.
     */
    readonly width: number;
    /**
     * The exponent of an edge's cost: the weight of a smooth surface of one color over the edge's own weight, to this
     * power, so that borders along creases, color steps and mask edges cost less. Default 2; 0 for the shortest
     * borders.
     */
    readonly contrast: number;
    /** The cost of moving a border by its width, relative to its length. Default 0.05. */
    readonly inertia: number;
    /** The largest number of parts of the cuts whose borders are refined. Default 50. */
    readonly parts: number;
}

/** The defaults of {@link BorderOptions}. */
export const DEFAULT_BORDER_OPTIONS: BorderOptions = { width: 2, contrast: 2, inertia: 0.05, parts: 50 };

/**
 * Moves the borders of parts to where they are shorter or follow creases. From the last merge down, the border between
 * the two sides of a merge becomes the minimum cut of the graph in a narrow band around it. A vertex that changes sides
 * joins the neighboring region there, so that parts stay unions of regions at every granularity. Regions may become
 * empty, or fall into pieces.
 *
 * @param region [n] region of each vertex
 * @param merges the merges of the regions
 * @param edges the pairs of neighboring vertices
 * @param costs returns the cost of separating the two ends of an edge, relative to a smooth surface: 0..1
 * @param steps the largest shift of a border to either side, in edges
 * @returns [n] the new region of each vertex
 */
export function RefineBorders(
    region: Uint32Array,
    merges: MergeList,
    edges: EdgeList,
    costs: (edge: number) => number,
    steps: number,
    { inertia, parts }: Pick<BorderOptions, "inertia" | "parts">,
): Uint32Array {
    return new BorderRefinement(region.slice(), merges, edges, costs, steps, inertia).run(parts);
}

/** Marks vertices outside the band of the current border. */
const OUTSIDE = -1;

/** The state of one refinement: the regions of the vertices, and the band of the current border. */
class BorderRefinement {
    private readonly _ranks: MergeRanks;
    private readonly _incident: IncidentEdges;
    private readonly _cut = new MinimumCut();
    /** [merges] the edges that cross the border of each merge, or once did. */
    private readonly _crossing: number[][];
    /** [n] index of each vertex in the band, or OUTSIDE. */
    private readonly _slot: Int32Array;
    /** The vertices near the current border, by their distance from it, which is in edges. */
    private _band: number[] = [];
    private _distance: number[] = [];

    public constructor(
        private readonly _region: Uint32Array,
        merges: MergeList,
        private readonly _edges: EdgeList,
        private readonly _costs: (edge: number) => number,
        private readonly _steps: number,
        private readonly _inertia: number,
    ) {
        this._ranks = new MergeRanks(merges);
        this._incident = FindIncidentEdges(_edges);
        this._crossing = this._ranks.merges.map(() => []);
        this._slot = new Int32Array(_region.length).fill(OUTSIDE);
    }

    public run(parts: number): Uint32Array {
        const last = this._crossing.length - 1;
        const lowest = Math.max(0, last + 2 - parts);
        for (let e = 0; e < this._edges.from.length; e++) {
            this._addCrossing(e, lowest);
        }
        for (let merge = last; merge >= lowest; merge--) {
            this._refine(merge, lowest);
            this._crossing[merge] = [];
        }
        return this._region;
    }

    private _mergeOf(edge: number): number {
        const a = this._region[this._edges.from[edge]];
        const b = this._region[this._edges.to[edge]];
        return a === b ? NEVER_MERGED : this._ranks.between(a, b);
    }

    private _addCrossing(edge: number, lowest: number): void {
        const merge = this._mergeOf(edge);
        if (merge !== NEVER_MERGED && merge >= lowest) {
            this._crossing[merge].push(edge);
        }
    }

    private _refine(merge: number, lowest: number): void {
        const { from, to } = this._edges;
        const { orderIndexOf } = this._ranks;
        const { start, middle, end } = this._ranks.merges[merge];
        const crossing = this._crossing[merge].filter((e) => this._mergeOf(e) === merge);
        this._findBand(crossing, start, middle);
        const firstCount = this._band.length;
        this._findBand(crossing, middle, end);
        const movable = this._band;
        const cut = this._cut;
        cut.reset(movable.length);
        for (let i = 0; i < movable.length; i++) {
            const vertex = movable[i];
            const own = i < firstCount ? 1 : -1;
            for (let s = this._incident.start[vertex]; s < this._incident.start[vertex + 1]; s++) {
                const e = this._incident.edges[s];
                const other = from[e] === vertex ? to[e] : from[e];
                const j = this._slot[other];
                if (j > i) {
                    cut.addEdge(i, j, this._costs(e));
                } else if (j === OUTSIDE) {
                    const index = orderIndexOf[this._region[other]];
                    if (index >= start && index < end) {
                        cut.addTerminal(i, index < middle ? this._costs(e) : -this._costs(e));
                    }
                }
            }
            const degree = this._incident.start[vertex + 1] - this._incident.start[vertex];
            cut.addTerminal(i, (own * this._inertia * degree * (this._distance[i] + 1)) / this._steps);
        }
        cut.run();
        const moved: number[] = [];
        for (let i = 0; i < movable.length; i++) {
            if (cut.isSink(i) === i < firstCount) {
                moved.push(movable[i]);
            }
        }
        this._relabel(moved, start, middle, end, lowest);
        for (const vertex of movable) {
            this._slot[vertex] = OUTSIDE;
        }
        this._band = [];
        this._distance = [];
    }

    /** Appends the vertices of one side that may leave it: those within `_steps`, or the outer half of a thin side. */
    private _findBand(crossing: readonly number[], start: number, end: number): void {
        const { from, to } = this._edges;
        const { _band: band, _distance: distances } = this;
        const first = band.length;
        for (const e of crossing) {
            for (const vertex of [from[e], to[e]]) {
                if (this._isFree(vertex, start, end)) {
                    this._enter(vertex, 0);
                }
            }
        }
        let isThick = false;
        for (let i = first; i < band.length; i++) {
            const vertex = band[i];
            const distance = distances[i] + 1;
            for (let s = this._incident.start[vertex]; s < this._incident.start[vertex + 1]; s++) {
                const e = this._incident.edges[s];
                const other = from[e] === vertex ? to[e] : from[e];
                if (this._isFree(other, start, end)) {
                    if (distance === this._steps) {
                        isThick = true;
                        break;
                    }
                    this._enter(other, distance);
                }
            }
        }
        if (!isThick && band.length > first) {
            const limit = (distances[band.length - 1] + 1) >> 1;
            while (band.length > first && distances[band.length - 1] >= limit) {
                this._slot[band.pop()!] = OUTSIDE;
                distances.pop();
            }
        }
    }

    /** Returns whether a vertex belongs to a side and is not in the band. */
    private _isFree(vertex: number, start: number, end: number): boolean {
        const index = this._ranks.orderIndexOf[this._region[vertex]];
        return index >= start && index < end && this._slot[vertex] === OUTSIDE;
    }

    private _enter(vertex: number, distance: number): void {
        this._slot[vertex] = this._band.length;
        this._band.push(vertex);
        this._distance.push(distance);
    }

    /** Assigns each vertex to a region on the other side, from the border inward. */
    private _relabel(moved: readonly number[], start: number, middle: number, end: number, lowest: number): void {
        let waiting = moved;
        while (waiting.length > 0) {
            const found: number[] = [];
            const later: number[] = [];
            for (const vertex of waiting) {
                const region = this._nearestAcross(vertex, start, middle, end);
                if (region < 0) {
                    later.push(vertex);
                } else {
                    found.push(vertex, region);
                }
            }
            for (let i = 0; i < found.length; i += 2) {
                this._region[found[i]] = found[i + 1];
            }
            if (found.length === 0) {
                break;
            }
            waiting = later;
        }
        for (const vertex of moved) {
            for (let s = this._incident.start[vertex]; s < this._incident.start[vertex + 1]; s++) {
                this._addCrossing(this._incident.edges[s], lowest);
            }
        }
    }

    /** Returns the region across the border with the largest sum of edge costs to a vertex; -1 for no such region. */
    private _nearestAcross(vertex: number, start: number, middle: number, end: number): number {
        const { from, to } = this._edges;
        const isFirst = this._ranks.orderIndexOf[this._region[vertex]] < middle;
        const low = isFirst ? middle : start;
        const high = isFirst ? end : middle;
        const ties = new Map<number, number>();
        let best = -1;
        let most = 0;
        for (let s = this._incident.start[vertex]; s < this._incident.start[vertex + 1]; s++) {
            const e = this._incident.edges[s];
            const region = this._region[from[e] === vertex ? to[e] : from[e]];
            const index = this._ranks.orderIndexOf[region];
            if (index >= low && index < high) {
                const tie = (ties.get(region) ?? 0) + this._costs(e);
                ties.set(region, tie);
                if (tie > most) {
                    most = tie;
                    best = region;
                }
            }
        }
        return best;
    }
}
