/** An interval of order indices, [start, end). A part is one interval. */
export interface LeafInterval {
    readonly start: number;
    readonly end: number;
}

/** Merges intervals that overlap or touch. @returns the same order indices as disjoint intervals, ascending */
export function NormalizeIntervals(intervals: readonly LeafInterval[]): LeafInterval[] {
    const sorted = [...intervals].sort((a, b) => a.start - b.start);
    const merged: { start: number; end: number }[] = [];
    for (const { start, end } of sorted) {
        const last = merged[merged.length - 1];
        if (last && start <= last.end) {
            last.end = Math.max(last.end, end);
        } else {
            merged.push({ start, end });
        }
    }
    return merged;
}

/** Returns the order indices of the first intervals that are not in the second ones. Both are normalized. */
export function SubtractIntervals(from: readonly LeafInterval[], removed: readonly LeafInterval[]): LeafInterval[] {
    const remaining: LeafInterval[] = [];
    let first = 0;
    for (const interval of from) {
        const { end } = interval;
        let { start } = interval;
        while (first < removed.length && removed[first].end <= start) {
            first++;
        }
        for (let i = first; i < removed.length && removed[i].start < end; i++) {
            if (removed[i].start > start) {
                remaining.push({ start, end: removed[i].start });
            }
            start = Math.max(start, removed[i].end);
        }
        if (start < end) {
            remaining.push({ start, end });
        }
    }
    return remaining;
}

/** Returns the number of leaves in disjoint intervals. */
export function SizeOfIntervals(intervals: readonly LeafInterval[]): number {
    return intervals.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Returns the leaves of intervals, in their order. */
export function LeavesOfIntervals(order: Uint32Array, intervals: readonly LeafInterval[]): Uint32Array<ArrayBuffer> {
    const leaves = new Uint32Array(SizeOfIntervals(intervals));
    let filled = 0;
    for (const { start, end } of intervals) {
        leaves.set(order.subarray(start, end), filled);
        filled += end - start;
    }
    return leaves;
}
