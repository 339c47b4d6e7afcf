import { type CartesianTree, CreateCartesianTree } from "./cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "./dendrogram";
import { CutAtHeight, type Partition } from "./partition";

/**
 * The height at which a backdrop, such as the ground or the sky, merges with all else: more than any dissimilarity of
 * the consensus.
 */
export const BACKDROP_HEIGHT = 2;

/** The heights around which a cut is searched: a gap counts by its width times a Gaussian of its middle. */
export interface HeightRange {
    /** The middle of the Gaussian. */
    readonly center: number;
    /** The distance from the center at which a gap counts by 1 / e. */
    readonly spread: number;
}

/** Options of {@link SuggestPartCounts}. */
export interface PartCountOptions {
    /** Parts below this share of all leaves are small fragments, which do not count. Default 0.004. */
    readonly fragmentShare: number;
    /** Heights of the natural cut. Default 0.43 +- 0.22. */
    readonly natural: HeightRange;
    /** Heights of the coarse cut, which is nowhere below the natural one. Default 0.64 +- 0.1. */
    readonly coarse: HeightRange;
    /** Heights of the fine cut, which is nowhere above the natural one. Default 0.36 +- 0.1. */
    readonly fine: HeightRange;
}

/** The defaults of {@link PartCountOptions}, for heights of the consensus. */
export const DEFAULT_PART_COUNT_OPTIONS: PartCountOptions = {
    fragmentShare: 0.004,
    natural: { center: 0.43, spread: 0.22 },
    coarse: { center: 0.64, spread: 0.1 },
    fine: { center: 0.36, spread: 0.1 },
};

/** The heights between which cuts are searched. Small fragments merge below the lowest. */
export const SUGGESTED_HEIGHTS = [0.3, 0.9] as const;

/** A suggested cut. */
export interface SuggestedPartCount {
    /** The number of parts, for {@link CutAtCount}. */
    readonly count: number;
    /** The number of parts that are neither small fragments nor the backdrop. */
    readonly parts: number;
    /** The height, for {@link CutAtHeight}. */
    readonly height: number;
}

/** Numbers of parts that the heights of a dendrogram suggest, from few to many. */
export interface SuggestedPartCounts {
    readonly coarse: SuggestedPartCount;
    readonly natural: SuggestedPartCount;
    readonly fine: SuggestedPartCount;
}

/**
 * Cuts at a height without small fragments: a split counts if both of its sides have enough leaves; otherwise the
 * smaller side stays with the larger.
 *
 * @param height the parts merge above it
 * @param minSize the least number of leaves of a part
 */
export function CutWithoutSmallFragments(
    dendrogram: Dendrogram,
    height: number,
    minSize: number,
    tree: CartesianTree = CreateCartesianTree(dendrogram.rank),
): Partition {
    const { left, right, roots } = tree;
    // Heights are stored as 32-bit floats.
    const limit = Math.fround(height);
    const starts: number[] = [];
    // Depth first, left side first: parts are found in leaf order.
    const stack = [...roots].reverse();
    while (stack.length > 0) {
        let { gap, start, end } = stack.pop()!;
        const first = start;
        while (gap >= 0 && dendrogram.height[gap] > limit) {
            const isLeftFragment = gap - start < minSize;
            const isRightFragment = end - gap < minSize;
            if (!isLeftFragment && !isRightFragment) {
                break;
            }
            if (gap - start >= end - gap) {
                end = gap;
                gap = left[gap];
            } else {
                start = gap;
                gap = right[gap];
            }
        }
        if (gap >= 0 && dendrogram.height[gap] > limit) {
            stack.push({ gap: right[gap], start: gap, end });
            stack.push({ gap: left[gap], start: first, end: gap });
        } else {
            starts.push(first);
        }
    }
    const partCount = starts.length;
    starts.push(dendrogram.leafCount);
    return { dendrogram, starts: Uint32Array.from(starts), partCount };
}

/**
 * Suggests numbers of parts from the heights at which parts merge. Each height is the middle of a gap between splits of
 * more than small fragments: a wide one, around which the cut changes little, near the heights at which people divide.
 */
export function SuggestPartCounts(
    dendrogram: Dendrogram,
    options: Partial<PartCountOptions> = {},
    tree: CartesianTree = CreateCartesianTree(dendrogram.rank),
): SuggestedPartCounts {
    const { fragmentShare, coarse, natural, fine } = { ...DEFAULT_PART_COUNT_OPTIONS, ...options };
    const minSize = Math.max(1, Math.ceil(fragmentShare * dendrogram.leafCount));
    const splits = findSplits(dendrogram, minSize, tree);
    const backdrops = dendrogram.height.some((height) => height >= BACKDROP_HEIGHT && Number.isFinite(height)) ? 1 : 0;
    const suggest = (height: number): SuggestedPartCount => ({
        count: CutAtHeight(dendrogram, height).partCount,
        parts: CutWithoutSmallFragments(dendrogram, height, minSize, tree).partCount - backdrops,
        height,
    });
    const [lowest, highest] = SUGGESTED_HEIGHTS;
    const middle = findGap(splits, natural, lowest, highest);
    return {
        coarse: suggest(findGap(splits, coarse, middle, highest)),
        natural: suggest(middle),
        fine: suggest(findGap(splits, fine, lowest, middle)),
    };
}

/** Returns the heights of the splits whose sides both have at least `minSize` leaves. */
function findSplits({ height, rank }: Dendrogram, minSize: number, { start, end }: CartesianTree): number[] {
    const splits: number[] = [];
    for (let gap = 0; gap < rank.length; gap++) {
        if (rank[gap] !== NEVER_MERGED && gap - start[gap] >= minSize && end[gap] - gap >= minSize) {
            splits.push(height[gap]);
        }
    }
    return splits;
}

/** Returns the middle of the best gap between heights from `low` to `high`; of equal gaps, the highest. */
function findGap(heights: readonly number[], { center, spread }: HeightRange, low: number, high: number): number {
    const inside = heights.filter((height) => height > low && height < high).sort((a, b) => a - b);
    const ends = [low, ...inside, high];
    let best = low;
    let most = 0;
    for (let i = 0; i + 1 < ends.length; i++) {
        const middle = (ends[i] + ends[i + 1]) / 2;
        const worth = (ends[i + 1] - ends[i]) * Math.exp(-(((middle - center) / spread) ** 2));
        if (worth >= most) {
            best = middle;
            most = worth;
        }
    }
    return best;
}
