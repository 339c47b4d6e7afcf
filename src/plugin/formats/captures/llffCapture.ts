import { ThrowIfAborted, UltrametricError } from "../../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../../compute/views/cameraPose";
import type { Capture } from "../../../compute/views/capture";
import type { Lens } from "../../../compute/views/lens";
import { BaseName, type FileSource } from "../../sources/fileSource";
import { HasImageExtension, WithoutImageExtension } from "../base/imageExtensions";
import { ReadNpy } from "../base/npyArray";
import { type CaptureFileOptions, IMAGE_FOLDERS, ResolveCaptureFileOptions } from "./captureFileOptions";
import { LoadPosedCaptureAsync } from "./posedCapture";
import type { PosedImage } from "./posedImage";

/** The file that contains the poses. */
export const LLFF_FILE = "poses_bounds.npy";

/** Numbers per view: a 3 x 5 matrix, and the nearest and farthest depth. */
const ROW_LENGTH = 17;

/**
 * Reads a capture in the layout of LLFF (Mildenhall et al. 2019):
 *
 *     poses_bounds.npy    [n, 17]: for each image, in the order of their names, a 3 x 5 matrix, row-major, and the
 *                         nearest and farthest depth. The columns of the matrix are the camera's down, right and back
 *                         axes in the world, its position, and (height, width, focal length)
 *     images/*            the images, or downscaled copies in images_4 (see `CaptureFileOptions.imageFolder`)
 *
 * The principal point is the center of the image. Where the images are downscaled copies, the cameras are scaled with
 * them. Camera axes are converted to OpenGL's. The world is the file's, rotated so that z is up (see
 * `CaptureFileOptions.level`). Views are sorted by their names, those of the images without extension.
 *
 * @throws UltrametricError "input", with file and location, when a file is missing, malformed or inconsistent;
 * "aborted"
 */
export async function LoadLlffCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings = ResolveCaptureFileOptions(source, options);
    const { signal } = settings;
    const file = `${source.name}/${LLFF_FILE}`;
    const { shape, data } = ReadNpy(await source.readBytesAsync(LLFF_FILE, signal), file);
    if (shape.length !== 2 || shape[1] !== ROW_LENGTH || shape[0] === 0) {
        throw new UltrametricError(
            "input",
            `${file} has an array of shape (${shape.join(", ")}); poses have (n, ${ROW_LENGTH}), a 3 x 5 matrix and ` +
                "two bounds for each image. Write it again with LLFF's imgs2poses.py.",
        );
    }
    const images = await findImagesAsync(source, shape[0], settings);
    const posed = images.map((path, i) =>
        readView(data.subarray(ROW_LENGTH * i, ROW_LENGTH * (i + 1)), path, `${file}: row ${i}`),
    );
    // The images were found in their folder.
    return await LoadPosedCaptureAsync(source, posed, { ...settings, imageFolder: null }, { isUpright: false });
}

function readView(row: Float64Array, path: string, location: string): PosedImage {
    const invalid = (problem: string): UltrametricError =>
        new UltrametricError(
            "input",
            `${location} (${path}) ${problem}. Write ${LLFF_FILE} again with LLFF's imgs2poses.py.`,
        );
    const pose = new Float64Array(16);
    for (let r = 0; r < 3; r++) {
        const [down, right, back, position] = row.subarray(5 * r, 5 * r + 4);
        pose.set([right, -down, back, position], 4 * r);
    }
    pose[15] = 1;
    CheckCameraPose(pose, location);
    const [height, width, focal] = [row[4], row[9], row[14]];
    if (![height, width, focal].every((value) => value > 0 && value < Infinity)) {
        throw invalid(`has height ${height}, width ${width} and focal length ${focal}; all must be positive`);
    }
    const [near, far] = row.subarray(15);
    if (!(near > 0 && far > near && far < Infinity)) {
        throw invalid(
            `has the bounds ${near} and ${far}; they must be a positive nearest depth and a larger farthest depth`,
        );
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
    return {
        name: WithoutImageExtension(BaseName(path)),
        path,
        pose,
        location,
        lensOf: () => lens,
        depthPath: null,
        depthMapPath: null,
        depthRange: [near, far],
    };
}

/** Finds the paths of the images, in the order of the poses. */
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
                `${source.name}/${LLFF_FILE} has ${count} poses, but ` +
                    `${imageNames === null ? `${source.name}/${folder}` : "the option imageNames"} has ` +
                    `${names.length} images. Remove the images without a pose (LLFF prints them), or estimate the ` +
                    "poses again.",
            );
        }
        return names.map((name) => (folder === "" ? name : `${folder}/${name}`));
    }
    ThrowIfAborted(signal, `Reading ${source.name}`);
    throw new UltrametricError(
        "input",
        `There are no images in ${folders.map((folder) => `${source.name}/${folder}`).join(", ")}. Put LLFF's input ` +
            "images there, or set the option imageFolder to their folder.",
    );
}

/**
 * Returns the names of the images in a folder: those of the option imageNames if the first one exists, or all images
 * that the source lists.
 */
async function namesInAsync(
    source: FileSource,
    folder: string,
    { imageNames, signal }: CaptureFileOptions,
): Promise<readonly string[]> {
    if (imageNames !== null) {
        const exists = imageNames.length > 0 && (await source.existsAsync(`${folder}/${imageNames[0]}`, signal));
        return exists ? imageNames : [];
    }
    if (source.listAsync === undefined) {
        throw new UltrametricError(
            "input",
            `${LLFF_FILE} does not contain the names of its images, and the files of ${source.name} cannot be ` +
                "listed. Set the option imageNames to their names, in the order of the poses.",
        );
    }
    const files = await source.listAsync(folder, signal);
    return files.filter(HasImageExtension);
}
