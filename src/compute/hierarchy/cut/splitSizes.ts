import { type CartesianTree, CreateCartesianTree } from "./cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "./dendrogram";

/**
 * Returns the size of each split, the number of leaves of its smaller side. Entry i belongs to the split from
 * `componentCount + i` parts to one more.
 *
 * @param maxPartCount number of parts after the last split
 * @param tree Cartesian tree of the dendrogram, if it exists already
 */
export function CreateSplitSizes(
    dendrogram: Dendrogram,
    maxPartCount: number,
    tree: CartesianTree = CreateCartesianTree(dendrogram.rank),
): Uint32Array {
    const { rank, leafCount, componentCount } = dendrogram;
    const { start, end } = tree;
    const sizes = new Uint32Array(Math.max(0, Math.min(maxPartCount, leafCount) - componentCount));
    for (let gap = 0; gap < leafCount; gap++) {
        if (rank[gap] === NEVER_MERGED) {
            continue;
        }
        // The merge of the largest rank is the first split.
        const split = leafCount - componentCount - 1 - rank[gap];
        if (split < sizes.length) {
            sizes[split] = Math.min(gap - start[gap], end[gap] - gap);
        }
    }
    return sizes;
}

/**
 * Creates a histogram of the splits over granularity (see CountAtGranularity): each bar sums the sizes of the splits in
 * its range.
 *
 * @param sizes from {@link CreateSplitSizes}
 * @param minPartCount number of parts before the first split
 * @returns [bars] relative to the largest bar, 0..1; all 0 if nothing splits
 */
export function CreateSplitHistogram(sizes: Uint32Array, minPartCount: number, bars: number): Float32Array {
    const histogram = new Float32Array(bars);
    const range = Math.log((minPartCount + sizes.length) / minPartCount);
    for (let i = 0; i < sizes.length; i++) {
        const granularity = Math.log((minPartCount + i + 1) / minPartCount) / range;
        histogram[Math.min(bars - 1, Math.floor(bars * granularity))] += sizes[i];
    }
    const largest = histogram.reduce((a, b) => Math.max(a, b), 0);
    return largest > 0 ? histogram.map((value) => value / largest) : histogram;
}

/**
 * Returns the number of parts of the next cut that differs by more than small fragments: the cut after the next larger
 * split, or, in the coarser direction, the cut without the last one and without the small fragments that were split off
 * before it.
 *
 * @param sizes from {@link CreateSplitSizes}
 * @param minPartCount number of parts before the first split
 * @param count number of parts of the present cut
 * @param direction 1 for finer, -1 for coarser
 * @param minSize size of the smallest split that counts, in leaves
 * @returns `count` if there is no such cut
 */
export function NextSplitCount(
    sizes: Uint32Array,
    minPartCount: number,
    count: number,
    direction: 1 | -1,
    minSize: number,
): number {
    if (direction > 0) {
        for (let i = count - minPartCount; i < sizes.length; i++) {
            if (sizes[i] >= minSize) {
                return minPartCount + i + 1;
            }
        }
        return count;
    }
    // Stopping right after the split before, and not before the small fragments, makes the next step undo a split too.
    for (let i = Math.min(count - minPartCount, sizes.length) - 1; i >= 0; i--) {
        if (sizes[i] >= minSize) {
            for (let before = i - 1; before >= 0; before--) {
                if (sizes[before] >= minSize) {
                    return minPartCount + before + 1;
                }
            }
            return minPartCount;
        }
    }
    return count;
}
