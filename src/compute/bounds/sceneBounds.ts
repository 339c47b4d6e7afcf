import type { Coroutine } from "../base/coroutine";
import { UltrametricError } from "../base/ultrametricError";
import type { PinholeCamera } from "../views/pinholeCamera";
import { UnitCube } from "./unitCube";
import { CarveVisualHullCoroutine, type Silhouette } from "./visualHull";

/** Cells along each edge of the grid of the visual hull. */
const HULL_RESOLUTION = 64;

/**
 * Finds the box of the scene from posed images, in time slices: the cube around the point that the cameras look at, as
 * wide as their images are there. If the images have transparent pixels (alpha 0), the box of the visual hull within
 * this cube.
 *
 * @throws UltrametricError "input" if the cameras share one position, do not look at a common point, or the visual hull
 * is empty
 */
export function* SceneBoundsCoroutine(views: readonly Silhouette[]): Coroutine<UnitCube> {
    const cube = cubeOfCameras(views.map(({ camera }) => camera));
    if (!(yield* HasTransparentPixels(views))) {
        return cube;
    }
    const cells = yield* CarveVisualHullCoroutine(views, cube, HULL_RESOLUTION);
    if (cells.length === 0) {
        throw new UltrametricError(
            "input",
            "The box of the scene was not found: the visual hull is empty, because every point is transparent " +
                "(alpha 0) in some image. Check the poses (camera to world, OpenGL axes) and the images' alpha, " +
                "or give the box.",
        );
    }
    const low = [HULL_RESOLUTION, HULL_RESOLUTION, HULL_RESOLUTION];
    const high = [0, 0, 0];
    for (const cell of cells) {
        const index = [
            cell % HULL_RESOLUTION,
            Math.floor(cell / HULL_RESOLUTION) % HULL_RESOLUTION,
            Math.floor(cell / HULL_RESOLUTION ** 2),
        ];
        for (let axis = 0; axis < 3; axis++) {
            low[axis] = Math.min(low[axis], index[axis]);
            high[axis] = Math.max(high[axis], index[axis] + 1);
        }
    }
    const corner = low.map((x, axis) => cube.toWorldPosition(x / HULL_RESOLUTION, axis));
    const sides = high.map((x, axis) => cube.toWorldLength((x - low[axis]) / HULL_RESOLUTION));
    const extent = Math.max(...sides);
    // The cube is centered on the box along its shorter sides.
    return new UnitCube(
        [0, 1, 2].map((axis) => corner[axis] - (extent - sides[axis]) / 2) as [number, number, number],
        extent,
    );
}

/**
 * Returns the cube around the point nearest to all optical axes; its half side is the median of the cameras' half
 * widths of view there.
 */
function cubeOfCameras(cameras: readonly PinholeCamera[]): UnitCube {
    // Least squares: sum of (1 - d d^T) (c - o) = 0 over all axes o + s d. For nearly parallel axes it is regularized
    // toward c = mean of o + spread * d.
    const spread = Math.max(
        ...[0, 1, 2].map((axis) => {
            const along = cameras.map(({ position }) => position[axis]);
            return Math.max(...along) - Math.min(...along);
        }),
    );
    if (!(spread > 0)) {
        throw new UltrametricError(
            "input",
            `The box of the scene was not found: all ${cameras.length} cameras share one position, ` +
                "so distances are unknown. Give the box.",
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
    const center = solve3(matrix);
    const halfWidths = cameras
        .map((camera) => {
            const { position, cameraToWorld: m, width, height, focalX, focalY } = camera;
            const depth = -[2, 6, 10].reduce((sum, k, axis) => sum + m[k] * (center[axis] - position[axis]), 0);
            return depth * Math.min(width / 2 / focalX, height / 2 / focalY);
        })
        .filter((halfWidth) => halfWidth > 0)
        .sort((a, b) => a - b);
    const half = halfWidths[halfWidths.length >> 1];
    if (2 * halfWidths.length <= cameras.length || !(half > 0 && Number.isFinite(half))) {
        throw new UltrametricError(
            "input",
            `The box of the scene was not found: only ${halfWidths.length} of ${cameras.length} cameras look toward ` +
                "the point where their axes meet. Check the poses (camera to world, OpenGL axes), or give the box.",
        );
    }
    return new UnitCube(center.map((x) => x - half) as [number, number, number], 2 * half);
}

/** Returns true if some pixel of some image is fully transparent; in time slices. */
export function* HasTransparentPixels(views: readonly Silhouette[]): Coroutine<boolean> {
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

/** Solves 3 linear equations, given as rows [a, b, c, right side], by Gaussian elimination with pivoting. */
function solve3(rows: number[][]): number[] {
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
