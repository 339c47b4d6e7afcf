import type { FreeSpace } from "../../src/compute/hierarchy/sight/freeSpace";

/**
 * The slow twin of the inner loop of MeasureSolidSight: how much of a line stays inside, 1 .. 0 where `tolerance` of it
 * and more is free.
 *
 * @param a a place in the unit cube
 * @param b another
 */
export function ReferenceSightLine(
    space: FreeSpace,
    a: readonly number[],
    b: readonly number[],
    tolerance: number,
): number {
    const from = a.map((x) => space.toGrid(x));
    const way = b.map((x, axis) => space.toGrid(x) - from[axis]);
    const length = Math.hypot(...way);
    const steps = Math.max(1, Math.ceil(length));
    let outside = 0;
    for (let step = 1; step < steps; step++) {
        const [x, y, z] = from.map((start, axis) => start + (way[axis] * step) / steps);
        outside += space.isFree(x, y, z) ? length / steps : 0;
    }
    return Math.max(0, 1 - (outside * space.voxelSize) / tolerance);
}
