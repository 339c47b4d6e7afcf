import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { Capture } from "../../compute/views/capture";
import { LevelCapture } from "../../compute/views/levelCapture";
import type { FileSource } from "../sources/fileSource";
import { type CaptureFileOptions, DEFAULT_CAPTURE_FILE_OPTIONS, IMAGE_FOLDERS } from "./captureFileOptions";
import { ReadColmapCamerasBinary, ReadColmapImagesBinary, ReadColmapPointsBinary } from "./colmapBinary";
import type { ColmapImage, ColmapModel } from "./colmapModel";
import { ReadColmapCamerasText, ReadColmapImagesText, ReadColmapPointsText } from "./colmapText";
import { WithoutImageExtension } from "./imageExtensions";
import { HoldOut, LoadPosedImagesAsync, type PosedImage } from "./posedImages";

/** Folders that may hold a sparse model, in the order in which they are searched. */
export const COLMAP_FOLDERS: readonly string[] = ["sparse/0", "sparse", "colmap/sparse/0", "colmap/sparse", ""];

/** Location of the files of a sparse model. */
export interface ColmapFiles {
    /** Folder with "/" at its end, or "". */
    readonly folder: string;
    readonly extension: "bin" | "txt";
}

/** Finds a sparse model, preferring binary to text files; null where there is none. */
export async function FindColmapFilesAsync(source: FileSource, signal?: AbortSignal): Promise<ColmapFiles | null> {
    for (const name of COLMAP_FOLDERS) {
        const folder = name === "" ? "" : `${name}/`;
        for (const extension of ["bin", "txt"] as const) {
            if (await source.existsAsync(`${folder}cameras.${extension}`, signal)) {
                return { folder, extension };
            }
        }
    }
    return null;
}

/**
 * Reads a capture whose poses COLMAP has estimated (Schoenberger and Frahm 2016): a sparse model, binary or text, in
 * sparse/0, sparse, colmap/sparse/0, colmap/sparse or the top folder, and the images in `images` (see
 * `CaptureFileOptions.imageFolder`).
 *
 * The camera models SIMPLE_PINHOLE, PINHOLE, SIMPLE_RADIAL, RADIAL and OPENCV are supported; images are undistorted.
 * Where the images are downscaled copies, the cameras are scaled with them. The model's points become the
 * `sparsePoints`. The world is COLMAP's, rotated so that z is up (see `CaptureFileOptions.level`). Views are sorted by
 * their names, the paths of the images without extension.
 *
 * @throws UltrametricError "input", with file and location, when a file is missing, malformed or inconsistent;
 * "aborted"
 */
export async function LoadColmapCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings: CaptureFileOptions = { ...DEFAULT_CAPTURE_FILE_OPTIONS, ...options };
    const { signal } = settings;
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const files = await FindColmapFilesAsync(source, signal);
    if (files === null) {
        throw new UltrametricError(
            "input",
            `${source.name} has no COLMAP model: there is no cameras.bin or cameras.txt in ` +
                `${COLMAP_FOLDERS.map((folder) => (folder === "" ? "the folder itself" : folder)).join(", ")}.`,
        );
    }
    const { cameras, images, points } = await readModelAsync(source, files, signal);
    if (images.length === 0) {
        throw new UltrametricError(
            "input",
            `${source.name}/${files.folder}images.${files.extension} has no images: COLMAP has estimated no pose. ` +
                "Look for a larger model next to it.",
        );
    }
    const sorted = [...images].sort((a, b) => (a.name < b.name ? -1 : 1));
    const folder = await findImageFolderAsync(source, sorted[0], settings);
    const lenses = new Map(cameras.map(({ id, lens }) => [id, lens]));
    const posed = sorted.map(({ name, cameraId, pose, location }): PosedImage => {
        const lens = lenses.get(cameraId);
        if (lens === undefined) {
            throw new UltrametricError(
                "input",
                `${location} has camera ${cameraId}, which is not among the ${cameras.length} of ` +
                    `${files.folder}cameras.${files.extension}; use the files of one model.`,
            );
        }
        return {
            name: WithoutImageExtension(name),
            path: `${folder}${name}`,
            pose,
            location,
            lensOf: () => lens,
            depthPath: null,
            depthMapPath: null,
            depthRange: null,
        };
    });
    const loaded = await LoadPosedImagesAsync(source, HoldOut(posed, settings.holdOutEvery), settings);
    const capture = {
        name: settings.name ?? source.name,
        ...loaded,
        ...(points === null ? {} : { sparsePoints: points }),
    };
    return (settings.level ?? true) ? LevelCapture(capture) : capture;
}

async function readModelAsync(
    source: FileSource,
    { folder, extension }: ColmapFiles,
    signal: AbortSignal | undefined,
): Promise<ColmapModel> {
    const bytesAsync = (name: string): Promise<Uint8Array> =>
        source.readBytesAsync(`${folder}${name}.${extension}`, signal);
    const fileOf = (name: string): string => `${source.name}/${folder}${name}.${extension}`;
    const [cameraBytes, imageBytes, hasPoints] = await Promise.all([
        bytesAsync("cameras"),
        bytesAsync("images"),
        source.existsAsync(`${folder}points3D.${extension}`, signal),
    ]);
    const pointBytes = hasPoints ? await bytesAsync("points3D") : null;
    const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    return extension === "bin"
        ? {
              cameras: ReadColmapCamerasBinary(cameraBytes, fileOf("cameras")),
              images: ReadColmapImagesBinary(imageBytes, fileOf("images")),
              points: pointBytes && ReadColmapPointsBinary(pointBytes, fileOf("points3D")),
          }
        : {
              cameras: ReadColmapCamerasText(textOf(cameraBytes), fileOf("cameras")),
              images: ReadColmapImagesText(textOf(imageBytes), fileOf("images")),
              points: pointBytes && ReadColmapPointsText(textOf(pointBytes), fileOf("points3D")),
          };
}

/** Finds the folder that contains the first image: with "/" at its end, or "". */
async function findImageFolderAsync(
    source: FileSource,
    { name, location }: ColmapImage,
    { imageFolder, signal }: CaptureFileOptions,
): Promise<string> {
    const candidates = imageFolder === null ? [...IMAGE_FOLDERS, ""] : [imageFolder];
    for (const candidate of candidates) {
        const folder = candidate === "" ? "" : `${candidate.replace(/\/+$/, "")}/`;
        if (await source.existsAsync(`${folder}${name}`, signal)) {
            return folder;
        }
    }
    throw new UltrametricError(
        "input",
        `${location} is not in ${candidates.map((c) => `${source.name}/${c}`).join(", ")}. Put COLMAP's input ` +
            "images there, or set the option imageFolder to their folder.",
    );
}
