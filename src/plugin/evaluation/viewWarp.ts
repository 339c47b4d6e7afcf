import type { View } from "../../compute/views/capture";
import { UnprojectDepth } from "../../compute/views/surfacePoints";

/** Where a pixel has no counterpart. */
export const NO_PIXEL = -1;

/** How the pixels of two views with depth correspond. */
export interface ViewWarp {
    /** [h, w] of the target: the source pixel that sees the same surface point; NO_PIXEL where the source does not see it. */
    readonly sourceOfTarget: Int32Array;
    /** [h, w] of the source: the target pixel that sees the same surface point; NO_PIXEL where the target does not see it. */
    readonly targetOfSource: Int32Array;
}

/**
 * Carries pixels between two views by their true depth.
 *
 * @param depthTolerance two depths closer than this are the same surface, world units
 */
export function WarpViews(source: View, target: View, depthTolerance: number): ViewWarp {
    return {
        sourceOfTarget: lookUp(target, source, depthTolerance),
        targetOfSource: lookUp(source, target, depthTolerance),
    };
}

/** For every pixel of `from`, the pixel of `to` that sees its surface point. */
function lookUp(from: View, to: View, depthTolerance: number): Int32Array {
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

/** Angle in degrees between the directions in which two views' cameras lie, seen from `center`. */
export function AngleBetweenViews(a: View, b: View, center: readonly [number, number, number]): number {
    const direction = (view: View): number[] => {
        const d = view.camera.position.map((p, axis) => p - center[axis]);
        const length = Math.hypot(...d);
        return d.map((x) => x / length);
    };
    const [p, q] = [direction(a), direction(b)];
    return (Math.acos(Math.min(1, Math.max(-1, p[0] * q[0] + p[1] * q[1] + p[2] * q[2]))) * 180) / Math.PI;
}
