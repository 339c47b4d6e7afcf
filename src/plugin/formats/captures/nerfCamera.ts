import type { JsonNode } from "../../../compute/base/jsonNode";
import { CheckCameraPose } from "../../../compute/views/cameraPose";
import type { Lens } from "../../../compute/views/lens";
import { CreateDistortion, type LensDistortion } from "../../../compute/views/lensDistortion";
import { PANORAMA_ADVICE } from "./colmapModel";

/** The largest width, height and focal length, and the smallest focal length, in pixels. */
const MAX_PIXELS = 1e9;
const MIN_FOCAL = 1e-3;
/** The smallest angle of view in radians. */
const MIN_ANGLE = 1e-6;

/** Names of perspective camera models, with radial and tangential coefficients or without. */
const PERSPECTIVE_MODELS = ["PINHOLE", "SIMPLE_PINHOLE", "OPENCV", "SIMPLE_RADIAL", "RADIAL", "FULL_OPENCV"];
const FISHEYE_MODELS = ["OPENCV_FISHEYE", "SIMPLE_RADIAL_FISHEYE", "RADIAL_FISHEYE"];
const PANORAMA_MODELS = ["EQUIRECTANGULAR", "VR180_L", "VR180_R", "OMNIDIRECTIONALSTEREO_L", "OMNIDIRECTIONALSTEREO_R"];

/**
 * Reads a `transform_matrix`.
 *
 * @returns camera to world, 16 numbers, row-major, OpenGL axes
 * @throws UltrametricError "input"
 */
export function ReadNerfPose(node: JsonNode): Float64Array {
    const rows = node.items();
    if (rows.length !== 3 && rows.length !== 4) {
        throw node.error(`has ${rows.length} rows; a pose has 4 (or 3, without the last).`);
    }
    const pose = new Float64Array(16);
    pose[15] = 1;
    rows.forEach((row, r) => {
        row.items(4).forEach((value, c) => {
            pose[4 * r + c] = value.number();
        });
    });
    CheckCameraPose(pose, `${node.file}: ${node.path}`);
    return pose;
}

/**
 * Reads the lens distortion of a frame, from the frame or its file; null without distortion.
 *
 * Coefficients are OpenCV's: of a fisheye k1 to k4; else k1, k2, k3, p1, p2, and k4, k5, k6 of the rational model.
 *
 * @throws UltrametricError "input" for a lens that is not supported
 */
export function ReadNerfDistortion(frame: JsonNode, root: JsonNode): LensDistortion | null {
    const field = (key: string): number => cameraField(frame, root, key)?.number() ?? 0;
    const model = cameraField(frame, root, "camera_model");
    const name = model?.string().toUpperCase() ?? "OPENCV";
    const panorama = PANORAMA_MODELS.includes(name)
        ? model
        : (cameraField(frame, root, "latlong") ?? cameraField(frame, root, "equirectangular"));
    if (panorama !== null && panorama.value !== false) {
        throw panorama.error(`stands for images of all around; ${PANORAMA_ADVICE}`);
    }
    const polynomial = cameraField(frame, root, "ftheta_p0");
    if (polynomial !== null) {
        throw polynomial.error("belongs to an f-theta lens, which is not read; calibrate it as OPENCV_FISHEYE.");
    }
    if (model !== null && !PERSPECTIVE_MODELS.includes(name) && !FISHEYE_MODELS.includes(name)) {
        const known = [...PERSPECTIVE_MODELS, ...FISHEYE_MODELS].join(", ");
        throw model.error(
            `is "${model.string()}", which is not read (${known} are); undistort the images, for instance with COLMAP's ` +
                "image_undistorter, and load the folder that it writes.",
        );
    }
    const isFisheye = FISHEYE_MODELS.includes(name) || cameraField(frame, root, "is_fisheye")?.value === true;
    const [k1, k2, k3, k4] = ["k1", "k2", "k3", "k4"].map(field);
    if (isFisheye) {
        return CreateDistortion({ projection: "fisheye", k1, k2, k3, k4 });
    }
    return CreateDistortion({ k1, k2, k3, d1: k4, d2: field("k5"), d3: field("k6"), p1: field("p1"), p2: field("p2") });
}

/**
 * Reads the lens of a frame, from the frame or its file; missing fields are derived from the image's size.
 *
 * @throws UltrametricError "input" for a missing or wrong field
 */
export function ReadNerfLens(
    frame: JsonNode,
    root: JsonNode,
    distortion: LensDistortion | null,
    imageWidth: number,
    imageHeight: number,
): Lens {
    const field = (key: string): JsonNode | null => cameraField(frame, root, key);
    const pixels = (node: JsonNode, least: number): number => {
        const value = node.number();
        if (!(value >= least && value <= MAX_PIXELS)) {
            throw node.error(`is ${value}; it must be a number of pixels from ${least} to ${MAX_PIXELS}.`);
        }
        return value;
    };
    const widthField = field("w");
    const heightField = field("h");
    const width = widthField === null ? imageWidth : pixels(widthField, 1);
    const height = heightField === null ? imageHeight : pixels(heightField, 1);
    const focalOf = (focalKey: string, angleKey: string, size: number): number | null => {
        const focal = field(focalKey);
        if (focal !== null) {
            return pixels(focal, MIN_FOCAL);
        }
        const angle = field(angleKey);
        if (angle === null) {
            return null;
        }
        if (!(angle.number() >= MIN_ANGLE && angle.number() < Math.PI)) {
            throw angle.error(`is ${angle.number()}; it must be an angle from ${MIN_ANGLE} to below pi (radians).`);
        }
        return size / 2 / Math.tan(angle.number() / 2);
    };
    const focalX = focalOf("fl_x", "camera_angle_x", width);
    if (focalX === null) {
        throw root.error("has neither camera_angle_x nor fl_x; one of them must define the focal length.");
    }
    return {
        width,
        height,
        focalX,
        focalY: focalOf("fl_y", "camera_angle_y", height) ?? focalX,
        centerX: field("cx")?.number() ?? width / 2,
        centerY: field("cy")?.number() ?? height / 2,
        distortion,
    };
}

/** Returns a camera field of a frame or, if the frame does not have it, of its file; null where neither has it. */
function cameraField(frame: JsonNode, root: JsonNode, key: string): JsonNode | null {
    return frame.has(key) ? frame.at(key) : root.has(key) ? root.at(key) : null;
}
