import type { UnitCube } from "../../bounds/unitCube";
import type { View } from "../../views/capture";

/** A voxel is free if a view sees past its center by more than this many voxels. */
const SLACK = 0.75;
/** Voxels around the unit cube on each side, so that lines which leave the content reach free space. */
const MARGIN = 3;

/**
 * A grid of voxels in and around the unit cube. Those that a view sees through are free; others are solid or unseen.
 */
export class FreeSpace {
    /** [side, side, side] 1 for free, x fastest. */
    public readonly free: Uint8Array;

    /** @param side voxels along a side, including those around the cube */
    public constructor(public readonly side: number) {
        this.free = new Uint8Array(side ** 3);
    }

    /** The side of a voxel, in the unit cube. */
    public get voxelSize(): number {
        return 1 / (this.side - 2 * MARGIN);
    }

    /** Converts a coordinate of the unit cube to voxels from the corner of the grid. */
    public toGrid(unit: number): number {
        return unit / this.voxelSize + MARGIN;
    }

    /** Returns true if a position, in voxels, is free. Positions outside the grid are unknown, so they are not. */
    public isFree(x: number, y: number, z: number): boolean {
        return this.contains(x, y, z) && this.free[((z | 0) * this.side + (y | 0)) * this.side + (x | 0)] === 1;
    }

    /** Returns true if a position, in voxels, lies within the grid. */
    public contains(x: number, y: number, z: number): boolean {
        const { side } = this;
        return x >= 0 && y >= 0 && z >= 0 && x < side && y < side && z < side;
    }

    /**
     * Frees the voxels whose center a view sees past, or at whose pixel it sees nothing (space carving; Kutulakos and
     * Seitz 2000).
     */
    public carve({ camera, depth }: Pick<View, "camera" | "depth">, cube: UnitCube): void {
        if (depth === null) {
            return;
        }
        const { width, height, focalX, focalY, centerX, centerY, cameraToWorld } = camera;
        const [m0, m1, m2, tx, m4, m5, m6, ty, m8, m9, m10, tz] = cameraToWorld;
        const { free, side } = this;
        const voxel = cube.toWorldLength(this.voxelSize);
        const [x0, y0, z0] = [0, 1, 2].map((axis) => cube.toWorldPosition((0.5 - MARGIN) * this.voxelSize, axis));
        let i = 0;
        for (let z = 0; z < side; z++) {
            const dz = z0 + z * voxel - tz;
            for (let y = 0; y < side; y++) {
                const dy = y0 + y * voxel - ty;
                // The first voxel of the row in the camera frame; all three are linear along the row.
                const right = m0 * (x0 - tx) + m4 * dy + m8 * dz;
                const up = m1 * (x0 - tx) + m5 * dy + m9 * dz;
                const ahead = -(m2 * (x0 - tx) + m6 * dy + m10 * dz);
                for (let x = 0; x < side; x++, i++) {
                    const away = ahead - m2 * voxel * x;
                    if (free[i] === 1 || away <= 0) {
                        continue;
                    }
                    const column = Math.floor(((right + m0 * voxel * x) / away) * focalX + centerX);
                    const row = Math.floor(centerY - ((up + m1 * voxel * x) / away) * focalY);
                    if (column >= 0 && row >= 0 && column < width && row < height) {
                        const surface = depth[row * width + column];
                        free[i] = surface === 0 || surface > away + SLACK * voxel ? 1 : 0;
                    }
                }
            }
        }
    }
}
