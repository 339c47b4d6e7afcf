import type { PixelBox } from "./resizeImage";

/**
 * Suppresses overlapping boxes as torchvision's non-maximum suppression does: by descending score, a box is dropped
 * when its IoU with a kept box exceeds `maxIou`. As in segment-anything, a side is the distance between its first and
 * its last pixel.
 *
 * @returns indices of the kept boxes by descending score; equal scores keep their order
 */
export function BoxNms(boxes: readonly PixelBox[], scores: ArrayLike<number>, maxIou: number): number[] {
    const order = boxes.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
    const kept: number[] = [];
    for (const i of order) {
        if (!kept.some((j) => boxIou(boxes[i], boxes[j]) > maxIou)) {
            kept.push(i);
        }
    }
    return kept;
}

function boxIou(a: PixelBox, b: PixelBox): number {
    const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]) - 1;
    const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]) - 1;
    const shared = Math.max(width, 0) * Math.max(height, 0);
    const union = area(a) + area(b) - shared;
    // Boxes that are one pixel wide have no area, so two of them never suppress each other.
    return union > 0 ? shared / union : 0;
}

function area([, , width, height]: PixelBox): number {
    return Math.max(width - 1, 0) * Math.max(height - 1, 0);
}
