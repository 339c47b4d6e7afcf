import type { View } from "./capture";

/**
 * Returns the foreground of a view as [height, width], 1 or 0: the pixels with depth or, if the view has no depth map,
 * the pixels that are at least half opaque.
 */
export function ViewForeground({ camera, image, depth }: View): Uint8Array {
    const foreground = new Uint8Array(camera.width * camera.height);
    for (let p = 0; p < foreground.length; p++) {
        const isForeground = depth === null ? image[4 * p + 3] >= 128 : depth[p] > 0;
        foreground[p] = isForeground ? 1 : 0;
    }
    return foreground;
}
