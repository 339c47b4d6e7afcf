import { UltrametricError } from "../base/ultrametricError";
import type { Capture, View } from "./capture";
import { PinholeCamera } from "./pinholeCamera";

type Vector = [x: number, y: number, z: number];

/** Smallest length of the mean of the up vectors at which the cameras agree on an up direction. */
const MIN_AGREEMENT = 0.3;
/** Typical roll of a hand-held camera: 3 degrees, in radians. */
const ROLL = 0.05;
/** A world that is tilted by less than 1 degree counts as level and is not changed. */
const LEVEL_COSINE = Math.cos(Math.PI / 180);

/**
 * Finds the up direction of a world from its cameras. People hold cameras upright and without roll, so that the right
 * vectors are horizontal (nerfstudio's orientation method "vertical"). If all cameras look the same way, the right
 * vectors leave one degree of freedom, which the mean of the up vectors decides:
 *
 *     u ~ (mean(r r^T) + s^2 I)^-1 mean(up),  with the right vectors r and the typical roll s
 *
 * Cameras that all look straight down with one heading cannot be told from cameras that look at a wall.
 *
 * @returns a unit vector in the world; null if there is no camera, or if the up vectors disagree, for instance because
 * the cameras look straight down with different headings
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
    // Cramer's rule: up to the determinant, which is positive, the rows of a symmetric matrix's inverse are cross
    // products of its rows.
    const [x, y, z] = spread;
    const rows = [cross(y, z), cross(z, x), cross(x, y)];
    const up = rows.map((row) => row[0] * mean[0] + row[1] * mean[1] + row[2] * mean[2]);
    const length = Math.hypot(...up);
    return [up[0] / length, up[1] / length, up[2] / length];
}

/**
 * Rotates the world of a capture about its origin so that z is up, by the smallest angle. Cameras and sparse points
 * rotate together; depth is relative to the cameras and does not change.
 *
 * @param capture a capture of images, without geometry
 * @returns the same capture if it is level within a degree or {@link FindUpDirection} returns null
 * @throws UltrametricError "input" for a capture with geometry
 */
export function LevelCapture(capture: Capture): Capture {
    if (capture.geometry !== undefined) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" has geometry, whose scene defines the up direction; ` +
                "only captures of images are leveled.",
        );
    }
    const { views, heldOutViews, sparsePoints } = capture;
    const up = FindUpDirection([...views, ...heldOutViews].map(({ camera }) => camera));
    if (up === null || up[2] > LEVEL_COSINE) {
        return capture;
    }
    const rotation = rotationToZ(up);
    const rotate = (view: View): View => ({ ...view, camera: rotateCamera(view.camera, rotation) });
    return {
        ...capture,
        views: views.map(rotate),
        heldOutViews: heldOutViews.map(rotate),
        ...(sparsePoints && {
            sparsePoints: { ...sparsePoints, positions: rotatePoints(sparsePoints.positions, rotation) },
        }),
    };
}

/** Returns the rows of the smallest rotation that takes a unit vector to z. */
function rotationToZ([x, y, z]: Vector): readonly Vector[] {
    const scale = 1 / (1 + z);
    return Number.isFinite(scale)
        ? [
              [1 - x * x * scale, -x * y * scale, -x],
              [-x * y * scale, 1 - y * y * scale, -y],
              [x, y, z],
          ]
        : [
              [1, 0, 0],
              [0, -1, 0],
              [0, 0, -1],
          ];
}

function rotateCamera(camera: PinholeCamera, rotation: readonly Vector[]): PinholeCamera {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld: m } = camera;
    const pose = Float64Array.from(m);
    rotation.forEach(([a, b, c], row) => {
        for (let column = 0; column < 4; column++) {
            pose[4 * row + column] = a * m[column] + b * m[4 + column] + c * m[8 + column];
        }
    });
    return new PinholeCamera(width, height, focalX, focalY, centerX, centerY, pose);
}

function rotatePoints(positions: Float32Array, rotation: readonly Vector[]): Float32Array {
    const rotated = new Float32Array(positions.length);
    for (let i = 0; i < positions.length; i += 3) {
        rotation.forEach(([a, b, c], row) => {
            rotated[i + row] = a * positions[i] + b * positions[i + 1] + c * positions[i + 2];
        });
    }
    return rotated;
}

function cross(a: readonly number[], b: readonly number[]): Vector {
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
