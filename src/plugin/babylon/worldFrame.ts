import { Matrix } from "@babylonjs/core/Maths/math.vector";

/** The up axis of a capture's right-handed world: z in NeRF's captures, y in glTF files. */
export type UpAxis = "y" | "z";

/**
 * Returns the matrix from a capture's right-handed world into a scene with y up: a rotation for captures with z up, and
 * a reflection in z for left-handed scenes (Babylon's default, `scene.useRightHandedSystem` false).
 *
 *     z up:  right-handed scene (x, y, z) -> (x, z, -y),  left-handed scene -> (x, z, y)
 *     y up:  right-handed scene (x, y, z) -> (x, y, z),   left-handed scene -> (x, y, -z)
 */
export function CaptureToScene(upAxis: UpAxis, isRightHandedScene: boolean): Matrix {
    const sign = isRightHandedScene ? 1 : -1;
    // Babylon uses row vectors: row i is the image of axis i.
    return upAxis === "z"
        ? Matrix.FromValues(1, 0, 0, 0, 0, 0, -sign, 0, 0, 1, 0, 0, 0, 0, 0, 1)
        : Matrix.FromValues(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, sign, 0, 0, 0, 0, 1);
}

/** Returns the matrix from a scene into the right-handed world of a capture: the inverse of {@link CaptureToScene}. */
export function SceneToCapture(upAxis: UpAxis, isRightHandedScene: boolean): Matrix {
    return CaptureToScene(upAxis, isRightHandedScene).transpose(); // orthogonal
}
