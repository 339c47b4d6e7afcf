/**
 * Returns the unit normal of each flat face, repeated for its three corners [corners, 3]; 0 where a face has no area.
 *
 * @param positions [corners, 3], three corners per face
 */
export function FaceNormals(positions: Float32Array): Float32Array {
    const normals = new Float32Array(positions.length);
    for (let p = 0; p < positions.length; p += 9) {
        const ax = positions[p + 3] - positions[p];
        const ay = positions[p + 4] - positions[p + 1];
        const az = positions[p + 5] - positions[p + 2];
        const bx = positions[p + 6] - positions[p];
        const by = positions[p + 7] - positions[p + 1];
        const bz = positions[p + 8] - positions[p + 2];
        const nx = ay * bz - az * by;
        const ny = az * bx - ax * bz;
        const nz = ax * by - ay * bx;
        const length = Math.hypot(nx, ny, nz) || 1;
        for (let c = 0; c < 9; c += 3) {
            normals[p + c] = nx / length;
            normals[p + c + 1] = ny / length;
            normals[p + c + 2] = nz / length;
        }
    }
    return normals;
}
