import type { MaskArrangement } from "./maskArrangement";

/** When one mask lies below another. */
export interface MaskTreeOptions {
    /** A descends from B only where more than this share of A lies in B, 0..1. Default 0.95. */
    minInside: number;
    /** A descends from B only where their IoU is below this, 0..1: near duplicates are not parent and child. Default 0.85. */
    maxIou: number;
}

/** The defaults of {@link MaskTreeOptions}. */
export const DEFAULT_MASK_TREE_OPTIONS: Readonly<MaskTreeOptions> = { minInside: 0.95, maxIou: 0.85 };

/** How the masks of one view contain each other. */
export interface MaskTree {
    /** `[masks]`: index of the parent, -1 = the root, which holds every pixel. A parent has a larger area than its child. */
    readonly parents: Int32Array;
    /** `[masks]`: number of pixels of a mask that count. */
    readonly areas: Uint32Array;
}

/**
 * The mask tree of one view: A descends from B when |A and B| / |A| > `minInside`, IoU(A, B) < `maxIou` and B is larger; the parent is the
 * smallest such B (of equals the first). A mask without a pixel that counts has the root as parent and is no one's parent.
 * Source: He et al., ECCV 2024, section 3.1.
 * @param arrangement the cells of the view's masks
 * @param depth [height, width] row-major: only pixels with depth > 0 count; null counts all
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
