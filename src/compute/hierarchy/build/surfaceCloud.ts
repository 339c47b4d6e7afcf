import { KdTree } from "../../algorithms/kdTree";
import { VoxelDownsample } from "../../algorithms/voxelDownsample";
import { ConcatenateFloats } from "../../base/concatenate";
import { UnitCube } from "../../bounds/unitCube";
import type { View } from "../../views/capture";
import { UnprojectDepth } from "../../views/surfacePoints";

/** Points on the surface of a capture, from which the hierarchy is built. */
export interface SurfaceCloud {
    /** [n, 3] world positions. */
    readonly positions: Float32Array;
    /** [n, 3] positions in the unit cube. */
    readonly unitPositions: Float32Array;
    readonly unitCube: UnitCube;
    /** Tree of `unitPositions`. */
    readonly tree: KdTree;
}

/** Feature vectors of the points of a cloud. */
export interface CloudFeatures {
    /** [n, dimensions] unit vectors. */
    readonly features: Float32Array;
    readonly dimensions: number;
}

/**
 * Creates the cloud of the views' depth (paper, section 4.2): unprojects all pixels, keeps one point per voxel, and
 * drops points that have no neighbor within twice the voxel size. The density is uniform, and neighbors are close in
 * memory.
 *
 * @param voxelSize side of a voxel in the unit cube
 * @throws UltrametricError "input" if the depth of all views is 0 everywhere
 */
export function CreateSurfaceCloud(views: readonly View[], voxelSize: number): SurfaceCloud {
    const all = ConcatenateFloats(views.map((view) => UnprojectDepth(view).positions));
    const unitCube = UnitCube.FromPositions(all);
    const unit = unitCube.toUnit(all);
    let kept = VoxelDownsample(unit, voxelSize);
    let unitPositions = pick(unit, kept);
    let tree = new KdTree(unitPositions);
    const withNeighbor = kept.filter((_, i) => tree.hasNeighborWithin(unitPositions, i, 2 * voxelSize));
    // If no point has a neighbor, the cloud is sparse, and none is an outlier.
    if (withNeighbor.length > 0 && withNeighbor.length < kept.length) {
        kept = withNeighbor;
        unitPositions = pick(unit, kept);
        tree = new KdTree(unitPositions);
    }
    return { positions: pick(all, kept), unitPositions, unitCube, tree };
}

/**
 * Creates the cloud of points on the content's own surface, in their order.
 *
 * @param positions [n, 3] world
 * @throws UltrametricError "input" if there is no point, or a position is not finite
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
