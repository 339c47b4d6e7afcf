/** Reference implementation of VoxelDownsample: a map from a voxel's key to its first point, sorted by z, y, x. */
export function ReferenceVoxels(positions: Float32Array, size: number): number[] {
    const first = new Map<string, { cell: number[]; point: number }>();
    for (let point = 0; point < positions.length / 3; point++) {
        const cell = Array.from(positions.subarray(3 * point, 3 * point + 3), (x) =>
            Math.floor(Math.fround(x / Math.fround(size))),
        );
        if (!first.has(cell.join())) {
            first.set(cell.join(), { cell, point });
        }
    }
    const voxels = [...first.values()];
    voxels.sort((a, b) => a.cell[2] - b.cell[2] || a.cell[1] - b.cell[1] || a.cell[0] - b.cell[0]);
    return voxels.map(({ point }) => point);
}
