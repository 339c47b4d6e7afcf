import { Observable } from "@babylonjs/core/Misc/observable";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import {
    type LeafInterval,
    LeavesOfIntervals,
    NormalizeIntervals,
    SizeOfIntervals,
    SubtractIntervals,
} from "./leafInterval";

/**
 * The selected leaves: disjoint intervals of a leaf order, ascending. Intervals that touch become one. Plain data with
 * an observable, independent of any scene.
 */
export class Selection {
    /** Notified after each change; not if a call changes nothing. */
    public readonly onChangedObservable = new Observable<Selection>();
    private _intervals: readonly LeafInterval[] = [];

    /** @param _leafCount returns the current number of leaves, which bounds the intervals */
    public constructor(private readonly _leafCount: () => number) {}

    /** The intervals, normalized. Each change creates a new array. */
    public get intervals(): readonly LeafInterval[] {
        return this._intervals;
    }

    /** The number of selected leaves. */
    public get size(): number {
        return SizeOfIntervals(this._intervals);
    }

    /** True if nothing is selected. */
    public get isEmpty(): boolean {
        return this._intervals.length === 0;
    }

    /** Returns true if an order index, or a whole interval, is selected. */
    public contains(target: number | LeafInterval): boolean {
        const [start, end] = typeof target === "number" ? [target, target + 1] : [target.start, target.end];
        const found = this._intervals[lastStartingAtOrBefore(this._intervals, start)];
        return found !== undefined && start >= found.start && end <= found.end;
    }

    /** Returns the number of selected leaves in an interval. */
    public countIn({ start, end }: LeafInterval): number {
        let count = 0;
        for (const interval of this._intervals) {
            count += Math.max(0, Math.min(end, interval.end) - Math.max(start, interval.start));
        }
        return count;
    }

    /** Adds leaves to the selection. @throws UltrametricError "input" for an interval outside the leaf order */
    public add(target: LeafInterval | readonly LeafInterval[]): void {
        this._set(NormalizeIntervals([...this._intervals, ...this._check(target)]));
    }

    /** Removes leaves from the selection. @throws UltrametricError "input" for an interval outside the leaf order */
    public remove(target: LeafInterval | readonly LeafInterval[]): void {
        this._set(SubtractIntervals(this._intervals, NormalizeIntervals(this._check(target))));
    }

    /**
     * Removes the target if all of it is selected, else adds it.
     *
     * @throws UltrametricError "input" for an interval outside the leaf order
     */
    public toggle(target: LeafInterval | readonly LeafInterval[]): void {
        const intervals = this._check(target);
        if (intervals.every((interval) => this.contains(interval))) {
            this.remove(intervals);
        } else {
            this.add(intervals);
        }
    }

    /** Selects these leaves and no others. @throws UltrametricError "input" for an interval outside the leaf order */
    public replace(target: LeafInterval | readonly LeafInterval[]): void {
        this._set(NormalizeIntervals(this._check(target)));
    }

    /** Selects nothing. */
    public clear(): void {
        this._set([]);
    }

    /** Returns the [size] selected leaves. @param order the leaf order of the intervals */
    public leaves(order: Uint32Array): Uint32Array<ArrayBuffer> {
        return LeavesOfIntervals(order, this._intervals);
    }

    private _check(target: LeafInterval | readonly LeafInterval[]): readonly LeafInterval[] {
        const intervals = "start" in target ? [target] : target;
        const count = this._leafCount();
        for (const { start, end } of intervals) {
            if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= count)) {
                throw new UltrametricError(
                    "input",
                    `[${start}, ${end}) is not an interval of the leaf order, which has ${count} leaves; ` +
                        "select parts of the tree that is shown.",
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

function lastStartingAtOrBefore(intervals: readonly LeafInterval[], orderIndex: number): number {
    let low = 0;
    let high = intervals.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (intervals[middle].start <= orderIndex) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}
