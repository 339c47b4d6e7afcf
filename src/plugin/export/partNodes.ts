import { CondenseTree, PartCountsOfNode } from "../../compute/hierarchy/cut/condensedTree";
import { type Dendrogram, NEVER_MERGED } from "../../compute/hierarchy/cut/dendrogram";

/** A part in a tree of a few levels. */
export interface PartNode {
    /** The index of the smallest part around it; -1 for none. Parents precede their children. */
    readonly parent: number;
    /** The first order index of its interval. */
    readonly start: number;
    /** The end of its interval, excluded. */
    readonly end: number;
    /** The smallest height at which it is a part, in units of the criterion; 0 for a single leaf. */
    readonly threshold: number;
    /** The height at which it is merged with another part; Infinity for a part that never is. */
    readonly mergedAt: number;
    /** The smallest part count of the cuts that contain it. */
    readonly minPartCount: number;
    /** The largest part count of the cuts that contain it. */
    readonly maxPartCount: number;
}

/**
 * Selects the parts of several cuts, as a tree. A part that is in several cuts is one node; small fragments have none.
 *
 * @param levels the part counts of the cuts
 * @param minLeaves smaller parts are small fragments, which belong to the part that absorbs them
 * @returns nodes, parents before children
 */
export function SelectPartNodes(dendrogram: Dendrogram, levels: readonly number[], minLeaves: number): PartNode[] {
    const { rank, height, leafCount } = dendrogram;
    const heightOfRank = new Float32Array(leafCount);
    for (let orderIndex = 0; orderIndex < leafCount; orderIndex++) {
        if (rank[orderIndex] !== NEVER_MERGED) {
            heightOfRank[rank[orderIndex]] = height[orderIndex];
        }
    }
    const nodes: PartNode[] = [];
    /** [condensed nodes] The selected node that is or contains it. */
    const selected: number[] = [];
    for (const node of CondenseTree(dendrogram, minLeaves)) {
        const { minPartCount, maxPartCount } = PartCountsOfNode(dendrogram, node);
        const parent = node.parent < 0 ? -1 : selected[node.parent];
        if (
            !levels.some(
                (count) =>
                    clampCount(count, dendrogram) >= minPartCount && clampCount(count, dendrogram) <= maxPartCount,
            )
        ) {
            selected.push(parent);
            continue;
        }
        selected.push(nodes.length);
        nodes.push({
            parent,
            start: node.start,
            end: node.end,
            threshold: node.bornRank > 0 ? heightOfRank[node.bornRank - 1] : 0,
            mergedAt: node.mergedRank === NEVER_MERGED ? Number.POSITIVE_INFINITY : heightOfRank[node.mergedRank],
            minPartCount,
            maxPartCount,
        });
    }
    return nodes;
}

/** Returns [n] the smallest node that contains each leaf; -1 for none. */
export function NodeOfLeaves({ order }: Pick<Dendrogram, "order">, nodes: readonly PartNode[]): Int32Array {
    const nodeOf = new Int32Array(order.length).fill(-1);
    nodes.forEach(({ start, end }, n) => {
        // Children follow their parents, and overwrite them.
        for (let orderIndex = start; orderIndex < end; orderIndex++) {
            nodeOf[order[orderIndex]] = n;
        }
    });
    return nodeOf;
}

function clampCount(count: number, { componentCount, leafCount }: Dendrogram): number {
    return Math.min(Math.max(Math.round(count), componentCount), leafCount);
}
