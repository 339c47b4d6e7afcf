import type { View } from "../../compute/views/capture";
import { UnprojectDepth } from "../../compute/views/surfacePoints";

/** The entry of a pixel without a counterpart. */
export const NO_PIXEL = -1;

/** The corresponding pixels of two views with depth. */
export interface ViewWarp {
    /** [h, w] of the target: the source pixel of the same surface point; NO_PIXEL where the source does not show it. */
    readonly sourceOfTarget: Int32Array;
    /** [h, w] of the source: the target pixel of the same surface point; NO_PIXEL where the target does not show it. */
    readonly targetOfSource: Int32Array;
}

/**
 * Finds the corresponding pixels of two views from their true depth.
 *
 * @param depthTolerance the largest difference of two depths of one surface, in world units
 */
export function WarpViews(source: View, target: View, depthTolerance: number): ViewWarp {
    return {
        sourceOfTarget: findPixels(target, source, depthTolerance),
        targetOfSource: findPixels(source, target, depthTolerance),
    };
}

/** Returns for every pixel of `from` the pixel of `to` that shows its surface point. */
function findPixels(from: View, to: View, depthTolerance: number): Int32Array {
    const found = new Int32Array(from.camera.width * from.camera.height).fill(NO_PIXEL);
    const { pixels, positions } = UnprojectDepth(from);
    const at = new Float64Array(3);
    const { width, height } = to.camera;
    for (let i = 0; i < pixels.length; i++) {
        to.camera.project(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2], at);
        const [x, y, depth] = at;
        if (depth > 0 && x >= 0 && x < width && y >= 0 && y < height) {
            const pixel = Math.floor(y) * width + Math.floor(x);
            const surface = to.depth?.[pixel] ?? 0;
            if (surface > 0 && Math.abs(surface - depth) < depthTolerance) {
                found[pixels[i]] = pixel;
            }
        }
    }
    return found;
}
