import { type CartesianTree, CreateCartesianTree } from "./cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "./dendrogram";

/**
 * What each step from a number of parts to one more splits off: the number of leaves of the smaller side, counted from the fewest parts there are.
 * Entry i belongs to the step from `componentCount + i` to one more.
 *
 * @param maxPartCount where to end
 * @param tree of the dendrogram, where there is one already
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
        // The merge of the largest rank is undone first.
        const step = leafCount - componentCount - 1 - rank[gap];
        if (step < sizes.length) {
            sizes[step] = Math.min(gap - start[gap], end[gap] - gap);
        }
    }
    return sizes;
}

/**
 * The splits as bars along the scale of granularity (see CountAtGranularity), from the fewest parts to `sizes.length` more: each bar holds the
 * leaves that the splits in its stretch of the scale split off.
 *
 * @param sizes of CreateSplitSizes
 * @param fewest parts at the start of the scale
 * @returns [bars] in shares of the largest bar, 0..1; all 0 where nothing splits
 */
export function CreateSplitHistogram(sizes: Uint32Array, fewest: number, bars: number): Float32Array {
    const histogram = new Float32Array(bars);
    const range = Math.log((fewest + sizes.length) / fewest);
    for (let i = 0; i < sizes.length; i++) {
        const place = Math.log((fewest + i + 1) / fewest) / range;
        histogram[Math.min(bars - 1, Math.floor(bars * place))] += sizes[i];
    }
    const largest = histogram.reduce((a, b) => Math.max(a, b), 0);
    return largest > 0 ? histogram.map((value) => value / largest) : histogram;
}

/**
 * The next number of parts at which something has split off that is no crumb: finer, the first count after such a split; coarser, the last before one,
 * with the crumbs that come with it.
 *
 * @param sizes of CreateSplitSizes
 * @param fewest parts at the start of the scale
 * @param count where to start
 * @param minSize leaves of the smallest side that is no crumb
 * @returns `count` where there is none
 */
export function NextSplitCount(
    sizes: Uint32Array,
    fewest: number,
    count: number,
    direction: 1 | -1,
    minSize: number,
): number {
    if (direction > 0) {
        for (let i = count - fewest; i < sizes.length; i++) {
            if (sizes[i] >= minSize) {
                return fewest + i + 1;
            }
        }
        return count;
    }
    // Undoes the last split that counts, and then the crumbs before it, so that the next step back undoes one, too.
    for (let i = Math.min(count - fewest, sizes.length) - 1; i >= 0; i--) {
        if (sizes[i] >= minSize) {
            for (let before = i - 1; before >= 0; before--) {
                if (sizes[before] >= minSize) {
                    return fewest + before + 1;
                }
            }
            return fewest;
        }
    }
    return count;
}
