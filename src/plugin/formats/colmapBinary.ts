import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SparsePoints } from "../../compute/views/capture";
import { ByteReader } from "./byteReader";
import { type ColmapCamera, type ColmapImage, ColmapModelOf, ColmapPose, CreateColmapCamera } from "./colmapModel";

/** Bytes of the shortest camera, image and point, and of what an image and a point have one of for each observation. */
const CAMERA_BYTES = 48;
const IMAGE_BYTES = 73;
const POINT_BYTES = 51;
const IMAGE_POINT_BYTES = 24;
const TRACK_BYTES = 8;

/**
 * Reads cameras.bin of a COLMAP model.
 * @param file name for messages
 * @throws UltrametricError ("input") when the file is cut off or damaged, or a camera is not known here
 */
export function ReadColmapCamerasBinary(bytes: Uint8Array, file: string): ColmapCamera[] {
    const reader = new ByteReader(bytes, file);
    const cameras: ColmapCamera[] = [];
    const count = reader.count("cameras", CAMERA_BYTES);
    for (let i = 0; i < count; i++) {
        const what = `camera ${ordinal(i, count)}`;
        const id = reader.uint32(what);
        const place = `${file}: camera ${id}`;
        const { name, parameterCount } = ColmapModelOf(reader.int32(what), place);
        const width = reader.uint64(what);
        const height = reader.uint64(what);
        const parameters = Array.from({ length: parameterCount }, () => reader.float64(what));
        cameras.push(CreateColmapCamera(id, name, width, height, parameters, place));
    }
    reader.end(`${count} cameras`);
    return cameras;
}

/**
 * Reads images.bin of a COLMAP model, without the points seen in each image.
 * @param file name for messages
 * @throws UltrametricError ("input") when the file is cut off or damaged, or an image has no pose
 */
export function ReadColmapImagesBinary(bytes: Uint8Array, file: string): ColmapImage[] {
    const reader = new ByteReader(bytes, file);
    const images: ColmapImage[] = [];
    const count = reader.count("images", IMAGE_BYTES);
    for (let i = 0; i < count; i++) {
        const what = `image ${ordinal(i, count)}`;
        reader.skip(4, what); // its id
        const rotation = Array.from({ length: 4 }, () => reader.float64(what));
        const translation = Array.from({ length: 3 }, () => reader.float64(what));
        const cameraId = reader.uint32(what);
        const name = reader.text(`name of the ${what}`);
        reader.skip(reader.count(`points of the ${what}`, IMAGE_POINT_BYTES) * IMAGE_POINT_BYTES, what);
        const place = `${file}: image "${name}"`;
        images.push({ name, cameraId, pose: ColmapPose(rotation, translation, place), place });
    }
    reader.end(`${count} images`);
    return images;
}

/**
 * Reads points3D.bin of a COLMAP model: positions and colors.
 * @param file name for messages
 * @throws UltrametricError ("input") when the file is cut off or damaged
 */
export function ReadColmapPointsBinary(bytes: Uint8Array, file: string): SparsePoints {
    const reader = new ByteReader(bytes, file);
    const count = reader.count("points", POINT_BYTES);
    const positions = new Float32Array(3 * count);
    const colors = new Uint8Array(3 * count);
    for (let i = 0; i < count; i++) {
        const what = `point ${ordinal(i, count)}`;
        reader.skip(8, what); // its id
        for (let k = 0; k < 3; k++) {
            const value = reader.float64(what);
            if (!Number.isFinite(value)) {
                throw new UltrametricError(
                    "input",
                    `${file}: the ${what} has the coordinate ${value}. Write the model again.`,
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

/** Which one of a row of records, for messages. */
function ordinal(index: number, count: number): string {
    return `${index + 1} of ${count}`;
}
