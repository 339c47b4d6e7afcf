import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../compute/views/cameraPose";
import type { Capture } from "../../compute/views/capture";
import type { Lens } from "../../compute/views/lens";
import { LevelCapture } from "../../compute/views/levelCapture";
import type { FileSource } from "../sources/fileSource";
import { type CaptureFileOptions, DEFAULT_CAPTURE_FILE_OPTIONS, IMAGE_FOLDERS } from "./captureFileOptions";
import { IMAGE_ENDINGS } from "./imageDecoder";
import { ReadNpy } from "./npyArray";
import { HoldOut, LoadPosedImagesAsync, type PosedImage } from "./posedImages";

/** The file of the poses. */
export const LLFF_FILE = "poses_bounds.npy";

/** Numbers of a view: a 3 x 5 matrix, and the nearest and farthest depth. */
const ROW = 17;

/**
 * Reads a capture in the layout of LLFF (Mildenhall et al. 2019):
 *
 *     poses_bounds.npy    [n, 17]: for each image, in the order of their names, a 3 x 5 matrix, rows first, and the nearest and farthest depth.
 *                         The matrix: the camera's axes down, right and backwards in the world, its position, and height, width, focal length
 *     images/*            the images; or smaller copies in images_4 (see `CaptureFileOptions.imageFolder`), whose cameras follow
 *
 * The world is the file's, turned so that z is up (see `CaptureFileOptions.level`); axes become those of OpenGL cameras. The principal point is the middle. Views are in the order of their names,
 * which are the images' without their ending.
 *
 * @throws UltrametricError ("input") for a file that is missing, broken or contradicts another, by name and place; ("aborted")
 */
export async function LoadLlffCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings: CaptureFileOptions = { ...DEFAULT_CAPTURE_FILE_OPTIONS, ...options };
    const { signal } = settings;
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const file = `${source.name}/${LLFF_FILE}`;
    const { shape, data } = ReadNpy(await source.readBytesAsync(LLFF_FILE, signal), file);
    if (shape.length !== 2 || shape[1] !== ROW || shape[0] === 0) {
        throw new UltrametricError(
            "input",
            `${file} holds an array of the shape (${shape.join(", ")}), where poses have (n, ${ROW}): a 3 x 5 matrix and two bounds for each ` +
                "image. Write it again with LLFF's imgs2poses.py.",
        );
    }
    const images = await findImagesAsync(source, shape[0], settings);
    const posed = images.map((path, i) => readView(data.subarray(ROW * i, ROW * (i + 1)), path, `${file}: row ${i}`));
    const loaded = await LoadPosedImagesAsync(source, HoldOut(posed, settings.holdOutEvery), settings);
    const capture = { name: settings.name ?? source.name, ...loaded };
    return (settings.level ?? true) ? LevelCapture(capture) : capture;
}

function readView(row: Float64Array, path: string, place: string): PosedImage {
    const wrong = (problem: string): UltrametricError =>
        new UltrametricError(
            "input",
            `${place} (${path}) ${problem}. Write ${LLFF_FILE} again with LLFF's imgs2poses.py.`,
        );
    const pose = new Float64Array(16);
    for (let r = 0; r < 3; r++) {
        const [down, right, backwards, position] = row.subarray(5 * r, 5 * r + 4);
        pose.set([right, -down, backwards, position], 4 * r);
    }
    pose[15] = 1;
    CheckCameraPose(pose, place);
    const [height, width, focal] = [row[4], row[9], row[14]];
    if (![height, width, focal].every((value) => value > 0 && value < Infinity)) {
        throw wrong(`has height ${height}, width ${width} and focal length ${focal}; all are above 0`);
    }
    const [near, far] = row.subarray(15);
    if (!(near > 0 && far > near && far < Infinity)) {
        throw wrong(`has the bounds ${near} and ${far}; they are a nearest depth above 0 and a farther one`);
    }
    const lens: Lens = {
        width,
        height,
        focalX: focal,
        focalY: focal,
        centerX: width / 2,
        centerY: height / 2,
        distortion: null,
    };
    const name = path.slice(path.lastIndexOf("/") + 1);
    const ending = IMAGE_ENDINGS.find((e) => name.toLowerCase().endsWith(e)) ?? "";
    return {
        name: name.slice(0, name.length - ending.length),
        path,
        pose,
        place,
        lensOf: () => lens,
        depthPath: null,
        depthMapPath: null,
        depthRange: [near, far],
    };
}

/** Paths of the images in the order of the poses. */
async function findImagesAsync(source: FileSource, count: number, settings: CaptureFileOptions): Promise<string[]> {
    const { imageFolder, imageNames, signal } = settings;
    const folders = (imageFolder === null ? IMAGE_FOLDERS : [imageFolder]).map((f) => f.replace(/\/+$/, ""));
    for (const folder of folders) {
        const names = await namesInAsync(source, folder, settings);
        if (names.length === 0) {
            continue;
        }
        if (names.length !== count) {
            throw new UltrametricError(
                "input",
                `${source.name}/${LLFF_FILE} has ${count} poses, but ${imageNames === null ? `${source.name}/${folder}` : "the option imageNames"} ` +
                    `has ${names.length} images. Remove the images that have no pose (LLFF prints them), or find the poses again.`,
            );
        }
        return names.map((name) => (folder === "" ? name : `${folder}/${name}`));
    }
    ThrowIfAborted(signal, `Reading ${source.name}`);
    throw new UltrametricError(
        "input",
        `No images are in ${folders.map((folder) => `${source.name}/${folder}`).join(", ")}. Put those that the poses were found for there, ` +
            "or name their folder with the option imageFolder.",
    );
}

/** Names of the images in a folder: as they are given, if the first is there, or all that are listed. */
async function namesInAsync(
    source: FileSource,
    folder: string,
    { imageNames, signal }: CaptureFileOptions,
): Promise<readonly string[]> {
    if (imageNames !== null) {
        const isThere = imageNames.length > 0 && (await source.existsAsync(`${folder}/${imageNames[0]}`, signal));
        return isThere ? imageNames : [];
    }
    if (source.listAsync === undefined) {
        throw new UltrametricError(
            "input",
            `${LLFF_FILE} does not name its images, and the files of ${source.name} cannot be listed. Give their names, in the order of the ` +
                "poses, with the option imageNames.",
        );
    }
    const files = await source.listAsync(folder, signal);
    return files.filter((name) => IMAGE_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending)));
}
