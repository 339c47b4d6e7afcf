import { type CartesianTree, CreateCartesianTree } from "./cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "./dendrogram";

/** A part that is no small fragment, over the range of cuts in which it exists. */
export interface CondensedNode {
    /** Index of the parent; -1 for a root. Parents precede their children. */
    readonly parent: number;
    /** First order index of the part at the coarsest cut in which it exists, with its small fragments. */
    readonly start: number;
    /** One past the last order index. */
    readonly end: number;
    /** The part exists, with at least `minSize` leaves, in cuts with a cut rank of at least this ... */
    readonly bornRank: number;
    /** ... and at most this, the rank of the merge that joins it with another part; NEVER_MERGED for a root. */
    readonly mergedRank: number;
}

/** Returns the range of part counts of the cuts in which a node is a part. */
export function PartCountsOfNode(
    dendrogram: Dendrogram,
    { bornRank, mergedRank }: CondensedNode,
): { minPartCount: number; maxPartCount: number } {
    const { leafCount, componentCount } = dendrogram;
    return {
        minPartCount: mergedRank === NEVER_MERGED ? componentCount : leafCount - mergedRank,
        maxPartCount: leafCount - bornRank,
    };
}

/**
 * Condenses a dendrogram to the merges of two sides with at least `minSize` leaves each. A smaller side is a small
 * fragment of the node that it joins (HDBSCAN's condensed tree, Campello et al. 2013).
 *
 * @param tree Cartesian tree of the dendrogram, if it exists already
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

    interface PendingNode {
        gap: number;
        start: number;
        end: number;
        parent: number;
        mergedRank: number;
    }
    const stack: PendingNode[] = roots
        .filter(({ start, end }) => end - start >= minSize || leafCount < minSize)
        .map(({ gap, start, end }) => ({ gap, start, end, parent: -1, mergedRank: NEVER_MERGED }))
        .reverse();
    while (stack.length > 0) {
        const pending = stack.pop()!;
        let { gap, start, end } = pending;
        // Descend past splits that only split off small fragments, until a split into two parts or into fragments only.
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
            parent: pending.parent,
            start: pending.start,
            end: pending.end,
            bornRank: gap >= 0 ? rank[gap] + 1 : 0,
            mergedRank: pending.mergedRank,
        });
        if (splits) {
            const mergedRank = rank[gap];
            stack.push({ gap: right[gap], start: gap, end, parent: index, mergedRank });
            stack.push({ gap: left[gap], start, end: gap, parent: index, mergedRank });
        }
    }
    return nodes;
}
