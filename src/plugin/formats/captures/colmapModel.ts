import { UltrametricError } from "../../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../../compute/views/cameraPose";
import type { SparsePoints } from "../../../compute/views/capture";
import type { Lens } from "../../../compute/views/lens";
import { CreateDistortion, type LensDistortion } from "../../../compute/views/lensDistortion";

/** A camera of a COLMAP model; several images may share it. */
export interface ColmapCamera {
    readonly id: number;
    /** The reason why images of this camera cannot be read, instead of a lens. */
    readonly lens: Lens | UltrametricError;
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

/** A camera model: the names of its parameters, and the distortion that they stand for. */
interface CameraModel {
    readonly name: string;
    readonly parameters: string;
    /** Null for a model that is known by name only. */
    readonly distortion: Partial<LensDistortion> | null;
}

/**
 * Camera models in the order of their ids in binary files (COLMAP's src/colmap/sensor/models.h). Parameters have the
 * names of the fields of LensDistortion.
 */
const MODELS: readonly CameraModel[] = [
    { name: "SIMPLE_PINHOLE", parameters: "f, cx, cy", distortion: {} },
    { name: "PINHOLE", parameters: "fx, fy, cx, cy", distortion: {} },
    { name: "SIMPLE_RADIAL", parameters: "f, cx, cy, k1", distortion: {} },
    { name: "RADIAL", parameters: "f, cx, cy, k1, k2", distortion: {} },
    { name: "OPENCV", parameters: "fx, fy, cx, cy, k1, k2, p1, p2", distortion: {} },
    { name: "OPENCV_FISHEYE", parameters: "fx, fy, cx, cy, k1, k2, k3, k4", distortion: { projection: "fisheye" } },
    { name: "FULL_OPENCV", parameters: "fx, fy, cx, cy, k1, k2, p1, p2, k3, d1, d2, d3", distortion: {} },
    { name: "FOV", parameters: "fx, fy, cx, cy, a", distortion: { projection: "fov" } },
    { name: "SIMPLE_RADIAL_FISHEYE", parameters: "f, cx, cy, k1", distortion: { projection: "fisheye" } },
    { name: "RADIAL_FISHEYE", parameters: "f, cx, cy, k1, k2", distortion: { projection: "fisheye" } },
    {
        name: "THIN_PRISM_FISHEYE",
        parameters: "fx, fy, cx, cy, k1, k2, p1, p2, k3, k4, s1, s2",
        distortion: { projection: "fisheye" },
    },
    {
        name: "RAD_TAN_THIN_PRISM_FISHEYE",
        parameters: "fx, fy, cx, cy, k0, k1, k2, k3, k4, k5, p0, p1, s0, s1, s2, s3",
        distortion: null,
    },
    { name: "SIMPLE_DIVISION", parameters: "f, cx, cy, a", distortion: { projection: "division" } },
    { name: "DIVISION", parameters: "fx, fy, cx, cy, a", distortion: { projection: "division" } },
    { name: "SIMPLE_FISHEYE", parameters: "f, cx, cy", distortion: { projection: "fisheye" } },
    { name: "FISHEYE", parameters: "fx, fy, cx, cy", distortion: { projection: "fisheye" } },
    { name: "EUCM", parameters: "fx, fy, cx, cy, a, b", distortion: { projection: "unified" } },
    { name: "EQUIRECTANGULAR", parameters: "w, h", distortion: null },
];

/** Advice for images that see all around. */
export const PANORAMA_ADVICE =
    "cut the panoramas into perspective images first, with nerfstudio's `ns-process-data images --camera-type " +
    "equirectangular --images-per-equirect 8` or COLMAP's python/examples/panorama_sfm.py, and load what it writes.";

/**
 * Returns the name and the number of parameters of a camera model; null for an id that COLMAP did not have when this
 * was written.
 *
 * @param id id of the model in binary files
 */
export function ColmapModelOf(id: number): { name: string; parameterCount: number } | null {
    const model = MODELS[id];
    return model === undefined ? null : { name: model.name, parameterCount: model.parameters.split(", ").length };
}

/**
 * Creates a camera of a COLMAP model. A camera model whose images cannot be read is no error before an image has it.
 *
 * @param location file and name of the camera, for messages
 * @throws UltrametricError "input" for a wrong number of parameters, sizes or focal lengths that are not positive, or
 * numbers that are not finite
 */
export function CreateColmapCamera(
    id: number,
    name: string,
    width: number,
    height: number,
    parameters: readonly number[],
    location: string,
): ColmapCamera {
    const model = MODELS.find((known) => known.name === name);
    if (!model?.distortion) {
        return { id, lens: unsupportedModel(name, location) };
    }
    const names = model.parameters.split(", ");
    const invalid = (problem: string): UltrametricError =>
        new UltrametricError("input", `${location} ${problem}. Export the model again with COLMAP.`);
    if (parameters.length !== names.length) {
        throw invalid(`has ${parameters.length} parameters; the model ${name} has ${model.parameters}`);
    }
    const invalidIndex = parameters.findIndex((value) => !Number.isFinite(value));
    if (invalidIndex >= 0) {
        throw invalid(`has the value ${parameters[invalidIndex]} for ${names[invalidIndex]} (of ${model.parameters})`);
    }
    if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0)) {
        throw invalid(`is for images of ${width} x ${height} pixels`);
    }
    const fields = Object.fromEntries(names.map((field, i) => [field, parameters[i]]));
    const { f, fx = f, fy = f, cx: centerX, cy: centerY, ...coefficients } = fields;
    if (!(fx > 0 && fy > 0)) {
        throw invalid(`has the focal lengths ${fx} and ${fy}`);
    }
    const distortion = CreateDistortion({ ...coefficients, ...model.distortion });
    return { id, lens: { width, height, focalX: fx, focalY: fy, centerX, centerY, distortion } };
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
    const known = MODELS.filter(({ distortion }) => distortion !== null).map((model) => model.name);
    return new UltrametricError(
        "input",
        `${location} has the camera model ${name}, which is not read (${known.join(", ")} are). ` +
            (name === "EQUIRECTANGULAR"
                ? `For a panorama, ${PANORAMA_ADVICE}`
                : "Undistort the images: `colmap image_undistorter --image_path <images> --input_path <model> " +
                  "--output_path dense`, and load the folder dense."),
    );
}
