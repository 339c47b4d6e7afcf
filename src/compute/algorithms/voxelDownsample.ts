import { UltrametricError } from "../base/ultrametricError";
import { SortIndices } from "./sortIndices";

const KEY_RANGE = 2 ** 32;

/**
 * Keeps the first point in each voxel. The result is sorted by voxel (x fastest), which keeps neighbors close in
 * memory.
 *
 * @param positions [n, 3] in any unit; a corner of a voxel is at the origin
 * @param size side of a voxel, same unit
 * @returns indices of the kept points
 * @throws UltrametricError "input" if the size is not positive or gives 2^32 cells or more
 */
export function VoxelDownsample(positions: Float32Array, size: number): Uint32Array {
    if (!(size > 0)) {
        throw new UltrametricError("input", `The voxel size must be positive; it is ${size}.`);
    }
    const count = positions.length / 3;
    // Single precision, like the positions: a point on the border of two voxels gets the same one everywhere.
    const side = Math.fround(size);
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    const cells = new Int32Array(positions.length);
    for (let i = 0; i < positions.length; i++) {
        const cell = Math.floor(Math.fround(positions[i] / side));
        cells[i] = cell;
        const axis = i % 3;
        low[axis] = Math.min(low[axis], cell);
        high[axis] = Math.max(high[axis], cell);
    }
    const nx = high[0] - low[0] + 1;
    const ny = high[1] - low[1] + 1;
    const nz = high[2] - low[2] + 1;
    if (count > 0 && !(nx * ny * nz < KEY_RANGE)) {
        throw new UltrametricError(
            "input",
            `Voxels of size ${size} give ${nx} x ${ny} x ${nz} cells; the limit is 2^32. ` +
                "Use larger voxels or remove distant outliers.",
        );
    }
    const keys = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
        keys[i] = cells[3 * i] - low[0] + nx * (cells[3 * i + 1] - low[1] + ny * (cells[3 * i + 2] - low[2]));
    }
    const sorted = SortIndices(keys);
    const kept = new Uint32Array(count);
    let found = 0;
    for (let s = 0; s < count; s++) {
        if (s === 0 || keys[sorted[s]] !== keys[sorted[s - 1]]) {
            kept[found++] = sorted[s];
        }
    }
    return kept.slice(0, found);
}
