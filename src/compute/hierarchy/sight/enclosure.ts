import type { FreeSpace } from "./freeSpace";
import { SampleRegions } from "./regionSamples";

/** The number of points that stand for a region. */
const SAMPLES = 4;

/**
 * Measures the share of each region that encloses an inside: it is seen from one side, and the line inward reaches free
 * space again. A sheet has no inside, nor has a room that is seen from within, since the space behind its walls is
 * unknown.
 *
 * @param unitPositions [n, 3] points in the unit cube
 * @param normals [n, 3] of either sign
 * @param outerSideOf returns the sign of a point's normal on the side that it is seen from; 0 for a sheet
 * @param region [n] region of each point, 0 .. regionCount - 1, each with at least one point
 * @returns [regionCount] 0..1
 */
export function MeasureEnclosure(
    space: FreeSpace,
    unitPositions: Float32Array,
    normals: Float32Array,
    outerSideOf: (point: number) => number,
    region: Uint32Array,
    regionCount: number,
    seed = 1,
): Float32Array {
    const enclosed = new Float32Array(regionCount);
    SampleRegions(region, regionCount, SAMPLES, seed).forEach((point, i) => {
        const outward = outerSideOf(point);
        if (outward !== 0 && reachesFreeSpace(space, unitPositions, normals, point, -outward)) {
            enclosed[Math.floor(i / SAMPLES)] += 1 / SAMPLES;
        }
    });
    return enclosed;
}

/** Returns whether the line from a point along `sign` times its normal reaches free space inside the grid. */
function reachesFreeSpace(
    space: FreeSpace,
    unitPositions: Float32Array,
    normals: Float32Array,
    point: number,
    sign: number,
): boolean {
    const [x, y, z] = unitPositions.subarray(3 * point, 3 * point + 3).map((unit) => space.toGrid(unit));
    const [dx, dy, dz] = normals.subarray(3 * point, 3 * point + 3).map((value) => sign * value);
    for (let t = 1; space.contains(x + t * dx, y + t * dy, z + t * dz); t++) {
        if (space.isFree(x + t * dx, y + t * dy, z + t * dz)) {
            return true;
        }
        if (t > 2 * space.side) {
            return false; // the normal is zero
        }
    }
    return false;
}
