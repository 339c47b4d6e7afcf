import { UltrametricError } from "../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../compute/views/cameraPose";
import type { SparsePoints } from "../../compute/views/capture";
import { CreateDistortion, type Lens } from "../../compute/views/lens";

/** A camera of a COLMAP model; several images may share it. */
export interface ColmapCamera {
    readonly id: number;
    readonly lens: Lens;
}

/** A registered image of a COLMAP model. */
export interface ColmapImage {
    /** Path relative to the folder of the images. */
    readonly name: string;
    readonly cameraId: number;
    /** Camera to world, 16 numbers, row-major, OpenGL axes. */
    readonly pose: Float64Array;
    /** File and name of the image, for messages. */
    readonly location: string;
}

/** A sparse model of COLMAP. */
export interface ColmapModel {
    readonly cameras: readonly ColmapCamera[];
    readonly images: readonly ColmapImage[];
    /** Points of the model; null where the file is missing. */
    readonly points: SparsePoints | null;
}

/**
 * Camera models with their parameters, in the order of their ids in binary files (COLMAP's src/colmap/sensor/models.h).
 */
const MODELS: readonly (readonly [name: string, parameters: string])[] = [
    ["SIMPLE_PINHOLE", "f, cx, cy"],
    ["PINHOLE", "fx, fy, cx, cy"],
    ["SIMPLE_RADIAL", "f, cx, cy, k"],
    ["RADIAL", "f, cx, cy, k1, k2"],
    ["OPENCV", "fx, fy, cx, cy, k1, k2, p1, p2"],
    ["OPENCV_FISHEYE", "fx, fy, cx, cy, k1, k2, k3, k4"],
    ["FULL_OPENCV", "fx, fy, cx, cy, k1, k2, p1, p2, k3, k4, k5, k6"],
    ["FOV", "fx, fy, cx, cy, omega"],
    ["SIMPLE_RADIAL_FISHEYE", "f, cx, cy, k"],
    ["RADIAL_FISHEYE", "f, cx, cy, k1, k2"],
    ["THIN_PRISM_FISHEYE", "fx, fy, cx, cy, k1, k2, p1, p2, k3, k4, sx1, sy1"],
];
/** Names of the supported models, which are the first ones. */
const SUPPORTED = MODELS.slice(0, 5).map(([name]) => name);

/**
 * Returns the name and the number of parameters of a camera model.
 *
 * @param id id of the model in binary files
 * @param location file and name of the camera, for messages
 * @throws UltrametricError "input" for an unknown id
 */
export function ColmapModelOf(id: number, location: string): { name: string; parameterCount: number } {
    const model = MODELS[id];
    if (model === undefined) {
        throw unsupportedModel(`number ${id}`, location);
    }
    return { name: model[0], parameterCount: model[1].split(", ").length };
}

/**
 * Creates a camera of a COLMAP model.
 *
 * @param location file and name of the camera, for messages
 * @throws UltrametricError "input" for an unsupported camera model, a wrong number of parameters, sizes or focal
 * lengths that are not positive, or numbers that are not finite
 */
export function CreateColmapCamera(
    id: number,
    name: string,
    width: number,
    height: number,
    parameters: readonly number[],
    location: string,
): ColmapCamera {
    if (!SUPPORTED.includes(name)) {
        throw unsupportedModel(name, location);
    }
    const [, names] = MODELS[SUPPORTED.indexOf(name)];
    const invalid = (problem: string): UltrametricError =>
        new UltrametricError("input", `${location} ${problem}. Export the model again with COLMAP.`);
    if (parameters.length !== names.split(", ").length) {
        throw invalid(`has ${parameters.length} parameters; the model ${name} has ${names}`);
    }
    const invalidIndex = parameters.findIndex((value) => !Number.isFinite(value));
    if (invalidIndex >= 0) {
        throw invalid(`has the value ${parameters[invalidIndex]} for ${names.split(", ")[invalidIndex]} (of ${names})`);
    }
    if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0)) {
        throw invalid(`is for images of ${width} x ${height} pixels`);
    }
    const hasOneFocal = names.startsWith("f,");
    const [focalX, focalY] = hasOneFocal ? [parameters[0], parameters[0]] : parameters;
    if (!(focalX > 0 && focalY > 0)) {
        throw invalid(`has the focal lengths ${focalX} and ${focalY}`);
    }
    const [centerX, centerY, k1 = 0, k2 = 0, p1 = 0, p2 = 0] = parameters.slice(hasOneFocal ? 1 : 2);
    const distortion = CreateDistortion(k1, k2, 0, p1, p2);
    return { id, lens: { width, height, focalX, focalY, centerX, centerY, distortion } };
}

/**
 * Converts the pose of an image. COLMAP's quaternion and translation transform the world to a camera that looks along
 * +z with y down.
 *
 * @param rotation quaternion w, x, y, z of any positive length
 * @param location file and name of the image, for messages
 * @returns camera to world, 16 numbers, row-major, OpenGL axes
 * @throws UltrametricError "input" for numbers that are not finite, or a zero quaternion
 */
export function ColmapPose(
    rotation: readonly number[],
    translation: readonly number[],
    location: string,
): Float64Array {
    const length = Math.hypot(...rotation);
    if (!(length > 1e-9 && length < Infinity) || !translation.every(Number.isFinite)) {
        throw new UltrametricError(
            "input",
            `${location} has no valid pose: its quaternion is (${rotation.join(", ")}) and its translation ` +
                `(${translation.join(", ")}). Remove the image from the model, or export the model again.`,
        );
    }
    const [w, x, y, z] = rotation.map((value) => value / length);
    // The rows of the rotation from world to camera are the camera's axes in the world.
    const right = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)];
    const down = [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)];
    const forward = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
    const pose = new Float64Array(16);
    for (let axis = 0; axis < 3; axis++) {
        pose[4 * axis] = right[axis];
        pose[4 * axis + 1] = -down[axis];
        pose[4 * axis + 2] = -forward[axis];
        pose[4 * axis + 3] = -(
            right[axis] * translation[0] +
            down[axis] * translation[1] +
            forward[axis] * translation[2]
        );
    }
    pose[15] = 1;
    CheckCameraPose(pose, location);
    return pose;
}

function unsupportedModel(name: string, location: string): UltrametricError {
    return new UltrametricError(
        "input",
        `${location} has the camera model ${name}, but only ${SUPPORTED.join(", ")} are supported. Undistort the ` +
            "images with COLMAP's image_undistorter and load its model, or calibrate again with a supported model.",
    );
}
