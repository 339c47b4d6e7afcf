import { CondenseTree, PartCountsOfNode } from "../../compute/hierarchy/cut/condensedTree";
import { type Dendrogram, NEVER_MERGED } from "../../compute/hierarchy/cut/dendrogram";

/** A part of a tree with few levels. */
export interface PartNode {
    /** Index of the smallest part around it, -1 for none. Parents stand before their children. */
    readonly parent: number;
    /** First place of its interval in the leaf order. */
    readonly start: number;
    /** One past the last place. */
    readonly end: number;
    /** Smallest height at which it is a part, in the criterion's own unit; 0 for a single leaf. */
    readonly threshold: number;
    /** Height at which it is joined with another part; Infinity for one that never is. */
    readonly mergedAt: number;
    /** Smallest number of parts at which it is one of them. */
    readonly minPartCount: number;
    /** Largest number of parts at which it is one of them. */
    readonly maxPartCount: number;
}

/**
 * The parts that stand in any of several cuts, as a tree: a part that does not split from one cut to the next is there once, dust is none.
 *
 * @param levels numbers of parts at which the hierarchy is cut
 * @param minLeaves parts with fewer leaves are dust, which stays with the part that absorbs it
 * @returns nodes, parents before children
 */
export function SelectPartNodes(dendrogram: Dendrogram, levels: readonly number[], minLeaves: number): PartNode[] {
    const { rank, height, leafCount } = dendrogram;
    const heightOfRank = new Float32Array(leafCount);
    for (let place = 0; place < leafCount; place++) {
        if (rank[place] !== NEVER_MERGED) {
            heightOfRank[rank[place]] = height[place];
        }
    }
    const nodes: PartNode[] = [];
    /** For each condensed node the chosen one that it is or lies in. */
    const chosen: number[] = [];
    for (const node of CondenseTree(dendrogram, minLeaves)) {
        const { minPartCount, maxPartCount } = PartCountsOfNode(dendrogram, node);
        const parent = node.parent < 0 ? -1 : chosen[node.parent];
        if (
            !levels.some(
                (count) => Clamp(count, dendrogram) >= minPartCount && Clamp(count, dendrogram) <= maxPartCount,
            )
        ) {
            chosen.push(parent);
            continue;
        }
        chosen.push(nodes.length);
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

/** [n] the smallest node that each leaf lies in, -1 for none. */
export function NodeOfLeaves({ order }: Pick<Dendrogram, "order">, nodes: readonly PartNode[]): Int32Array {
    const nodeOf = new Int32Array(order.length).fill(-1);
    nodes.forEach(({ start, end }, n) => {
        // Children come later and paint over their parents.
        for (let place = start; place < end; place++) {
            nodeOf[order[place]] = n;
        }
    });
    return nodeOf;
}

function Clamp(count: number, { componentCount, leafCount }: Dendrogram): number {
    return Math.min(Math.max(Math.round(count), componentCount), leafCount);
}
