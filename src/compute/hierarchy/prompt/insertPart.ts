import type { Coroutine } from "../../base/coroutine";
import type { CartesianTree } from "../cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../cut/dendrogram";

/** Leaves or merges per time slice: a few milliseconds. */
const CHUNK = 1 << 14;

/** An interval of order indices, [start, end). */
interface Interval {
    readonly start: number;
    readonly end: number;
}

/** A dendrogram in which a set of leaves is a part. */
export interface InsertedPart {
    readonly dendrogram: Dendrogram;
    /** The first order index of the part. */
    readonly start: number;
    /** One past its last order index. */
    readonly end: number;
    /** [n] the new order index of the leaf at each order index before. */
    readonly orderIndexOf: Uint32Array;
    /** The part that it joins, in the order indices before; it may have leaves of the set. Null if it joins none. */
    readonly joined: Interval | null;
}

/** Options of {@link InsertPartCoroutine}. */
export interface InsertPartOptions {
    /** The set is a part of this cut too if it joins after it, see CutRankForCount. Default: no cut counts. */
    readonly cutRank: number;
    /** The set does not join before this cut, which is the finest one that people see. Default 0. */
    readonly finestRank: number;
    /** A part that holds all of the set, and leaves beside it, and has to stay; null for none. Default null. */
    readonly within: Interval | null;
}

/** A merge and the place where it is inserted. */
interface Join {
    /** The part that the inserted one joins, without the leaves of the inserted one; null for none. */
    readonly beside: Interval | null;
    /** The join comes before the merge of this rank. */
    readonly before: number;
}

/**
 * Makes a set of leaves a part of a dendrogram, and changes nothing else that it does not have to:
 *
 * - A part without leaves of the set, or with none but those, stays.
 * - The set joins where most of it met other leaves: in the smallest part with more than half of the set and with other
 *   leaves. This part and all around it stay, with the whole set inside.
 * - All other parts are divided into their leaves inside and outside of the set. Both sides merge in the order in which
 *   they merged before.
 *
 * Merges inside the set come before it joins, and early enough that it is a part of some cuts: of all between its
 * number of parts and twice that.
 *
 * @param tree the Cartesian tree of the dendrogram's ranks
 * @param isInside [n] 1 at the order indices of the set, of which there is at least one
 */
export function* InsertPartCoroutine(
    dendrogram: Dendrogram,
    tree: CartesianTree,
    isInside: Uint8Array,
    options: Partial<InsertPartOptions> = {},
): Coroutine<InsertedPart> {
    const { leafCount, rank } = dendrogram;
    const insideBefore = new Uint32Array(leafCount + 1);
    for (let i = 0; i < leafCount; i++) {
        insideBefore[i + 1] = insideBefore[i] + isInside[i];
        if (i % CHUNK === 0) {
            yield;
        }
    }
    const size = insideBefore[leafCount];
    const { cutRank = rank.length, finestRank = 0, within = null } = options;
    const join = lift(dendrogram, findJoin(dendrogram, tree, insideBefore), finestRank, within);
    // The first order index of the set in the new leaf order: after the part that it joins, or after all others.
    const start = (join.beside?.end ?? leafCount) - insideBefore[join.beside?.end ?? leafCount];
    const order = new Uint32Array(leafCount);
    const orderIndexOf = new Uint32Array(leafCount);
    /** [n] the rank before of the merge that closes the gap before each new order index. */
    const oldRank = new Uint32Array(leafCount);
    // Between two leaves of one side, the last merge of all gaps between them joins them.
    const pending = [NEVER_MERGED, NEVER_MERGED];
    for (let i = 0, outside = 0, inside = 0; i < leafCount; i++) {
        pending[0] = Math.max(pending[0], rank[i]);
        pending[1] = Math.max(pending[1], rank[i]);
        const side = isInside[i];
        const to = side === 1 ? start + inside++ : outside < start ? outside++ : size + outside++;
        order[to] = dendrogram.order[i];
        orderIndexOf[i] = to;
        oldRank[to] = pending[side];
        pending[side] = 0;
        if (i % CHUNK === 0) {
            yield;
        }
    }
    const merged = yield* renumberCoroutine(dendrogram, oldRank, start, start + size, join, cutRank);
    return { dendrogram: { leafCount, order, ...merged }, start, end: start + size, orderIndexOf, joined: join.beside };
}

