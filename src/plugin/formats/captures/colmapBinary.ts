import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { SparsePoints } from "../../../compute/views/capture";
import { ByteReader } from "../base/byteReader";
import { type ColmapCamera, type ColmapImage, ColmapModelOf, ColmapPose, CreateColmapCamera } from "./colmapModel";

// Smallest size of a record.
const MIN_CAMERA_BYTES = 40;
const MIN_IMAGE_BYTES = 73;
const MIN_POINT_BYTES = 51;
/** Bytes per point observed in an image. */
const IMAGE_POINT_BYTES = 24;
/** Bytes per observation of a point. */
const TRACK_BYTES = 8;

/** The largest number of parameters of a camera model that is not known yet. */
const MAX_PARAMETERS = 32;

/**
 * Reads cameras.bin of a COLMAP model. The number of parameters of a camera model that is not known is the one with
 * which the cameras fill the file.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" when the file is truncated or corrupt
 */
export function ReadColmapCamerasBinary(bytes: Uint8Array, file: string): ColmapCamera[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const guesses = unknownModelAt(view) === null ? [0] : Array.from({ length: MAX_PARAMETERS }, (_, i) => i + 1);
    let failure: unknown;
    for (const guess of guesses) {
        try {
            return readCameras(bytes, file, guess);
        } catch (error) {
            failure ??= error;
        }
    }
    throw failure;
}

/** Returns the id of the first camera model that is not known; null if there is none. */
function unknownModelAt(view: DataView): number | null {
    let at = 8;
    while (at + MIN_CAMERA_BYTES <= view.byteLength) {
        const id = view.getInt32(at + 4, true);
        const model = ColmapModelOf(id);
        if (model === null) {
            return id;
        }
        at += 24 + 8 * model.parameterCount;
    }
    return null;
}

/** @param guess number of parameters of models that are not known */
function readCameras(bytes: Uint8Array, file: string, guess: number): ColmapCamera[] {
    const reader = new ByteReader(bytes, file);
    const cameras: ColmapCamera[] = [];
    const count = reader.count("cameras", MIN_CAMERA_BYTES);
    for (let i = 0; i < count; i++) {
        const what = `camera ${ordinal(i, count)}`;
        const id = reader.uint32(what);
        const modelId = reader.int32(what);
        const { name, parameterCount } = ColmapModelOf(modelId) ?? {
            name: `number ${modelId}`,
            parameterCount: guess,
        };
        const width = reader.uint64(what);
        const height = reader.uint64(what);
        const parameters = Array.from({ length: parameterCount }, () => reader.float64(what));
        cameras.push(CreateColmapCamera(id, name, width, height, parameters, `${file}: camera ${id}`));
    }
    reader.end(`${count} cameras`);
    return cameras;
}

/**
 * Reads images.bin of a COLMAP model, without the points observed in each image.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" when the file is truncated or corrupt, or an image has no name or pose
 */
export function ReadColmapImagesBinary(bytes: Uint8Array, file: string): ColmapImage[] {
    const reader = new ByteReader(bytes, file);
    const images: ColmapImage[] = [];
    const count = reader.count("images", MIN_IMAGE_BYTES);
    for (let i = 0; i < count; i++) {
        const what = `image ${ordinal(i, count)}`;
        reader.skip(4, what); // its id
        const rotation = Array.from({ length: 4 }, () => reader.float64(what));
        const translation = Array.from({ length: 3 }, () => reader.float64(what));
        const cameraId = reader.uint32(what);
        const name = reader.text(`name of the ${what}`);
        if (name === "") {
            throw new UltrametricError("input", `${file}: the ${what} has no name. Export the model again.`);
        }
        reader.skip(reader.count(`points of the ${what}`, IMAGE_POINT_BYTES) * IMAGE_POINT_BYTES, what);
        const location = `${file}: image "${name}"`;
        images.push({ name, cameraId, pose: ColmapPose(rotation, translation, location), location });
    }
    reader.end(`${count} images`);
    return images;
}

/**
 * Reads points3D.bin of a COLMAP model: positions and colors.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" when the file is truncated or corrupt
 */
export function ReadColmapPointsBinary(bytes: Uint8Array, file: string): SparsePoints {
    const reader = new ByteReader(bytes, file);
    const count = reader.count("points", MIN_POINT_BYTES);
    const positions = new Float32Array(3 * count);
    const colors = new Uint8Array(3 * count);
    for (let i = 0; i < count; i++) {
        const what = `point ${ordinal(i, count)}`;
        reader.skip(8, what); // its id
        for (let k = 0; k < 3; k++) {
            const value = reader.float64(what);
            if (!Number.isFinite(Math.fround(value))) {
                throw new UltrametricError(
                    "input",
                    `${file}: the ${what} has the coordinate ${value}. Export the model again.`,
                );
            }
            positions[3 * i + k] = value;
        }
        for (let k = 0; k < 3; k++) {
            colors[3 * i + k] = reader.uint8(what);
        }
        reader.skip(8, what); // its error
        reader.skip(reader.count(`observations of the ${what}`, TRACK_BYTES) * TRACK_BYTES, what);
    }
    reader.end(`${count} points`);
    return { positions, colors };
}

/** Formats the position of a record in its file, for messages. */
function ordinal(index: number, count: number): string {
    return `${index + 1} of ${count}`;
}
