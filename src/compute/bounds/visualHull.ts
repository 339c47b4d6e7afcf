import type { Coroutine } from "../base/coroutine";
import type { PinholeCamera } from "../views/pinholeCamera";
import type { UnitCube } from "./unitCube";

/** Cells tested per chunk: a few milliseconds. */
const CELLS_PER_CHUNK = 1 << 15;

/** A posed image of which only alpha matters. */
export interface Silhouette {
    readonly camera: PinholeCamera;
    /** [height, width, 4] bytes. */
    readonly image: Uint8Array;
}

/**
 * Carves the visual hull out of a grid over the unit cube, in time slices: a cell stays if at least one view sees its
 * center and no view sees it transparent (alpha 0 over the cell's whole footprint in the image, and one pixel around
 * it). An opaque image carves nothing.
 *
 * @param resolution cells along each edge
 * @param near distance in the unit cube below which a view does not see a cell
 * @returns the cells that stay, ascending, x fastest
 */
export function* CarveVisualHullCoroutine(
    silhouettes: readonly Silhouette[],
    cube: UnitCube,
    resolution: number,
    near = 0,
): Coroutine<Uint32Array<ArrayBuffer>> {
    const count = resolution ** 3;
    const centers = new Float64Array(3 * resolution);
    for (let axis = 0; axis < 3; axis++) {
        for (let i = 0; i < resolution; i++) {
            centers[axis * resolution + i] = cube.toWorldPosition((i + 0.5) / resolution, axis);
        }
    }
    const radius = cube.toWorldLength(Math.sqrt(3) / 2 / resolution);
    const nearest = cube.toWorldLength(near);
    const isSeen = new Uint8Array(count);
    let alive = new Uint32Array(count);
    for (let cell = 0; cell < count; cell++) {
        alive[cell] = cell;
    }
    const projected = new Float64Array(3);
    for (const { camera, image } of silhouettes) {
        const { width, height } = camera;
        const sums = sumOpaque(image, width, height);
        const stride = width + 1;
        let kept = 0;
        for (let i = 0; i < alive.length; i++) {
            if (i % CELLS_PER_CHUNK === 0) {
                yield;
            }
            const cell = alive[i];
            const x = centers[cell % resolution];
            const y = centers[resolution + (Math.floor(cell / resolution) % resolution)];
            const z = centers[2 * resolution + Math.floor(cell / resolution ** 2)];
            camera.project(x, y, z, projected);
            const depth = projected[2];
            alive[kept++] = cell;
            if (depth - radius <= nearest) {
                continue; // around or behind the camera
            }
            const [column, row] = projected;
            if (!(column >= 0 && row >= 0 && column < width && row < height)) {
                continue;
            }
            isSeen[cell] = 1;
            const halfWidth = (radius * camera.focalX) / (depth - radius) + 1;
            const halfHeight = (radius * camera.focalY) / (depth - radius) + 1;
            const left = Math.max(Math.floor(column - halfWidth), 0);
            const right = Math.min(Math.ceil(column + halfWidth), width);
            const top = Math.max(Math.floor(row - halfHeight), 0);
            const bottom = Math.min(Math.ceil(row + halfHeight), height);
            const opaque =
                sums[bottom * stride + right] -
                sums[top * stride + right] -
                sums[bottom * stride + left] +
                sums[top * stride + left];
            if (opaque === 0) {
                kept--;
            }
        }
        alive = alive.slice(0, kept);
    }
    return alive.filter((cell) => isSeen[cell] === 1);
}

/** Returns the summed-area table [height + 1, width + 1] of the pixels that are not fully transparent. */
function sumOpaque(image: Uint8Array, width: number, height: number): Uint32Array {
    const sums = new Uint32Array((width + 1) * (height + 1));
    for (let row = 0; row < height; row++) {
        let inRow = 0;
        for (let column = 0; column < width; column++) {
            inRow += image[4 * (row * width + column) + 3] > 0 ? 1 : 0;
            sums[(row + 1) * (width + 1) + column + 1] = sums[row * (width + 1) + column + 1] + inRow;
        }
    }
    return sums;
}
