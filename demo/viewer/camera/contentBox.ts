import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { type Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { IsSplatDataFlipped, IsSplatMesh, SPLAT_BYTES } from "../../../src/plugin/content/splatData";
import { type Box, CornersOfBox } from "./fitBox";

/** The largest number of meshes whose boxes make the hull. */
const MAX_HULL_BOXES = 500;
/** The distance of the surface from the hull of some leaves, as a share of the distance from the center. */
const LEAF_MARGIN = 0.03;
/** Directions in which the hull of leaves is exact, all around. */
const HULL_DIRECTIONS: readonly (readonly [number, number, number])[] = [-2, -1, 0, 1, 2].flatMap((x) =>
    [-2, -1, 0, 1, 2].flatMap((y) => [-2, -1, 0, 1, 2].map((z) => [x, y, z] as const)),
);
/** The largest number of points that are looked at for outliers. */
const SAMPLES = 20_000;
/** The share of points at either end of an axis that may be outliers. */
const OUTLIER_SHARE = 0.005;
/** The share of the extent that points other than outliers have at most if there are outliers. */
const COMPACT_SHARE = 0.5;
/** The margin around points without outliers, as a share of their extent. */
const MARGIN_SHARE = 0.05;

/**
 * Returns the box of visible meshes in the scene, in their current pose; null if nothing is visible. Of points and
 * splats, a few that lie far from all others do not count.
 */
export function FindContentBox(meshes: readonly AbstractMesh[]): Box | null {
    return FindMeshesBox(meshes.filter((mesh) => mesh.isVisible && mesh.isEnabled()));
}

/** Returns the box of meshes as {@link FindContentBox} does, visible or not. */
export function FindMeshesBox(meshes: readonly AbstractMesh[]): Box | null {
    const boxes = meshes
        .filter((mesh) => mesh.getTotalVertices() > 0)
        .map(boxOfMesh)
        .filter(({ low, high }) => [low, high].every(({ x, y, z }) => Number.isFinite(x + y + z)));
    if (boxes.length === 0) {
        return null;
    }
    return {
        low: boxes.reduce((low, box) => Vector3.Minimize(low, box.low), boxes[0].low),
        high: boxes.reduce((high, box) => Vector3.Maximize(high, box.high), boxes[0].high),
        ...(boxes.length <= MAX_HULL_BOXES ? { hull: boxes.flatMap(CornersOfBox) } : {}),
    };
}

/**
 * Returns the box of leaves in the scene, with a hull that fits them closely.
 *
 * @param positions [n, 3]
 * @param world from the coordinates of the leaves into the scene
 */
export function FindLeafBox(positions: Float32Array, world: Matrix): Box | null {
    if (positions.length === 0) {
        return null;
    }
    const low = new Vector3(Infinity, Infinity, Infinity);
    const high = new Vector3(-Infinity, -Infinity, -Infinity);
    for (let p = 0; p < positions.length; p += 3) {
        low.minimizeInPlaceFromFloats(positions[p], positions[p + 1], positions[p + 2]);
        high.maximizeInPlaceFromFloats(positions[p], positions[p + 1], positions[p + 2]);
    }
    const center = Vector3.Center(low, high);
    const grow = (point: Vector3): Vector3 =>
        point
            .subtract(center)
            .scaleInPlace(1 + LEAF_MARGIN)
            .addInPlace(center);
    const step = 3 * Math.max(1, Math.floor(positions.length / 3 / SAMPLES));
    const hull = HULL_DIRECTIONS.map(([x, y, z]) => {
        let farthest = 0;
        let distance = -Infinity;
        for (let p = 0; p < positions.length; p += step) {
            const along = x * positions[p] + y * positions[p + 1] + z * positions[p + 2];
            if (along > distance) {
                distance = along;
                farthest = p;
            }
        }
        return Vector3.TransformCoordinates(grow(Vector3.FromArray(positions, farthest)), world);
    });
    return { ...TransformBox({ low: grow(low), high: grow(high) }, world), hull };
}

/** Returns the box around a transformed box. */
export function TransformBox(box: Box, transform: Matrix): Box {
    const corners = CornersOfBox(box).map((corner) => Vector3.TransformCoordinates(corner, transform));
    return {
        low: corners.reduce((low, corner) => Vector3.Minimize(low, corner)),
        high: corners.reduce((high, corner) => Vector3.Maximize(high, corner)),
    };
}

function boxOfMesh(mesh: AbstractMesh): Box {
    const world = mesh.computeWorldMatrix(true);
    if (mesh.skeleton || mesh.morphTargetManager) {
        mesh.refreshBoundingInfo({ applySkeleton: true, applyMorph: true });
    }
    const points = mesh.getTotalIndices() === 0 || IsSplatMesh(mesh) ? samplePoints(mesh) : null;
    const compact = points && compactBox(points);
    if (compact && !mesh.hasThinInstances) {
        return TransformBox(compact, world);
    }
    const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
    return { low: minimumWorld.clone(), high: maximumWorld.clone() };
}

/** Returns [n, 3] some points of a mesh, in its own coordinates; null if they are not in memory. */
function samplePoints(mesh: AbstractMesh): Float32Array | null {
    const splats = IsSplatMesh(mesh) ? mesh.splatsData : null;
    const from = IsSplatMesh(mesh)
        ? splats && new Float32Array(splats)
        : mesh.getVerticesData(VertexBuffer.PositionKind);
    if (!from) {
        return null;
    }
    const stride = splats ? SPLAT_BYTES / 4 : 3;
    const upward = IsSplatMesh(mesh) && IsSplatDataFlipped(mesh) ? -1 : 1;
    const count = Math.floor(from.length / stride);
    const step = Math.max(1, Math.floor(count / SAMPLES));
    const points = new Float32Array(3 * Math.ceil(count / step));
    for (let i = 0; 3 * i < points.length; i++) {
        for (let axis = 0; axis < 3; axis++) {
            points[3 * i + axis] = from[stride * step * i + axis] * (axis === 1 ? upward : 1);
        }
    }
    return points;
}

/** Returns the box of points without outliers; null if there are none. */
function compactBox(points: Float32Array): Box | null {
    const ranges = [0, 1, 2].map((axis) => {
        const values = points.filter((value, i) => i % 3 === axis && Number.isFinite(value)).sort();
        const skipped = Math.floor(OUTLIER_SHARE * values.length);
        const [low, high] = [values[skipped], values[values.length - 1 - skipped]];
        return { low, high, extent: values[values.length - 1] - values[0] };
    });
    if (!ranges.some(({ low, high, extent }) => high - low < COMPACT_SHARE * extent)) {
        return null;
    }
    const [x, y, z] = ranges.map(({ low, high }) => [
        low - MARGIN_SHARE * (high - low),
        high + MARGIN_SHARE * (high - low),
    ]);
    return { low: new Vector3(x[0], y[0], z[0]), high: new Vector3(x[1], y[1], z[1]) };
}
