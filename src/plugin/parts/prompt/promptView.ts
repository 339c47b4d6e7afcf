import { ForEachVisible } from "../../../compute/hierarchy/build/observations";
import type { ViewMasks } from "../../../compute/masks/maskSet";
import type { View } from "../../../compute/views/capture";

/** The pixel of a leaf that a view does not see. */
export const UNSEEN_PIXEL = -1;

/** A view in which clicks are answered. */
export interface PromptView {
    /** Distinguishes it from other views of the same leaves. */
    readonly key: string;
    readonly view: View;
    /** [leaves] the pixel that shows each leaf, row * width + column; {@link UNSEEN_PIXEL} if none does. */
    readonly pixelOfLeaf: Int32Array;
    /** The masks that the view came with; null for none. */
    readonly masks: ViewMasks | null;
}

/** Splats of content, which are visible where the view lists them, whatever the depth. */
export interface PromptSplats {
    /** [leaves] 1 for leaves that lie on splats. */
    readonly isSplat: Uint8Array;
    /** [elements] the leaf that each element follows. */
    readonly leafOfElement: Uint32Array;
}

/**
 * Finds the pixel that shows each leaf.
 *
 * @param positions [n, 3] in the view's world
 * @param depthTolerance the largest difference to the view's depth, world units
 * @param seen the elements of splats that the view shows, with their pixels; null without splats
 * @returns [n] see {@link PromptView.pixelOfLeaf}
 */
export function PixelsOfLeaves(
    positions: Float32Array,
    view: View,
    depthTolerance: number,
    splats: PromptSplats | null = null,
    seen: { readonly elements: Uint32Array; readonly pixels: Uint32Array } | null = null,
): Int32Array {
    const pixelOfLeaf = new Int32Array(positions.length / 3).fill(UNSEEN_PIXEL);
    ForEachVisible(positions, view, depthTolerance, (leaf, pixel) => {
        if (!splats?.isSplat[leaf]) {
            pixelOfLeaf[leaf] = pixel;
        }
    });
    if (splats && seen) {
        seen.elements.forEach((element, i) => {
            pixelOfLeaf[splats.leafOfElement[element]] = seen.pixels[i];
        });
    }
    return pixelOfLeaf;
}

/**
 * Returns the image position of a leaf, in pixels, which need not be one that the view was found to show: a clicked
 * leaf stands for the surface around it. Null outside the image, and behind something else.
 *
 * @param slack the depth behind the view's up to which a leaf counts as shown, world units
 */
export function PositionInView(
    { view, pixelOfLeaf }: PromptView,
    positions: Float32Array,
    leaf: number,
    slack: number,
): { readonly x: number; readonly y: number } | null {
    const { camera, depth } = view;
    const { width, height } = camera;
    const seen = pixelOfLeaf[leaf];
    if (seen !== UNSEEN_PIXEL) {
        return { x: (seen % width) + 0.5, y: Math.floor(seen / width) + 0.5 };
    }
    const projected = [0, 0, 0];
    camera.project(positions[3 * leaf], positions[3 * leaf + 1], positions[3 * leaf + 2], projected);
    const [px, py, pz] = projected;
    if (!(pz > 0 && px >= 0 && px < width && py >= 0 && py < height)) {
        return null;
    }
    const surface = depth?.[Math.floor(py) * width + Math.floor(px)] ?? 0;
    return surface > 0 && Math.abs(pz - surface) <= slack ? { x: px, y: py } : null;
}
