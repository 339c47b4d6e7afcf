import { PinholeCamera } from "../../../src/compute/views/pinholeCamera";

/** The horizontal field of view in radians, as in NeRF's Blender scenes. */
export const CAMERA_ANGLE_X = 0.6911112070083618;

const SIZE = 200;
const DISTANCE = 4;

/**
 * Creates cameras on a Fibonacci spiral about the z axis, from height `low` to `high` (fractions of the distance), that
 * look at the origin with z up. Neighbors on the spiral are a golden angle apart; `turn` radians rotates all of them.
 */
export function CreateSpiralCameras(count: number, low: number, high: number, turn: number): PinholeCamera[] {
    const focal = SIZE / 2 / Math.tan(CAMERA_ANGLE_X / 2);
    const goldenAngle = Math.PI * (3 - Math.sqrt(5));
    return Array.from({ length: count }, (_, i) => {
        const z = low + ((high - low) * (i + 0.5)) / count;
        const flat = Math.sqrt(1 - z * z);
        const [cos, sin] = [Math.cos(i * goldenAngle + turn), Math.sin(i * goldenAngle + turn)];
        const backward = [flat * cos, flat * sin, z];
        const right = [-sin, cos, 0];
        const up = [-z * cos, -z * sin, flat];
        const rows = [0, 1, 2].flatMap((k) => [right[k], up[k], backward[k], backward[k] * DISTANCE]);
        // Nine decimals, as in the file, so that views are rendered with the stored cameras.
        const matrix = Float64Array.from([...rows, 0, 0, 0, 1], (value) => Number(value.toFixed(9)));
        return new PinholeCamera(SIZE, SIZE, focal, focal, SIZE / 2, SIZE / 2, matrix);
    });
}
