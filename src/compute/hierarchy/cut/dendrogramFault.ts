import { type Dendrogram, NEVER_MERGED } from "./dendrogram";

/**
 * Checks that the arrays of a dendrogram are a hierarchy: the order lists every leaf once, the ranks are those of all
 * merges, and heights are finite and do not fall with the rank. Takes time linear in the number of leaves.
 *
 * @returns the first fault, as the rest of a sentence about the dendrogram; null for none
 */
export function FindDendrogramFault({ leafCount, componentCount, order, rank, height }: Dendrogram): string | null {
    if (!(Number.isInteger(componentCount) && componentCount >= 1 && componentCount <= leafCount)) {
        return `has ${componentCount} components of ${leafCount} leaves`;
    }
    const isListed = new Uint8Array(leafCount);
    for (const leaf of order) {
        if (leaf >= leafCount || isListed[leaf] === 1) {
            return leaf >= leafCount ? `names leaf ${leaf} of ${leafCount}` : `lists leaf ${leaf} twice`;
        }
        isListed[leaf] = 1;
    }
    const merges = leafCount - componentCount;
    const orderIndexOfMerge = new Uint32Array(merges).fill(NEVER_MERGED);
    let components = 0;
    for (let i = 0; i < leafCount; i++) {
        if (rank[i] === NEVER_MERGED) {
            components++;
        } else if (i === 0 || rank[i] >= merges) {
            return `has rank ${rank[i]} at order index ${i}, and ${merges} merges`;
        } else if (orderIndexOfMerge[rank[i]] !== NEVER_MERGED) {
            return `has rank ${rank[i]} twice`;
        } else {
            orderIndexOfMerge[rank[i]] = i;
        }
    }
    if (components !== componentCount) {
        return `has ${components} components, and states ${componentCount}`;
    }
    let last = -Infinity;
    for (let merge = 0; merge < merges; merge++) {
        const now = height[orderIndexOfMerge[merge]];
        if (!(now >= last && Number.isFinite(now))) {
            return `has height ${now} at merge ${merge}, after ${last}`;
        }
        last = now;
    }
    return null;
}
