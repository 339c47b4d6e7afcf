import { type Coroutine, RunCoroutineSync } from "../base/coroutine";
import { UltrametricError } from "../base/ultrametricError";
import type { PinholeCamera } from "./pinholeCamera";
import { UnitCube } from "./unitCube";
import { CarveVisualHullCoroutine, type Silhouette } from "./visualHull";

/** Cells along an edge of the grid that finds the box of what the pictures show. */
const HULL_RESOLUTION = 64;

/**
 * The box of the scene, from posed pictures: the cube around the place that the cameras look at, as wide as they see there; where the pictures
 * have clear parts (alpha 0), the box within it of what none of them shows clear.
 * @throws UltrametricError "input" where the cameras do not look at a common place or stand at one, or nothing is left between the clear parts
 */
export function FindSceneBounds(views: readonly Silhouette[]): UnitCube {
    return RunCoroutineSync(SceneBoundsCoroutine(views));
}

/** As {@link FindSceneBounds}, in time slices. */
export function* SceneBoundsCoroutine(views: readonly Silhouette[]): Coroutine<UnitCube> {
    const cube = CubeOfCameras(views.map(({ camera }) => camera));
    if (!(yield* HaveClearPixels(views))) {
        return cube;
    }
    const cells = yield* CarveVisualHullCoroutine(views, cube, HULL_RESOLUTION);
    if (cells.length === 0) {
        throw new UltrametricError(
            "input",
            "The box of the scene was not found: every place that the cameras look at is clear (alpha 0) in some picture. " +
                "Check the poses (camera to world, OpenGL axes) and the pictures' alpha, or give the box.",
        );
    }
    const low = [HULL_RESOLUTION, HULL_RESOLUTION, HULL_RESOLUTION];
    const high = [0, 0, 0];
    for (const cell of cells) {
        const place = [
            cell % HULL_RESOLUTION,
            Math.floor(cell / HULL_RESOLUTION) % HULL_RESOLUTION,
            Math.floor(cell / HULL_RESOLUTION ** 2),
        ];
        for (let axis = 0; axis < 3; axis++) {
            low[axis] = Math.min(low[axis], place[axis]);
            high[axis] = Math.max(high[axis], place[axis] + 1);
        }
    }
    const corner = low.map((x, axis) => cube.toWorldPosition(x / HULL_RESOLUTION, axis));
    const sides = high.map((x, axis) => cube.toWorldLength((x - low[axis]) / HULL_RESOLUTION));
    const extent = Math.max(...sides);
    // The shorter sides lie in the middle of the cube's.
    return new UnitCube(
        [0, 1, 2].map((axis) => corner[axis] - (extent - sides[axis]) / 2) as [number, number, number],
        extent,
    );
}

/** The cube around the place nearest to all cameras' axes; its half side is what half of the cameras see there, from the axis to the edge. */
function CubeOfCameras(cameras: readonly PinholeCamera[]): UnitCube {
    // Sum of (1 - d d^T) (c - o) = 0 over all axes o + s d, and a little of c = mean of o + spread * d, where the axes are nearly parallel.
    const spread = Math.max(
        ...[0, 1, 2].map((axis) => {
            const along = cameras.map(({ position }) => position[axis]);
            return Math.max(...along) - Math.min(...along);
        }),
    );
    if (!(spread > 0)) {
        throw new UltrametricError(
            "input",
            `The box of the scene was not found: all ${cameras.length} cameras stand at one place, which tells nothing of distances. Give the box.`,
        );
    }
    const matrix = [0, 1, 2].map(() => [0, 0, 0, 0]);
    for (const { position, cameraToWorld: m } of cameras) {
        const direction = [-m[2], -m[6], -m[10]];
        for (let r = 0; r < 3; r++) {
            for (let c = 0; c < 3; c++) {
                const weight = (r === c ? 1 : 0) - direction[r] * direction[c];
                matrix[r][c] += weight;
                matrix[r][3] += weight * position[c];
            }
            matrix[r][r] += 1e-3;
            matrix[r][3] += 1e-3 * (position[r] + spread * direction[r]);
        }
    }
    const center = Solve(matrix);
    const reaches = cameras
        .map((camera) => {
            const { position, cameraToWorld: m, width, height, focalX, focalY } = camera;
            const depth = -[2, 6, 10].reduce((sum, k, axis) => sum + m[k] * (center[axis] - position[axis]), 0);
            return depth * Math.min(width / 2 / focalX, height / 2 / focalY);
        })
        .filter((reach) => reach > 0)
        .sort((a, b) => a - b);
    const half = reaches[reaches.length >> 1];
    if (2 * reaches.length <= cameras.length || !(half > 0 && Number.isFinite(half))) {
        throw new UltrametricError(
            "input",
            `The box of the scene was not found: only ${reaches.length} of ${cameras.length} cameras look toward where their axes meet. ` +
                "Check the poses (camera to world, OpenGL axes), or give the box.",
        );
    }
    return new UnitCube(center.map((x) => x - half) as [number, number, number], 2 * half);
}

/** Whether some pixel of some image is wholly transparent. */
export function* HaveClearPixels(views: readonly Silhouette[]): Coroutine<boolean> {
    for (const { image } of views) {
        yield;
        for (let i = 3; i < image.length; i += 4) {
            if (image[i] === 0) {
                return true;
            }
        }
    }
    return false;
}

/** Solution of 3 equations in rows [a, b, c, right side], by elimination with pivots. */
function Solve(rows: number[][]): number[] {
    for (let c = 0; c < 3; c++) {
        const pivot = [0, 1, 2]
            .slice(c)
            .reduce((best, r) => (Math.abs(rows[r][c]) > Math.abs(rows[best][c]) ? r : best));
        [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
        for (let r = 0; r < 3; r++) {
            if (r !== c) {
                const factor = rows[r][c] / rows[c][c];
                for (let k = c; k < 4; k++) {
                    rows[r][k] -= factor * rows[c][k];
                }
            }
        }
    }
    return rows.map((row, c) => row[3] / row[c]);
}
