import type { FloatArray } from "@babylonjs/core/types";
import type { Pacer } from "../../compute/base/pacer";

/** The number of points whose neighbors are searched. */
const SAMPLE_COUNT = 48;
const NEIGHBOR_COUNT = 6;

/**
 * Estimates the spacing of points: the median distance of a point's sixth neighbor, over a sample of the points.
 *
 * @param positions [n, 3]
 * @returns the spacing in the units of the positions; 0 for a single point
 * @throws UltrametricError "aborted"
 */
export async function EstimatePointSpacingAsync(positions: FloatArray, pacer: Pacer): Promise<number> {
    const count = positions.length / 3;
    const neighbors = Math.min(NEIGHBOR_COUNT, count - 1);
    if (neighbors < 1) {
        return 0;
    }
    const samples = Math.min(SAMPLE_COUNT, count);
    const distances = new Float64Array(samples);
    const nearest = new Float64Array(neighbors); // squared distances, ascending
    for (let s = 0; s < samples; s++) {
        const q = 3 * Math.floor((s * count) / samples);
        nearest.fill(Infinity);
        for (let p = 0; p < positions.length; p += 3) {
            const dx = positions[p] - positions[q];
            const dy = positions[p + 1] - positions[q + 1];
            const dz = positions[p + 2] - positions[q + 2];
            const squared = dx * dx + dy * dy + dz * dz;
            if (squared < nearest[neighbors - 1] && p !== q) {
                let i = neighbors - 1;
                while (i > 0 && nearest[i - 1] > squared) {
                    nearest[i] = nearest[i - 1];
                    i--;
                }
                nearest[i] = squared;
            }
        }
        distances[s] = Math.sqrt(nearest[neighbors - 1]);
        await pacer.yieldIfDueAsync();
    }
    return distances.sort()[samples >> 1];
}
