import type { Coroutine } from "../../compute/base/coroutine";

/** The number of vectors that one time slice measures or divides. */
const VECTORS_PER_CHUNK = 1 << 13;
/** The cost of splitting a group beside that of its vectors, in vectors. */
const VECTORS_PER_SPLIT = 16;

/** Vectors of bytes, and the vector that stands for each of many. */
export interface HarmonicPalette {
    /** The number of vectors. */
    readonly count: number;
    /** [count, values] the vectors. */
    readonly vectors: Uint8Array;
    /** [n] the index of the vector that stands for each. */
    readonly labels: Uint16Array;
}

/** A group of similar vectors: a range of the order. */
interface Group {
    readonly start: number;
    readonly end: number;
    /** The value in which the vectors differ most, its mean, and the sum of the squared differences from it. */
    readonly axis: number;
    readonly mean: number;
    readonly spread: number;
}

/**
 * Finds at most `most` vectors that stand for n vectors of bytes, in time slices. They are the vectors themselves if
 * these are few enough; else groups are halved at the mean of the value that differs most, the widest group first.
 *
 * @param harmonics [n, values]
 * @param most at most 65,536
 */
export function* FindHarmonicPalette(harmonics: Uint8Array, values: number, most: number): Coroutine<HarmonicPalette> {
    const n = harmonics.length / values;
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    const heap = new GroupHeap();
    heap.push(yield* measure(harmonics, values, order, 0, n));
    let count = 1;
    let work = 0;
    while (count < most && heap.top.spread > 0) {
        const { start, end, axis, mean } = heap.pop();
        work += end - start + VECTORS_PER_SPLIT;
        if (work >= VECTORS_PER_CHUNK) {
            work = 0;
            yield;
        }
        // A mean between different values leaves vectors on both sides.
        let middle = start;
        for (let i = start; i < end; i++) {
            if (harmonics[values * order[i] + axis] < mean) {
                [order[i], order[middle]] = [order[middle], order[i]];
                middle++;
            }
        }
        heap.push(yield* measure(harmonics, values, order, start, middle));
        heap.push(yield* measure(harmonics, values, order, middle, end));
        count++;
    }
    return yield* summarize(harmonics, values, order, heap.groups);
}

/** Measures a range of the order. */
function* measure(
    harmonics: Uint8Array,
    values: number,
    order: Uint32Array,
    start: number,
    end: number,
): Coroutine<Group> {
    const sums = new Float64Array(values);
    const squares = new Float64Array(values);
    for (let i = start; i < end; i++) {
        if ((i - start) % VECTORS_PER_CHUNK === VECTORS_PER_CHUNK - 1) {
            yield;
        }
        const at = values * order[i];
        for (let k = 0; k < values; k++) {
            const value = harmonics[at + k];
            sums[k] += value;
            squares[k] += value * value;
        }
    }
    const size = Math.max(1, end - start);
    let axis = 0;
    let spread = 0;
    for (let k = 0; k < values; k++) {
        const own = squares[k] - (sums[k] * sums[k]) / size;
        if (own > spread) {
            spread = own;
            axis = k;
        }
    }
    // The sums are whole numbers, so equal values have a spread of exactly 0, up to rounding.
    return { start, end, axis, mean: sums[axis] / size, spread: spread < 1e-3 ? 0 : spread };
}

function* summarize(
    harmonics: Uint8Array,
    values: number,
    order: Uint32Array,
    groups: readonly Group[],
): Coroutine<HarmonicPalette> {
    const vectors = new Uint8Array(values * groups.length);
    const labels = new Uint16Array(order.length);
    const sums = new Float64Array(values);
    let work = 0;
    for (const [label, { start, end }] of groups.entries()) {
        work += end - start;
        if (work >= VECTORS_PER_CHUNK) {
            work = 0;
            yield;
        }
        sums.fill(0);
        for (let i = start; i < end; i++) {
            labels[order[i]] = label;
            for (let k = 0; k < values; k++) {
                sums[k] += harmonics[values * order[i] + k];
            }
        }
        for (let k = 0; k < values; k++) {
            vectors[values * label + k] = Math.round(sums[k] / (end - start));
        }
    }
    return { count: groups.length, vectors, labels };
}

/** Groups, the one with the largest spread first. */
class GroupHeap {
    private readonly _groups: Group[] = [];

    /** All groups, in no order. */
    public get groups(): readonly Group[] {
        return this._groups;
    }

    /** The group with the largest spread. */
    public get top(): Group {
        return this._groups[0];
    }

    public push(group: Group): void {
        const groups = this._groups;
        let at = groups.push(group) - 1;
        while (at > 0 && groups[(at - 1) >> 1].spread < group.spread) {
            groups[at] = groups[(at - 1) >> 1];
            at = (at - 1) >> 1;
        }
        groups[at] = group;
    }

    /** Removes the group with the largest spread. */
    public pop(): Group {
        const groups = this._groups;
        const top = groups[0];
        const last = groups.pop()!;
        let at = 0;
        while (2 * at + 1 < groups.length) {
            const left = 2 * at + 1;
            const child = left + 1 < groups.length && groups[left + 1].spread > groups[left].spread ? left + 1 : left;
            if (groups[child].spread <= last.spread) {
                break;
            }
            groups[at] = groups[child];
            at = child;
        }
        if (groups.length > 0) {
            groups[at] = last;
        }
        return top;
    }
}
