import type { FreeSpace } from "./freeSpace";
import { SampleRegions } from "./regionSamples";

/** The length in free space, in the unit cube, at which a line counts as fully outside the solid. */
const TOLERANCE = 0.05;
/**
 * The cosine of a line to the outer normal at one of its ends at which it counts as fully outside, however short it is:
 * such a line leads from the top of a block to a neck on it.
 */
const OUTWARD_COSINE = 0.5;
/**
 * Depths below the surface, in voxels, at which a line may end; the first one in a voxel that is not free counts. The
 * voxels of a flat side are free if their centers happen to lie outside, and then no line along the side is inside.
 */
const DEPTHS = [1, 0.5] as const;
/** A line counts by 1 / (this + its length), in the unit cube: near pieces tell more about a part than far ones. */
const NEARNESS = 0.08;

/** The lines of sight through the solid between all pairs of regions. */
export interface SolidSight {
    /** [regions, regions] symmetric: the weights of the lines, times their shares inside the solid. */
    readonly inside: Float32Array;
    /** [regions, regions] symmetric: the weights of the lines. */
    readonly total: Float32Array;
}

/**
 * Measures the sight between regions through the solid, along one line between a random point of each. Pieces of one
 * part see each other, because parts are nearly convex (Asafi, Goren and Cohen-Or 2013, "Weak Convex Decomposition by
 * Lines-of-sight"). A line is less inside the farther it passes through free space, and the more it leads outward at
 * one of its ends; these lie below the surface, by up to a voxel. It also counts by the product of both sizes, so that
 * the weights of a union are sums.
 *
 * @param unitPositions [n, 3] points in the unit cube
 * @param normals [n, 3] of either sign
 * @param outerSideOf returns the sign of a point's normal on the side that it is seen from; 0 for a sheet
 * @param region [n] region of each point, 0 .. regionCount - 1, each with at least one point
 */
export function MeasureSolidSight(
    space: FreeSpace,
    unitPositions: Float32Array,
    normals: Float32Array,
    outerSideOf: (point: number) => number,
    region: Uint32Array,
    regionCount: number,
    seed = 1,
): SolidSight {
    const { free, side, voxelSize } = space;
    const ends = Float64Array.from({ length: 3 * regionCount });
    // Zero for a sheet.
    const outward = new Float64Array(3 * regionCount);
    SampleRegions(region, regionCount, 1, seed).forEach((point, r) => {
        const sign = outerSideOf(point);
        for (let axis = 0; axis < 3; axis++) {
            ends[3 * r + axis] = space.toGrid(unitPositions[3 * point + axis]);
            outward[3 * r + axis] = sign * normals[3 * point + axis];
        }
        sink(space, ends.subarray(3 * r, 3 * r + 3), outward.subarray(3 * r, 3 * r + 3));
    });
    const sizes = new Float64Array(regionCount);
    for (const r of region) {
        sizes[r] += regionCount / region.length;
    }
    const inside = new Float32Array(regionCount * regionCount);
    const total = new Float32Array(regionCount * regionCount);
    const allowed = TOLERANCE / voxelSize;
    for (let r = 0; r < regionCount; r++) {
        const [x, y, z] = ends.subarray(3 * r, 3 * r + 3);
        const [nx, ny, nz] = outward.subarray(3 * r, 3 * r + 3);
        for (let s = r; s < regionCount; s++) {
            const dx = ends[3 * s] - x;
            const dy = ends[3 * s + 1] - y;
            const dz = ends[3 * s + 2] - z;
            const length = Math.sqrt(dx * dx + dy * dy + dz * dz);
            const steps = Math.max(1, Math.ceil(length));
            const limit = (allowed * steps) / Math.max(length, 1);
            const atStart = nx * dx + ny * dy + nz * dz;
            const atEnd = -(outward[3 * s] * dx + outward[3 * s + 1] * dy + outward[3 * s + 2] * dz);
            let outside = length > 0 ? (limit * Math.max(0, atStart, atEnd)) / (OUTWARD_COSINE * length) : 0;
            for (let step = 1; step < steps && outside < limit; step++) {
                const t = step / steps;
                outside += free[(((z + dz * t) | 0) * side + ((y + dy * t) | 0)) * side + ((x + dx * t) | 0)];
            }
            const weight = (sizes[r] * sizes[s]) / (NEARNESS + length * voxelSize);
            const i = r * regionCount + s;
            const j = s * regionCount + r;
            total[i] = total[j] = weight;
            inside[i] = inside[j] = weight * Math.max(0, 1 - outside / limit);
        }
    }
    return { inside, total };
}

/** Moves an end of a line, in voxels, into the solid. */
function sink(space: FreeSpace, end: Float64Array, outward: Float64Array): void {
    for (const depth of DEPTHS) {
        const [x, y, z] = end.map((value, axis) => value - depth * outward[axis]);
        if (space.contains(x, y, z) && !space.isFree(x, y, z)) {
            end.set([x, y, z]);
            return;
        }
    }
}
