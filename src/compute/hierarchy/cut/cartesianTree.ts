import { type Coroutine, RunCoroutineSync } from "../../base/coroutine";
import { NEVER_MERGED } from "./dendrogram";

/** Gaps per chunk: a few milliseconds. */
const GAPS_PER_CHUNK = 1 << 16;

/**
 * The merges of a dendrogram as a binary tree. A merge is identified by the gap that it closes, and a gap by the order
 * index after it. The part that a merge makes is split by the gap of the largest rank within it.
 */
export interface CartesianTree {
    /** [n] gap that splits the left side of this gap's part; -1 if that side is one leaf. */
    readonly left: Int32Array;
    /** [n] gap that splits the right side; -1 if that side is one leaf. */
    readonly right: Int32Array;
    /** [n] first order index of the part that closing this gap makes; undefined at the start of a component. */
    readonly start: Uint32Array;
    /** [n] one past its last order index; undefined at the start of a component. */
    readonly end: Uint32Array;
    /** The components, with the gap that splits each; -1 for a component of one leaf. */
    readonly roots: readonly { readonly gap: number; readonly start: number; readonly end: number }[];
}

/**
 * Creates the Cartesian tree of the ranks, in one pass with a stack (Vuillemin 1980; Gabow, Bentley & Tarjan 1984).
 *
 * @param rank [n], see {@link Dendrogram}
 */
export function CreateCartesianTree(rank: Uint32Array): CartesianTree {
    return RunCoroutineSync(CartesianTreeCoroutine(rank));
}

/** Does the same as {@link CreateCartesianTree}, in time slices. */
export function* CartesianTreeCoroutine(rank: Uint32Array): Coroutine<CartesianTree> {
    const count = rank.length;
    const left = new Int32Array(count).fill(-1);
    const right = new Int32Array(count).fill(-1);
    const starts = new Uint32Array(count);
    const ends = new Uint32Array(count);
    const roots: { gap: number; start: number; end: number }[] = [];
    // The right spine of the tree so far, root first: ranks descend.
    const spine = new Int32Array(count);
    let height = 0;
    let componentStart = 0;
    const close = (end: number): void => {
        if (end > componentStart) {
            roots.push({ gap: height > 0 ? spine[0] : -1, start: componentStart, end });
        }
        while (height > 0) {
            ends[spine[--height]] = end;
        }
        componentStart = end;
    };
    for (let i = 0; i < count; i++) {
        if (i % GAPS_PER_CHUNK === 0) {
            yield;
        }
        if (rank[i] === NEVER_MERGED) {
            close(i);
            continue;
        }
        let last = -1;
        while (height > 0 && rank[spine[height - 1]] < rank[i]) {
            last = spine[--height];
            ends[last] = i;
        }
        left[i] = last;
        starts[i] = height > 0 ? spine[height - 1] : componentStart;
        if (height > 0) {
            right[spine[height - 1]] = i;
        }
        spine[height++] = i;
    }
    close(count);
    return { left, right, start: starts, end: ends, roots };
}
