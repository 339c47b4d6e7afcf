import { type Dendrogram, NEVER_MERGED } from "./dendrogram";

/** A part that is more than dust, over the whole range of granularity in which it lives. */
export interface CondensedNode {
    /** Index of the parent, -1 for a root. Parents stand before their children. */
    readonly parent: number;
    /** First place of its interval in the leaf order. */
    readonly start: number;
    /** One past the last place. */
    readonly end: number;
    /** The part exists as soon as merges of a rank below this are done ... */
    readonly bornRank: number;
    /** ... and until the merge of this rank, which joins it with another part; NEVER_MERGED for a root. */
    readonly mergedRank: number;
}

/** Number of merges above `rank` that are undone is the number of parts: the cut counts at which a node is a part of its own. */
export function CountsOfNode(dendrogram: Dendrogram, node: CondensedNode): { fewest: number; most: number } {
    const fewest =
        node.mergedRank === NEVER_MERGED ? dendrogram.componentCount : dendrogram.leafCount - node.mergedRank;
    return { fewest, most: dendrogram.leafCount - node.bornRank };
}

/**
 * The hierarchy without dust: only merges of two sides with at least `minSize` leaves each make a node; a smaller side is
 * absorbed by the node it joins (as in HDBSCAN's condensed tree, Campello et al. 2013). Robust for lists and for climbing.
 *
 * @returns nodes, parents before children
 */
export function CondenseTree(dendrogram: Dendrogram, minSize: number): CondensedNode[] {
    const { rank, leafCount } = dendrogram;
    const nodes: CondensedNode[] = [];
    // The merge that splits an interval is its largest inner rank: a Cartesian tree over `rank`, built once.
    const { left, right, roots } = cartesianTree(rank);

    interface Open {
        gap: number;
        start: number;
        end: number;
        parent: number;
        mergedRank: number;
    }
    const stack: Open[] = roots
        .filter(({ start, end }) => end - start >= minSize || leafCount < minSize)
        .map(({ gap, start, end }) => ({ gap, start, end, parent: -1, mergedRank: NEVER_MERGED }))
        .reverse();
    while (stack.length > 0) {
        const open = stack.pop()!;
        let { gap, start, end } = open;
        // Walk down past splits that only shed dust.
        while (gap >= 0) {
            const leftSize = gap - start;
            const rightSize = end - gap;
            if (leftSize >= minSize && rightSize >= minSize) {
                break;
            }
            if (leftSize >= rightSize) {
                end = gap;
                gap = left[gap];
            } else {
                start = gap;
                gap = right[gap];
            }
        }
        const index = nodes.length;
        nodes.push({
            parent: open.parent,
            start: open.start,
            end: open.end,
            bornRank: gap >= 0 ? rank[gap] + 1 : 0,
            mergedRank: open.mergedRank,
        });
        if (gap >= 0) {
            const mergedRank = rank[gap];
            stack.push({ gap: right[gap], start: gap, end, parent: index, mergedRank });
            stack.push({ gap: left[gap], start, end: gap, parent: index, mergedRank });
        }
    }
    return nodes;
}

/** For every gap (place i stands for the gap before it) the gap that splits its left and its right side next; -1 = one leaf. */
function cartesianTree(rank: Uint32Array): {
    left: Int32Array;
    right: Int32Array;
    roots: { gap: number; start: number; end: number }[];
} {
    const count = rank.length;
    const left = new Int32Array(count).fill(-1);
    const right = new Int32Array(count).fill(-1);
    const roots: { gap: number; start: number; end: number }[] = [];
    const stack: number[] = [];
    let start = 0;
    const close = (end: number): void => {
        if (end > start) {
            roots.push({ gap: stack.length > 0 ? stack[0] : -1, start, end });
        }
        stack.length = 0;
        start = end;
    };
    for (let i = 0; i < count; i++) {
        if (rank[i] === NEVER_MERGED) {
            close(i);
            continue;
        }
        let last = -1;
        while (stack.length > 0 && rank[stack[stack.length - 1]] < rank[i]) {
            last = stack.pop()!;
        }
        left[i] = last;
        if (stack.length > 0) {
            right[stack[stack.length - 1]] = i;
        }
        stack.push(i);
    }
    close(count);
    return { left, right, roots };
}
