import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { Capture } from "../../compute/views/capture";
import { LevelCapture } from "../../compute/views/levelCapture";
import type { FileSource } from "../sources/fileSource";
import { type CaptureFileOptions, DEFAULT_CAPTURE_FILE_OPTIONS, IMAGE_FOLDERS } from "./captureFileOptions";
import { ReadColmapCamerasBinary, ReadColmapImagesBinary, ReadColmapPointsBinary } from "./colmapBinary";
import type { ColmapImage, ColmapModel } from "./colmapModel";
import { ReadColmapCamerasText, ReadColmapImagesText, ReadColmapPointsText } from "./colmapText";
import { IMAGE_ENDINGS } from "./imageDecoder";
import { HoldOut, LoadPosedImagesAsync, type PosedImage } from "./posedImages";

/** Where a sparse model is looked for. */
export const COLMAP_FOLDERS: readonly string[] = ["sparse/0", "sparse", "colmap/sparse/0", "colmap/sparse", ""];

type Ending = "bin" | "txt";

/** A sparse model that is there. */
export interface ColmapFiles {
    /** Folder with "/" at its end, or "". */
    readonly folder: string;
    readonly ending: Ending;
}

/** Finds a sparse model, binary before text; null where there is none. */
export async function FindColmapFilesAsync(source: FileSource, signal?: AbortSignal): Promise<ColmapFiles | null> {
    for (const name of COLMAP_FOLDERS) {
        const folder = name === "" ? "" : `${name}/`;
        for (const ending of ["bin", "txt"] as const) {
            if (await source.existsAsync(`${folder}cameras.${ending}`, signal)) {
                return { folder, ending };
            }
        }
    }
    return null;
}

/**
 * Reads a capture whose poses COLMAP has found (Schoenberger and Frahm 2016): a sparse model, binary or text, in sparse/0, sparse,
 * colmap/sparse/0, colmap/sparse or the top folder, and the images in `images` (see `CaptureFileOptions.imageFolder`).
 *
 * Camera models: SIMPLE_PINHOLE, PINHOLE, SIMPLE_RADIAL, RADIAL, OPENCV; lens distortion is taken out of the images. Where the images are smaller
 * copies of those that the model is for, the cameras follow. The model's points are the `sparsePoints`. The world is COLMAP's, turned so that z is up (see
 * `CaptureFileOptions.level`). Views are in the order of their names, which are the images' paths without their ending.
 *
 * @throws UltrametricError ("input") for a file that is missing, broken or contradicts another, by name and place; ("aborted")
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
            `${source.name}/${files.folder}images.${files.ending} has no images: COLMAP has found no pose. Look for a larger model beside it.`,
        );
    }
    const sorted = [...images].sort((a, b) => (a.name < b.name ? -1 : 1));
    const folder = await findImageFolderAsync(source, sorted[0], settings);
    const lenses = new Map(cameras.map(({ id, lens }) => [id, lens]));
    const posed = sorted.map(({ name, cameraId, pose, place }): PosedImage => {
        const lens = lenses.get(cameraId);
        if (lens === undefined) {
            throw new UltrametricError(
                "input",
                `${place} has camera ${cameraId}, which is not among the ${cameras.length} of ${files.folder}cameras.${files.ending}; ` +
                    "give the files of one model.",
            );
        }
        const ending = IMAGE_ENDINGS.find((e) => name.toLowerCase().endsWith(e)) ?? "";
        return {
            name: name.slice(0, name.length - ending.length),
            path: `${folder}${name}`,
            pose,
            place,
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
    { folder, ending }: ColmapFiles,
    signal: AbortSignal | undefined,
): Promise<ColmapModel> {
    const bytesAsync = (name: string): Promise<Uint8Array> =>
        source.readBytesAsync(`${folder}${name}.${ending}`, signal);
    const fileOf = (name: string): string => `${source.name}/${folder}${name}.${ending}`;
    const [cameraBytes, imageBytes, hasPoints] = await Promise.all([
        bytesAsync("cameras"),
        bytesAsync("images"),
        source.existsAsync(`${folder}points3D.${ending}`, signal),
    ]);
    const pointBytes = hasPoints ? await bytesAsync("points3D") : null;
    const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    return ending === "bin"
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

/** The folder in which the first image is, with "/" at its end, or "". */
async function findImageFolderAsync(
    source: FileSource,
    { name, place }: ColmapImage,
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
        `${place} is not in ${candidates.map((c) => `${source.name}/${c}`).join(", ")}. Put the images that COLMAP was given there, ` +
            "or name their folder with the option imageFolder.",
    );
}
