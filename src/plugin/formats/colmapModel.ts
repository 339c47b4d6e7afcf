import { UltrametricError } from "../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../compute/views/cameraPose";
import type { SparsePoints } from "../../compute/views/capture";
import { CreateDistortion, type Lens } from "../../compute/views/lens";

/** A camera of a COLMAP model, which images share. */
export interface ColmapCamera {
    readonly id: number;
    readonly lens: Lens;
}

/** A registered image of a COLMAP model. */
export interface ColmapImage {
    /** Path below the folder of the images. */
    readonly name: string;
    readonly cameraId: number;
    /** Camera to world, 16 numbers, row-major, OpenGL axes. */
    readonly pose: Float64Array;
    /** Where it is described, for messages. */
    readonly place: string;
}

/** What is taken of a COLMAP sparse model. */
export interface ColmapModel {
    readonly cameras: readonly ColmapCamera[];
    readonly images: readonly ColmapImage[];
    /** null where the model has no file of points. */
    readonly points: SparsePoints | null;
}

/** COLMAP's camera models in the order of their ids in binary files (its src/colmap/sensor/models.h), with their parameters. */
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
const KNOWN_COUNT = 5;
const KNOWN = MODELS.slice(0, KNOWN_COUNT).map(([name]) => name);

/**
 * Name and number of parameters of the model with an id of binary files.
 * @throws UltrametricError ("input") as {@link CreateColmapCamera}; the length of what follows is unknown then
 */
export function ColmapModelOf(id: number, place: string): { name: string; parameterCount: number } {
    const model = MODELS[id];
    if (model === undefined) {
        throw unknownModel(`number ${id}`, place);
    }
    return { name: model[0], parameterCount: model[1].split(", ").length };
}

/**
 * A camera of a COLMAP model.
 * @param place where it is described, for messages
 * @throws UltrametricError ("input") for a model that is not known here, another number of parameters than it has, sizes or lengths that are
 * not above 0, or numbers that are not finite
 */
export function CreateColmapCamera(
    id: number,
    name: string,
    width: number,
    height: number,
    parameters: readonly number[],
    place: string,
): ColmapCamera {
    if (!KNOWN.includes(name)) {
        throw unknownModel(name, place);
    }
    const [, names] = MODELS[KNOWN.indexOf(name)];
    const wrong = (problem: string): UltrametricError =>
        new UltrametricError("input", `${place} ${problem}. Write the model again with COLMAP.`);
    if (parameters.length !== names.split(", ").length) {
        throw wrong(`has ${parameters.length} parameters where the model ${name} has these: ${names}`);
    }
    const bad = parameters.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
        throw wrong(`has the value ${parameters[bad]} for ${names.split(", ")[bad]} (of ${names})`);
    }
    if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0)) {
        throw wrong(`is for images of ${width} x ${height} pixels`);
    }
    const hasOneFocal = names.startsWith("f,");
    const [focalX, focalY] = hasOneFocal ? [parameters[0], parameters[0]] : parameters;
    if (!(focalX > 0 && focalY > 0)) {
        throw wrong(`has the focal lengths ${focalX} and ${focalY}`);
    }
    const [centerX, centerY, k1 = 0, k2 = 0, p1 = 0, p2 = 0] = parameters.slice(hasOneFocal ? 1 : 2);
    const distortion = CreateDistortion(k1, k2, 0, p1, p2);
    return { id, lens: { width, height, focalX, focalY, centerX, centerY, distortion } };
}

/**
 * The pose of an image: COLMAP's quaternion and translation take the world to a camera that looks along +z with y down.
 * @param rotation w, x, y, z, of any length above 0
 * @param place where they are, for messages
 * @returns camera to world, 16 numbers, row-major, OpenGL axes
 * @throws UltrametricError ("input") for numbers that are not finite, or a quaternion of 0
 */
export function ColmapPose(rotation: readonly number[], translation: readonly number[], place: string): Float64Array {
    const length = Math.hypot(...rotation);
    if (!(length > 1e-9 && length < Infinity) || !translation.every(Number.isFinite)) {
        throw new UltrametricError(
            "input",
            `${place} has no pose: its quaternion is (${rotation.join(", ")}) and its translation (${translation.join(", ")}). ` +
                "Remove the image from the model, or write the model again.",
        );
    }
    const [w, x, y, z] = rotation.map((value) => value / length);
    // Rows of the rotation from world to camera: the camera's axes in the world.
    const right = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)];
    const down = [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)];
    const ahead = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
    const pose = new Float64Array(16);
    for (let axis = 0; axis < 3; axis++) {
        pose[4 * axis] = right[axis];
        pose[4 * axis + 1] = -down[axis];
        pose[4 * axis + 2] = -ahead[axis];
        pose[4 * axis + 3] = -(
            right[axis] * translation[0] +
            down[axis] * translation[1] +
            ahead[axis] * translation[2]
        );
    }
    pose[15] = 1;
    CheckCameraPose(pose, place);
    return pose;
}

function unknownModel(name: string, place: string): UltrametricError {
    return new UltrametricError(
        "input",
        `${place} has the camera model ${name}, but only ${KNOWN.join(", ")} are known here; undistort the images with COLMAP's ` +
            "image_undistorter and read its model, or calibrate again with one of these.",
    );
}
