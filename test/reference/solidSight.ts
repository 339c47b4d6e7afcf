import type { FreeSpace } from "../../src/compute/hierarchy/sight/freeSpace";

/** An end of a line: a position in the unit cube and the outer unit normal, or zeros if there is none. */
export interface ReferenceSightEnd {
    readonly position: readonly number[];
    readonly outward: readonly number[];
}

/**
 * Reference implementation of the inner loop of MeasureSolidSight: the share of a line that is inside, from 1 down to 0
 * if `tolerance` of it or more is free, or if its cosine to the outer normal at an end is `outwardCosine` or more. Its
 * ends lie a voxel or half a voxel below the surface, where the first of these is not free, or else on it.
 */
export function ReferenceSightLine(
    space: FreeSpace,
    a: ReferenceSightEnd,
    b: ReferenceSightEnd,
    tolerance: number,
    outwardCosine: number,
): number {
    const from = ReferenceSightPlace(space, a);
    const path = ReferenceSightPlace(space, b).map((x, axis) => x - from[axis]);
    const length = Math.hypot(...path);
    const steps = Math.max(1, Math.ceil(length));
    let outside = 0;
    for (let step = 1; step < steps; step++) {
        const [x, y, z] = from.map((start, axis) => start + (path[axis] * step) / steps);
        outside += space.isFree(x, y, z) ? length / steps : 0;
    }
    const cosine = (outward: readonly number[], sign: number): number =>
        path.reduce((sum, x, axis) => sum + sign * x * outward[axis], 0) / Math.max(length, 1e-12);
    const steepness = Math.max(0, cosine(a.outward, 1), cosine(b.outward, -1));
    return Math.max(0, 1 - (outside * space.voxelSize) / tolerance - steepness / outwardCosine);
}

/** Returns the place of a line's end, in voxels. */
export function ReferenceSightPlace(space: FreeSpace, { position, outward }: ReferenceSightEnd): number[] {
    const below = [1, 0.5].map((depth) => position.map((x, axis) => space.toGrid(x) - depth * outward[axis]));
    const solid = below.filter(([x, y, z]) => space.contains(x, y, z) && !space.isFree(x, y, z));
    return solid[0] ?? position.map((x) => space.toGrid(x));
}
