/**
 * Converts a camera of ARKit, whose world has y up, to a world with z up: x, y, z become z, x, y.
 *
 * @param rows camera to world, 12 numbers, row-major, OpenGL axes
 * @returns camera to world, 16 numbers, row-major, OpenGL axes
 */
export function PoseOfArkit(rows: ArrayLike<number>): Float64Array {
    const pose = new Float64Array(16);
    [2, 0, 1].forEach((from, to) => {
        for (let column = 0; column < 4; column++) {
            pose[4 * to + column] = rows[4 * from + column];
        }
    });
    pose[15] = 1;
    return pose;
}
