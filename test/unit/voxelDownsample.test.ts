import { describe, expect, it } from "vitest";
import { VoxelDownsample } from "../../src/compute/algorithms/voxelDownsample";
import { CreateRandom } from "../../src/compute/base/random";
import { ReferenceVoxels } from "../reference/voxelDownsample";
import { ExpectSameElements } from "../support/arrays";

const SEED = 61;

describe("VoxelDownsample", () => {
    it("keeps the first point of each voxel, sorted by voxel with x fastest", () => {
        // Voxels (x, y, z): (1, 0, 0), (0, 0, 0), (0, 0, 0), (0, 1, 0), (-1, 0, 1), (1, 0, 0).
        const points = [1.5, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0, 1, 0, -0.5, 0.9, 1, 1, 0.5, 0.5];
        expect([...VoxelDownsample(Float32Array.from(points), 1)]).toEqual([1, 0, 3, 4]);
    });

    it.each([0, 1, 2, 255, 256, 257, 20_003])(`agrees with a map of voxels, n = %i (seed ${SEED})`, (count) => {
        const random = CreateRandom(SEED + count);
        const positions = Float32Array.from({ length: 3 * count }, () => 4 * random() - 2);
        for (const size of [0.05, 0.3, 10]) {
            ExpectSameElements(
                VoxelDownsample(positions, size),
                ReferenceVoxels(positions, size),
                `size ${size}, seed ${SEED + count}`,
            );
        }
    });

    it("throws on invalid sizes", () => {
        const points = Float32Array.of(0, 0, 0, 1, 1, 1);
        expect(() => VoxelDownsample(points, 0)).toThrow(/must be positive; it is 0/);
        expect(() => VoxelDownsample(points, Number.NaN)).toThrow(/must be positive; it is NaN/);
        expect(() => VoxelDownsample(points, 1e-4)).toThrow(/10001 x 10001 x 10001 cells; the limit is 2\^32/);
    });
});
