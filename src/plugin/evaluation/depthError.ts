import type { View } from "../../compute/views/capture";

/** The error of depth maps, over the pixels where depth and ground truth exist. */
export interface DepthError {
    /** The mean absolute error, in units of the capture (paper, table 4). */
    readonly meanError: number;
    /** The median absolute error, in units of the capture. */
    readonly medianError: number;
    /** The share of the true surface's pixels that have depth, 0..1. */
    readonly covered: number;
    /** The number of pixels with depth outside of the true surface, per pixel of that surface. */
    readonly outside: number;
}

/**
 * Compares the depth of views with the ground truth.
 *
 * @returns null when no view has true depth
 */
export function MeasureDepth(
    views: readonly Pick<View, "depth">[],
    truth: readonly Pick<View, "depth">[],
): DepthError | null {
    const errors: number[] = [];
    let surface = 0;
    let outside = 0;
    truth.forEach(({ depth: expected }, v) => {
        const depth = views[v].depth;
        if (expected === null || depth === null) {
            return;
        }
        for (let p = 0; p < expected.length; p++) {
            surface += expected[p] > 0 ? 1 : 0;
            if (depth[p] > 0 && expected[p] > 0) {
                errors.push(Math.abs(depth[p] - expected[p]));
            } else if (depth[p] > 0) {
                outside++;
            }
        }
    });
    if (surface === 0) {
        return null;
    }
    errors.sort((a, b) => a - b);
    return {
        meanError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
        medianError: errors[errors.length >> 1],
        covered: errors.length / surface,
        outside: outside / surface,
    };
}
