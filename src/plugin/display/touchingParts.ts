import type { PartAdjacency } from "./partAdjacency";

/** Finds the parts that touch a part when it splits off, in the order in which splits become visible. */
export class TouchingParts {
    /** [parts of the adjacency] the first order index of the current part that holds each of them. */
    private readonly _startOf: Int32Array;
    /** The index of each part of the adjacency by its first order index. */
    private readonly _indexOfStart = new Map<number, number>();

    public constructor(private readonly _adjacency: PartAdjacency) {
        this._startOf = new Int32Array(_adjacency.partCount).fill(-1);
        for (const [index, start] of _adjacency.starts.entries()) {
            this._indexOfStart.set(start, index);
        }
    }

    /**
     * Splits [start, end) off the part that holds it.
     *
     * @returns the first order indices of the parts that touch it; null if it is finer than the adjacency
     */
    public split(start: number, end: number): number[] | null {
        const first = this._indexOfStart.get(start);
        const last = this._indexOfStart.get(end);
        if (first === undefined || last === undefined) {
            return null;
        }
        this._startOf.fill(start, first, last);
        const starts = this._adjacency.neighborsOf(first, last).map((part) => this._startOf[part]);
        return [...new Set(starts)].filter((part) => part >= 0);
    }
}
