import { CheckCameraPose } from "../../compute/views/cameraPose";
import { CreateDistortion, type Lens, type LensDistortion } from "../../compute/views/lens";
import type { JsonNode } from "./jsonNode";

/** Supported coefficients of lens distortion. */
const DISTORTIONS = ["k1", "k2", "k3", "p1", "p2"] as const;
const UNSUPPORTED_DISTORTIONS = ["k4", "k5", "k6"];
const SUPPORTED_MODELS = ["PINHOLE", "SIMPLE_PINHOLE", "OPENCV", "SIMPLE_RADIAL", "RADIAL"];

const UNDISTORT =
    "undistort the images (for instance with COLMAP's image_undistorter), write the new fl_x, fl_y, cx, cy, and " +
    "remove the distortion.";

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
 * @throws UltrametricError "input" for distortion that is not supported
 */
export function ReadNerfDistortion(frame: JsonNode, root: JsonNode): LensDistortion | null {
    const model = cameraField(frame, root, "camera_model");
    if (model !== null && !SUPPORTED_MODELS.includes(model.string())) {
        throw model.error(
            `is "${model.string()}", but only ${SUPPORTED_MODELS.join(", ")} are supported; ${UNDISTORT}`,
        );
    }
    const fisheye = cameraField(frame, root, "is_fisheye");
    if (fisheye !== null && fisheye.value === true) {
        throw fisheye.error(`is true, but lenses with 180 degrees or more are not supported; ${UNDISTORT}`);
    }
    for (const key of UNSUPPORTED_DISTORTIONS) {
        const value = cameraField(frame, root, key);
        if (value !== null && value.number() !== 0) {
            throw value.error(`is ${value.number()}, but only ${DISTORTIONS.join(", ")} are supported; ${UNDISTORT}`);
        }
    }
    const [k1, k2, k3, p1, p2] = DISTORTIONS.map((key) => cameraField(frame, root, key)?.number() ?? 0);
    return CreateDistortion(k1, k2, k3, p1, p2);
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
    const positive = (node: JsonNode): number => {
        const value = node.number();
        if (!(value > 0)) {
            throw node.error(`is ${value}; it must be a positive number.`);
        }
        return value;
    };
    const widthField = field("w");
    const heightField = field("h");
    const width = widthField === null ? imageWidth : positive(widthField);
    const height = heightField === null ? imageHeight : positive(heightField);
    const focalOf = (focalKey: string, angleKey: string, size: number): number | null => {
        const focal = field(focalKey);
        if (focal !== null) {
            return positive(focal);
        }
        const angle = field(angleKey);
        if (angle === null) {
            return null;
        }
        if (!(angle.number() > 0 && angle.number() < Math.PI)) {
            throw angle.error(`is ${angle.number()}; it must be an angle between 0 and pi (radians).`);
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