/** Finds where the set joins the rest. */
function findJoin({ rank, leafCount }: Dendrogram, { left, right, roots }: CartesianTree, before: Uint32Array): Join {
    const size = before[leafCount];
    let node = roots[0];
    for (const root of roots) {
        node = countIn(before, root) > countIn(before, node) ? root : node;
    }
    if (countIn(before, node) === node.end - node.start) {
        return { beside: null, before: NEVER_MERGED };
    }
    for (;;) {
        const { gap, start, end } = node;
        const next = [
            { gap: left[gap], start, end: gap },
            { gap: right[gap], start: gap, end },
        ].find((side) => {
            const count = countIn(before, side);
            return 2 * count > size && count < side.end - side.start;
        });
        if (!next) {
            return { beside: { start, end }, before: rank[gap] + 1 };
        }
        node = next;
    }
}

/** Moves a join up to a cut, but not out of a part that has to stay. */
function lift({ rank, leafCount }: Dendrogram, join: Join, finestRank: number, within: Interval | null): Join {
    if (!join.beside || join.before >= finestRank) {
        return join;
    }
    let { start, end } = join.beside;
    while (rank[start] < finestRank && start !== within?.start) {
        start--;
    }
    while (end < leafCount && rank[end] < finestRank && end !== within?.end) {
        end++;
    }
    if (within && start === within.start && end === within.end) {
        const merged = Math.min(rank[start], end < leafCount ? rank[end] : NEVER_MERGED);
        return { beside: within, before: Math.min(finestRank, merged) };
    }
    return { beside: { start, end }, before: finestRank };
}

/** Returns the number of leaves of the set in an interval. @param before [n + 1] those before each order index */
function countIn(before: Uint32Array, { start, end }: Interval): number {
    return before[end] - before[start];
}

/** Numbers the merges in their new order. @param oldRank [n] see above; those inside [start, end) are of the set */
function* renumberCoroutine(
    dendrogram: Dendrogram,
    oldRank: Uint32Array,
    start: number,
    end: number,
    join: Join,
    cutRank: number,
): Coroutine<Pick<Dendrogram, "componentCount" | "rank" | "height">> {
    const { leafCount, componentCount } = dendrogram;
    const merges = leafCount - componentCount;
    const heightOfRank = new Float32Array(merges);
    const insideGap = new Uint32Array(merges); // 0: none, since order index 0 closes no gap
    const outsideGap = new Uint32Array(merges);
    const late: number[] = []; // gaps inside the set between components
    for (let i = 0; i < leafCount; i++) {
        if (dendrogram.rank[i] !== NEVER_MERGED) {
            heightOfRank[dendrogram.rank[i]] = dendrogram.height[i];
        }
        if (oldRank[i] !== NEVER_MERGED && i !== start) {
            (i > start && i < end ? insideGap : outsideGap)[oldRank[i]] = i;
        } else if (i > start && i < end) {
            late.push(i);
        }
        if (i % CHUNK === 0) {
            yield;
        }
    }
    const joinRank = Math.min(join.before, merges);
    const latest = Math.max(0, Math.min(joinRank, cutRank, 2 * joinRank - leafCount));
    const rank = new Uint32Array(leafCount).fill(NEVER_MERGED);
    const height = new Float32Array(leafCount).fill(Number.POSITIVE_INFINITY);
    let count = 0;
    let last = heightOfRank[0] ?? 0;
    const emit = (gap: number, at: number): void => {
        if (gap > 0) {
            last = Math.max(last, at);
            rank[gap] = count++;
            height[gap] = last;
        }
    };
    for (let r = 0; r <= merges; r++) {
        if (r === latest) {
            for (let inner = latest; inner < merges; inner++) {
                emit(insideGap[inner], last);
                if (inner % CHUNK === 0) {
                    yield;
                }
            }
            for (const gap of late) {
                emit(gap, last);
            }
        }
        if (r === joinRank && join.beside) {
            emit(start, r < merges ? (last + heightOfRank[r]) / 2 : last);
        }
        if (r < merges) {
            emit(r < latest ? insideGap[r] : 0, heightOfRank[r]);
            emit(outsideGap[r], heightOfRank[r]);
        }
        if (r % CHUNK === 0) {
            yield;
        }
    }
    return { componentCount: leafCount - count, rank, height };
}
