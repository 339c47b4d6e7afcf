import { KdTree } from "../../algorithms/kdTree";
import { VoxelDownsample } from "../../algorithms/voxelDownsample";
import type { View } from "../../views/capture";
import { UnprojectDepth } from "../../views/surfacePoints";
import { UnitCube } from "../../views/unitCube";

/** Points on the surface of the capture: the leaves of the hierarchy. */
export interface SurfaceCloud {
    /** [n, 3] world positions. */
    readonly positions: Float32Array;
    /** [n, 3] the same in the unit cube. */
    readonly unitPositions: Float32Array;
    readonly unitCube: UnitCube;
    /** Over `unitPositions`. */
    readonly tree: KdTree;
}

/**
 * The surface that the views' depth shows (paper, section 4.2): all pixels unprojected, thinned to one point a voxel,
 * without points that have no neighbor within twice the voxel. Uniform in density, neighbors close in memory.
 *
 * @param voxelSize side of a voxel in the unit cube
 * @throws UltrametricError of kind "input" when no view sees anything
 */
export function CreateSurfaceCloud(views: readonly View[], voxelSize: number): SurfaceCloud {
    const parts = views.map((view) => UnprojectDepth(view).positions);
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
        all.set(part, offset);
        offset += part.length;
    }
    const unitCube = UnitCube.FromPositions(all);
    const unit = unitCube.toUnit(all);
    let kept = VoxelDownsample(unit, voxelSize);
    let unitPositions = pick(unit, kept);
    let tree = new KdTree(unitPositions);
    const company = kept.filter((_, i) => tree.hasNeighborWithin(unitPositions, i, 2 * voxelSize));
    // A cloud of lone points only is left as it is: there is nothing to call an outlier.
    if (company.length > 0 && company.length < kept.length) {
        kept = company;
        unitPositions = pick(unit, kept);
        tree = new KdTree(unitPositions);
    }
    return { positions: pick(all, kept), unitPositions, unitCube, tree };
}

/**
 * The cloud of points that are given, all of them and in their order.
 *
 * @param positions [n, 3] world
 * @throws UltrametricError of kind "input" when there is none or one is not finite
 */
export function CreateGeometryCloud(positions: Float32Array): SurfaceCloud {
    const unitCube = UnitCube.FromPositions(positions);
    const unitPositions = unitCube.toUnit(positions);
    return { positions, unitPositions, unitCube, tree: new KdTree(unitPositions) };
}

function pick(positions: Float32Array, indices: Uint32Array): Float32Array {
    const picked = new Float32Array(3 * indices.length);
    for (let i = 0; i < indices.length; i++) {
        const p = 3 * indices[i];
        picked[3 * i] = positions[p];
        picked[3 * i + 1] = positions[p + 1];
        picked[3 * i + 2] = positions[p + 2];
    }
    return picked;
}
