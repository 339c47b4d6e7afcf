/** An interval of places in a leaf order, [start, end). Parts are intervals. */
export interface LeafInterval {
    readonly start: number;
    readonly end: number;
}

/** The same places as disjoint, ascending intervals of which no two touch. */
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

/** What is in the first and not in the second; both normalized. */
export function SubtractIntervals(from: readonly LeafInterval[], what: readonly LeafInterval[]): LeafInterval[] {
    const left: LeafInterval[] = [];
    let w = 0;
    for (const { start, end } of from) {
        let begin = start;
        while (w < what.length && what[w].end <= begin) {
            w++;
        }
        for (let i = w; i < what.length && what[i].start < end; i++) {
            if (what[i].start > begin) {
                left.push({ start: begin, end: what[i].start });
            }
            begin = Math.max(begin, what[i].end);
        }
        if (begin < end) {
            left.push({ start: begin, end });
        }
    }
    return left;
}

/** The leaves at the places of intervals, in their order. */
export function LeavesOfIntervals(order: Uint32Array, intervals: readonly LeafInterval[]): Uint32Array<ArrayBuffer> {
    const leaves = new Uint32Array(intervals.reduce((sum, { start, end }) => sum + end - start, 0));
    let filled = 0;
    for (const { start, end } of intervals) {
        leaves.set(order.subarray(start, end), filled);
        filled += end - start;
    }
    return leaves;
}
