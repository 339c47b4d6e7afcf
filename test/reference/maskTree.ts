import type { Mask } from "../../src/compute/masks/maskSet";

/**
 * Reference implementation of CreateMaskTree: a bitmap per mask, and every pair compared pixel by pixel, by the
 * definition.
 */
export function ReferenceMaskParents(
    masks: readonly Pick<Mask, "region">[],
    depth: ArrayLike<number> | null,
    minInside: number,
    maxIou: number,
): number[] {
    const pixels = masks.map(({ region }) => {
        const bitmap = region.toBitmap();
        return new Set(Array.from(bitmap.keys()).filter((p) => bitmap[p] === 1 && (depth === null || depth[p] > 0)));
    });
    return pixels.map((a) => {
        let parent = -1;
        for (let j = 0; j < pixels.length; j++) {
            const b = pixels[j];
            const both = [...a].filter((p) => b.has(p)).length;
            const iou = both / (a.size + b.size - both);
            if (both / a.size > minInside && iou < maxIou && a.size < b.size) {
                if (parent < 0 || b.size < pixels[parent].size) {
                    parent = j;
                }
            }
        }
        return parent;
    });
}
