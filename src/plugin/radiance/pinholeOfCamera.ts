import { Camera } from "@babylonjs/core/Cameras/camera";
import { type Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { PinholeCamera } from "../../compute/views/pinholeCamera";

/**
 * What a scene's camera sees, as a camera of a capture.
 *
 * @param captureToScene where the capture is in the scene, such as `pointCloud.worldMatrix`; its axes of equal length
 * @param width of the picture in pixels, which fills what the camera fills, whatever the proportions
 * @param height of the picture in pixels
 * @throws UltrametricError "unsupported" for orthographic cameras
 */
export function PinholeOfCamera(camera: Camera, captureToScene: Matrix, width: number, height: number): PinholeCamera {
    if (camera.mode === Camera.ORTHOGRAPHIC_CAMERA) {
        throw new UltrametricError(
            "unsupported",
            `The camera "${camera.name}" is orthographic; views of a capture are those of perspective cameras.`,
        );
    }
    const { useRightHandedSystem: isRightHanded } = camera.getScene();
    const view = camera.getViewMatrix().clone().invert().multiply(captureToScene.clone().invert());
    const axis = (row: number, sign: number): Vector3 =>
        new Vector3(view.m[4 * row], view.m[4 * row + 1], view.m[4 * row + 2]).normalize().scaleInPlace(sign);
    const columns = [axis(0, 1), axis(1, 1), axis(2, isRightHanded ? 1 : -1), view.getTranslation()];
    const pose = new Float64Array(16);
    columns.forEach(({ x, y, z }, column) => {
        pose[column] = x;
        pose[4 + column] = y;
        pose[8 + column] = z;
    });
    pose[15] = 1;
    const { m } = camera.getProjectionMatrix();
    const sign = isRightHanded ? -1 : 1; // the camera looks along its z axis, or against it
    return new PinholeCamera(
        width,
        height,
        (width / 2) * m[0],
        (height / 2) * m[5],
        (width / 2) * (1 + sign * m[8]),
        (height / 2) * (1 - sign * m[9]),
        pose,
    );
}
