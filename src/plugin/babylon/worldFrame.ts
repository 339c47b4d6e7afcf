import { Matrix } from "@babylonjs/core/Maths/math.vector";

/** Which axis of a capture's world points up. Captures are right-handed: NeRF's have z up, glTF's y. */
export type UpAxis = "y" | "z";

/**
 * The matrix that places a capture's right-handed world in a scene, with y up: a rotation for captures with z up, and a mirror image in z
 * where the scene is left-handed (Babylon's default; `scene.useRightHandedSystem` false).
 *
 *     z up:  right-handed scene (x, y, z) -> (x, z, -y),  left-handed scene -> (x, z, y)
 *     y up:  right-handed scene as it is,                 left-handed scene -> (x, y, -z)
 */
export function CaptureToScene(upAxis: UpAxis, isRightHandedScene: boolean): Matrix {
    const sign = isRightHandedScene ? 1 : -1;
    // Babylon's vectors are rows: row i is where axis i goes.
    return upAxis === "z"
        ? Matrix.FromValues(1, 0, 0, 0, 0, 0, -sign, 0, 0, 1, 0, 0, 0, 0, 0, 1)
        : Matrix.FromValues(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, sign, 0, 0, 0, 0, 1);
}

/** The way back, from a scene into the right-handed world of a capture: the inverse of {@link CaptureToScene}. */
export function SceneToCapture(upAxis: UpAxis, isRightHandedScene: boolean): Matrix {
    return CaptureToScene(upAxis, isRightHandedScene).transpose(); // orthogonal
}
