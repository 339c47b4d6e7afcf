import { UltrametricError } from "../base/ultrametricError";
import type { Capture, View } from "./capture";
import { PinholeCamera } from "./pinholeCamera";

type Vector = [x: number, y: number, z: number];

/** With a shorter mean of their up vectors cameras do not agree about what is up. */
const MIN_AGREEMENT = 0.3;
/** How much hands roll a camera: 3 degrees, in radians. */
const ROLL = 0.05;
/** A world that leans less than this is level, and stays as it is to the bit: 1 degree. */
const LEVEL_COSINE = Math.cos(Math.PI / 180);

/**
 * Finds what is up in a world from the cameras in it: people hold them without roll, so that their right vectors are level (as nerfstudio's orientation "vertical"
 * has it), and rather upright. Where all look the same way, which leaves their right vectors open to one side, it is the mean of their up vectors,
 * as far as it is square to these.
 *
 *     u ~ (mean(r r^T) + s^2 I)^-1 mean(up),  with the right vectors r and a hand's roll s
 *
 * Cameras that all look straight down with one heading are taken for such as look at a wall.
 *
 * @returns a unit vector in the world; null where the cameras' up vectors do not agree, as where they look straight down with all headings, or there is none
 */
export function FindUpDirection(cameras: readonly PinholeCamera[]): Vector | null {
    const mean: Vector = [0, 0, 0];
    const spread = Array.from({ length: 3 }, (_, row) => [0, 1, 2].map((column) => (row === column ? ROLL ** 2 : 0)));
    for (const { cameraToWorld: m } of cameras) {
        for (let row = 0; row < 3; row++) {
            mean[row] += m[4 * row + 1] / cameras.length;
            for (let column = 0; column < 3; column++) {
                spread[row][column] += (m[4 * row] * m[4 * column]) / cameras.length;
            }
        }
    }
    if (!(Math.hypot(...mean) >= MIN_AGREEMENT)) {
        return null;
    }
    // Cramer's rule: the inverse of a symmetric matrix, but for its determinant, which is above 0, has the cross products of its rows.
    const [x, y, z] = spread;
    const rows = [cross(y, z), cross(z, x), cross(x, y)];
    const up = rows.map((row) => row[0] * mean[0] + row[1] * mean[1] + row[2] * mean[2]);
    const length = Math.hypot(...up);
    return [up[0] / length, up[1] / length, up[2] / length];
}

/**
 * Turns the world of a capture so that z is up, on the shortest way, about its origin; cameras and sparse points alike. Distances and angles stay. Depth is each
 * camera's own, and needs no turning.
 *
 * @param capture of posed pictures
 * @returns the same capture where it is level within a degree, or {@link FindUpDirection} finds nothing
 * @throws UltrametricError "input" for content of a scene
 */
export function LevelCapture(capture: Capture): Capture {
    if (capture.geometry !== undefined) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" has a surface of its own, as content of a scene has, which says what is up; only captures of pictures are levelled.`,
        );
    }
    const { views, heldOutViews, sparsePoints } = capture;
    const up = FindUpDirection([...views, ...heldOutViews].map(({ camera }) => camera));
    if (up === null || up[2] > LEVEL_COSINE) {
        return capture;
    }
    const turn = turnToZ(up);
    const turned = (view: View): View => ({ ...view, camera: turnCamera(view.camera, turn) });
    return {
        ...capture,
        views: views.map(turned),
        heldOutViews: heldOutViews.map(turned),
        ...(sparsePoints && { sparsePoints: { ...sparsePoints, positions: turnPoints(sparsePoints.positions, turn) } }),
    };
}

/** The rows of the rotation that takes a unit vector to z on the shortest way. */
function turnToZ([x, y, z]: Vector): readonly Vector[] {
    const share = 1 / (1 + z);
    return Number.isFinite(share)
        ? [
              [1 - x * x * share, -x * y * share, -x],
              [-x * y * share, 1 - y * y * share, -y],
              [x, y, z],
          ]
        : [
              [1, 0, 0],
              [0, -1, 0],
              [0, 0, -1],
          ];
}

function turnCamera(camera: PinholeCamera, turn: readonly Vector[]): PinholeCamera {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld: m } = camera;
    const pose = Float64Array.from(m);
    turn.forEach(([a, b, c], row) => {
        for (let column = 0; column < 4; column++) {
            pose[4 * row + column] = a * m[column] + b * m[4 + column] + c * m[8 + column];
        }
    });
    return new PinholeCamera(width, height, focalX, focalY, centerX, centerY, pose);
}

function turnPoints(positions: Float32Array, turn: readonly Vector[]): Float32Array {
    const turned = new Float32Array(positions.length);
    for (let i = 0; i < positions.length; i += 3) {
        turn.forEach(([a, b, c], row) => {
            turned[i + row] = a * positions[i] + b * positions[i + 1] + c * positions[i + 2];
        });
    }
    return turned;
}

function cross(a: readonly number[], b: readonly number[]): Vector {
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
