import type { MaskArrangement } from "./maskArrangement";

/** Options of {@link CreateMaskTree}. */
export interface MaskTreeOptions {
    /** Mask A may be a child of B only if more than this share of A lies in B, 0..1. Default 0.95. */
    minInside: number;
    /**
     * Mask A may be a child of B only if their IoU is below this, 0..1, so that near duplicates are siblings. Default
     * 0.85.
     */
    maxIou: number;
}

/** The defaults of {@link MaskTreeOptions}. */
export const DEFAULT_MASK_TREE_OPTIONS: Readonly<MaskTreeOptions> = { minInside: 0.95, maxIou: 0.85 };

/** The containment tree of the masks of one view. */
export interface MaskTree {
    /**
     * [masks] index of the parent; -1 for the root, which holds every pixel. A parent has a larger area than its child.
     */
    readonly parents: Int32Array;
    /** [masks] number of pixels of each mask that count. */
    readonly areas: Uint32Array;
}

/**
 * Creates the mask tree of one view (He et al., ECCV 2024, section 3.1). The parent of A is the smallest larger mask B
 * with
 * |A and B| / |A| > `minInside` and IoU(A, B) < `maxIou`; of equally large ones the first. A mask without a pixel that
 * counts is a child of the root and has no children.
 *
 * @param arrangement cells of the view's masks
 * @param depth [height, width] only pixels with depth > 0 count; null counts all
 */
export function CreateMaskTree(
    arrangement: MaskArrangement,
    depth: ArrayLike<number> | null,
    options: Partial<MaskTreeOptions> = {},
): MaskTree {
    const { minInside, maxIou } = { ...DEFAULT_MASK_TREE_OPTIONS, ...options };
    const count = arrangement.maskCount;
    const shared = arrangement.intersections(arrangement.countPixels(depth));
    const areas = new Uint32Array(count);
    for (let a = 0; a < count; a++) {
        areas[a] = shared[a * count + a];
    }
    const parents = new Int32Array(count).fill(-1);
    for (let a = 0; a < count; a++) {
        let smallest = Number.POSITIVE_INFINITY;
        for (let b = 0; b < count; b++) {
            const both = shared[a * count + b];
            if (areas[b] > areas[a] && areas[b] < smallest && both > minInside * areas[a]) {
                if (both < maxIou * (areas[a] + areas[b] - both)) {
                    smallest = areas[b];
                    parents[a] = b;
                }
            }
        }
    }
    return { parents, areas };
}
