import type { View } from "../../compute/views/capture";

/** How far depth is from the truth, over the pixels that both have. */
export interface DepthError {
    /** Mean of the absolute difference, in the capture's units (the paper's table 4). */
    readonly meanError: number;
    readonly medianError: number;
    /** Share of the true surface's pixels that have depth, 0..1. */
    readonly covered: number;
    /** Pixels with depth per pixel of the true surface that lie outside of it. */
    readonly outside: number;
}

/** Compares depth of views with the truth. @returns null where no view has true depth */
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
