import type { View } from "./capture";

/**
 * The pixels in which a view shows something: those with depth, or, where the view has no depth, those at least half opaque
 * -> [height, width] row-major, 1 or 0.
 */
export function ViewForeground({ camera, image, depth }: View): Uint8Array {
    const inside = new Uint8Array(camera.width * camera.height);
    for (let p = 0; p < inside.length; p++) {
        const shown = depth === null ? image[4 * p + 3] >= 128 : depth[p] > 0;
        inside[p] = shown ? 1 : 0;
    }
    return inside;
}
