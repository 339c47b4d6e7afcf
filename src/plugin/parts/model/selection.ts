import { Observable } from "@babylonjs/core/Misc/observable";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { type LeafInterval, LeavesOfIntervals, NormalizeIntervals, SubtractIntervals } from "./leafInterval";

/**
 * Leaves that are selected: disjoint intervals of a dendrogram's leaf order, ascending, never touching each other (two parts side by side
 * become one interval). Plain data with an observable; it knows no scene.
 */
export class Selection {
    /** Notified after each change, not where a call changes nothing. */
    public readonly onChangedObservable = new Observable<Selection>();
    private _intervals: readonly LeafInterval[] = [];

    /** @param leafCount number of leaves there are now; intervals end there */
    public constructor(private readonly _leafCount: () => number) {}

    /** The intervals, normalized. A change makes a new array. */
    public get intervals(): readonly LeafInterval[] {
        return this._intervals;
    }

    /** Number of leaves. */
    public get size(): number {
        return this._intervals.reduce((sum, { start, end }) => sum + end - start, 0);
    }

    /** Whether nothing is selected. */
    public get isEmpty(): boolean {
        return this._intervals.length === 0;
    }

    /** Whether a place, or a whole interval, is selected. */
    public contains(what: number | LeafInterval): boolean {
        const [start, end] = typeof what === "number" ? [what, what + 1] : [what.start, what.end];
        const found = this._intervals[LastStartingAtOrBefore(this._intervals, start)];
        return found !== undefined && start >= found.start && end <= found.end;
    }

    /** Number of leaves of an interval that are selected. */
    public countIn({ start, end }: LeafInterval): number {
        let count = 0;
        for (const interval of this._intervals) {
            count += Math.max(0, Math.min(end, interval.end) - Math.max(start, interval.start));
        }
        return count;
    }

    /** @throws UltrametricError "input" for something that is no interval of the leaf order; so do the others */
    public add(what: LeafInterval | readonly LeafInterval[]): void {
        this._set(NormalizeIntervals([...this._intervals, ...this._check(what)]));
    }

    /** Takes leaves out of the selection. */
    public remove(what: LeafInterval | readonly LeafInterval[]): void {
        this._set(SubtractIntervals(this._intervals, NormalizeIntervals(this._check(what))));
    }

    /** Removes what is selected as a whole, else adds it; several intervals count as one thing. */
    public toggle(what: LeafInterval | readonly LeafInterval[]): void {
        const intervals = this._check(what);
        if (intervals.every((interval) => this.contains(interval))) {
            this.remove(intervals);
        } else {
            this.add(intervals);
        }
    }

    /** Selects these leaves and no others. */
    public replace(what: LeafInterval | readonly LeafInterval[]): void {
        this._set(NormalizeIntervals(this._check(what)));
    }

    /** Selects nothing. */
    public clear(): void {
        this._set([]);
    }

    /** [size] the selected leaves, by the leaf order that the intervals are of. */
    public leaves(order: Uint32Array): Uint32Array<ArrayBuffer> {
        return LeavesOfIntervals(order, this._intervals);
    }

    private _check(what: LeafInterval | readonly LeafInterval[]): readonly LeafInterval[] {
        const intervals = "start" in what ? [what] : what;
        const count = this._leafCount();
        for (const { start, end } of intervals) {
            if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= count)) {
                throw new UltrametricError(
                    "input",
                    `[${start}, ${end}) is no interval of the leaf order, which has ${count} places; select parts of the tree that is shown.`,
                );
            }
        }
        return intervals.map(({ start, end }) => ({ start, end }));
    }

    private _set(intervals: readonly LeafInterval[]): void {
        const before = this._intervals;
        const isSame =
            before.length === intervals.length &&
            before.every(({ start, end }, i) => start === intervals[i].start && end === intervals[i].end);
        if (!isSame) {
            this._intervals = intervals;
            this.onChangedObservable.notifyObservers(this);
        }
    }
}

function LastStartingAtOrBefore(intervals: readonly LeafInterval[], place: number): number {
    let low = 0;
    let high = intervals.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (intervals[middle].start <= place) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}
