import { Camera } from "@babylonjs/core/Cameras/camera";
import { type Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { PinholeCamera } from "../../compute/views/pinholeCamera";

/**
 * Converts a camera of the scene to a pinhole camera of a capture.
 *
 * @param captureToScene transform of the capture in the scene, such as `pointCloud.worldMatrix`, with a uniform scale
 * @param width width of the image in pixels; it shows what the camera shows, whatever the aspect ratio
 * @param height height of the image in pixels
 * @throws UltrametricError "unsupported" for an orthographic camera
 */
export function PinholeOfCamera(camera: Camera, captureToScene: Matrix, width: number, height: number): PinholeCamera {
    if (camera.mode === Camera.ORTHOGRAPHIC_CAMERA) {
        throw new UltrametricError(
            "unsupported",
            `The camera "${camera.name}" is orthographic; radiance fields are rendered for perspective cameras only.`,
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
    const sign = isRightHanded ? -1 : 1; // the camera looks along its z axis or, right-handed, against it
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
