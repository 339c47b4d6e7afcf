import type { View } from "../../views/capture";
import { MeasureEnclosure } from "../sight/enclosure";
import { FreeSpace } from "../sight/freeSpace";
import { RegionSight } from "../sight/regionSight";
import { MeasureSolidSight } from "../sight/solidSight";
import type { ViewObservation } from "./observations";
import { OuterSide } from "./outerSide";
import type { Superpoints } from "./superpoints";
import type { SurfaceCloud } from "./surfaceCloud";

/** Voxels along a side of the grid of free space. */
const GRID_SIDE = 70;
/** The largest number of superpoints: two tables of their pairs are kept. */
const MAX_SUPERPOINTS = 4096;

/**
 * Measures the sight between superpoints through the solid; null for too many superpoints.
 *
 * @param views whose depth carves free space
 * @param normals [n, 3] of the cloud's points, of either sign
 * @param onStep called between views and steps of some tens of milliseconds; may throw to stop
 */
export function MeasureSuperpointSight(
    views: readonly View[],
    { positions, unitPositions, unitCube }: SurfaceCloud,
    normals: Float32Array,
    observations: readonly ViewObservation[],
    { region, count }: Superpoints,
    onStep: () => void,
): RegionSight | null {
    if (count > MAX_SUPERPOINTS) {
        return null;
    }
    const space = new FreeSpace(GRID_SIDE);
    for (const view of views) {
        onStep();
        space.carve(view, unitCube);
    }
    const outerSideOf = (point: number): number => OuterSide(point, positions, normals, observations);
    const enclosed = MeasureEnclosure(space, unitPositions, normals, outerSideOf, region, count);
    onStep();
    const sight = MeasureSolidSight(space, unitPositions, normals, outerSideOf, region, count);
    return new RegionSight(region, count, sight, enclosed);
}
