import { type CartesianTree, CreateCartesianTree } from "./cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "./dendrogram";

/** A part that is more than dust, over the whole range of granularity in which it lives. */
export interface CondensedNode {
    /** Index of the parent, -1 for a root. Parents stand before their children. */
    readonly parent: number;
    /** First place of its interval in the leaf order, as it is at the coarsest cut in which the node lives: with its dust. */
    readonly start: number;
    /** One past the last place. */
    readonly end: number;
    /** The part exists, with `minSize` leaves at least, as soon as merges of a rank below this are done ... */
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
 * @param tree of the dendrogram, where there is one already
 * @returns nodes, parents before children
 */
export function CondenseTree(
    dendrogram: Dendrogram,
    minSize: number,
    tree: CartesianTree = CreateCartesianTree(dendrogram.rank),
): CondensedNode[] {
    const { rank, leafCount } = dendrogram;
    const nodes: CondensedNode[] = [];
    const { left, right, roots } = tree;

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
        // Walk down past splits that only shed dust, until two parts or only dust is left.
        let splits = false;
        while (gap >= 0) {
            const leftSize = gap - start;
            const rightSize = end - gap;
            splits = leftSize >= minSize && rightSize >= minSize;
            if (splits || Math.max(leftSize, rightSize) < minSize) {
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
        if (splits) {
            const mergedRank = rank[gap];
            stack.push({ gap: right[gap], start: gap, end, parent: index, mergedRank });
            stack.push({ gap: left[gap], start, end: gap, parent: index, mergedRank });
        }
    }
    return nodes;
}
