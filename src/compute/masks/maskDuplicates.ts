import { CreateMaskArrangement } from "./maskArrangement";
import type { ViewMasks } from "./maskSet";

/** Options of {@link RemoveDuplicateMasks}. */
export interface MaskDuplicateOptions {
    /** Two masks are near duplicates if their IoU is above this, 0..1. Default 0.9. */
    maxIou: number;
    /** [height, width] the view's depth: only pixels > 0 count; null counts all. Default null. */
    depth: ArrayLike<number> | null;
}

/** The defaults of {@link MaskDuplicateOptions}. */
export const DEFAULT_MASK_DUPLICATE_OPTIONS: Readonly<MaskDuplicateOptions> = { maxIou: 0.9, depth: null };

/**
 * Removes near duplicates among the masks of one view. Of two near duplicates the more stable one is kept; of equally
 * stable ones the one with the higher predicted IoU, then the larger, then the first. The order does not change. Masks
 * without a pixel that counts are kept.
 */
export function RemoveDuplicateMasks(viewMasks: ViewMasks, options: Partial<MaskDuplicateOptions> = {}): ViewMasks {
    const { maxIou, depth } = { ...DEFAULT_MASK_DUPLICATE_OPTIONS, ...options };
    const { masks } = viewMasks;
    const count = masks.length;
    if (count < 2) {
        return viewMasks;
    }
    const arrangement = CreateMaskArrangement(masks, masks[0].region.width, masks[0].region.height);
    const shared = arrangement.intersections(arrangement.countPixels(depth));
    const best = masks.map((_, i) => i);
    best.sort(
        (a, b) =>
            masks[b].stability - masks[a].stability ||
            masks[b].predictedIou - masks[a].predictedIou ||
            shared[b * count + b] - shared[a * count + a] ||
            a - b,
    );
    const kept: number[] = [];
    for (const a of best) {
        const isDuplicate = kept.some((b) => {
            const both = shared[a * count + b];
            return both > maxIou * (shared[a * count + a] + shared[b * count + b] - both);
        });
        if (!isDuplicate) {
            kept.push(a);
        }
    }
    return kept.length === count ? viewMasks : { masks: kept.sort((a, b) => a - b).map((i) => masks[i]) };
}
