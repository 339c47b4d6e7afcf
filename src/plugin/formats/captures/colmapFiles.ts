import { ThrowIfAborted, UltrametricError } from "../../../compute/base/ultrametricError";
import type { SparsePoints } from "../../../compute/views/capture";
import type { FileSource } from "../../sources/fileSource";
import { ReadColmapCamerasBinary, ReadColmapImagesBinary, ReadColmapPointsBinary } from "./colmapBinary";
import type { ColmapModel } from "./colmapModel";
import { ReadColmapCamerasText, ReadColmapImagesText, ReadColmapPointsText } from "./colmapText";

/**
 * Folders that may hold a sparse model, in the order in which they are searched: the poses of undistorted images before
 * those of distorted ones, which 3D Gaussian Splatting's converter keeps.
 */
export const COLMAP_FOLDERS: readonly string[] = [
    "sparse/0",
    "sparse",
    "sparse/1",
    "sparse/2",
    "colmap/sparse/0",
    "colmap/sparse",
    "dense/sparse",
    "dense/0/sparse",
    "",
];

/** The largest number of models that are compared. */
const MAX_MODELS = 32;

/** Location of the files of a sparse model. */
export interface ColmapFiles {
    /** Folder with "/" at its end, or "". */
    readonly folder: string;
    readonly extension: "bin" | "txt";
}

/** The model that was chosen, and why. */
export interface ChosenColmapModel {
    readonly model: ColmapModel;
    readonly files: ColmapFiles;
    readonly notes: readonly string[];
}

/**
 * Finds the sparse models of a source: those of any folder, or of COLMAP_FOLDERS where files cannot be listed. Of a
 * folder with binary and text files, the binary ones count.
 *
 * @param limit number of models after which the search ends
 */
export async function FindColmapFilesAsync(
    source: FileSource,
    limit: number,
    signal?: AbortSignal,
): Promise<ColmapFiles[]> {
    const listed = await source.listAllAsync?.(signal);
    const paths = listed && new Set(listed);
    const others = (listed ?? [])
        .filter((path) => /(^|\/)cameras\.(bin|txt)$/.test(path))
        .map((path) => path.slice(0, path.lastIndexOf("/") + 1))
        // A model of distorted images is the last choice among equals.
        .sort((a, b) => Number(a.includes("distorted")) - Number(b.includes("distorted")) || (a < b ? -1 : 1));
    const folders = new Set([...COLMAP_FOLDERS.map((name) => (name === "" ? "" : `${name}/`)), ...others]);
    const existsAsync = async (path: string): Promise<boolean> =>
        paths?.has(path) ?? (await source.existsAsync(path, signal));
    const found: ColmapFiles[] = [];
    for (const folder of folders) {
        for (const extension of ["bin", "txt"] as const) {
            if (found.length < limit && (await existsAsync(`${folder}cameras.${extension}`))) {
                found.push({ folder, extension });
                break;
            }
        }
    }
    return found;
}

/**
 * Reads the sparse model with the most images that can be read; of equal ones, the first.
 *
 * @throws UltrametricError "input", with file and location, when there is none, or the only one is malformed; "aborted"
 */
export async function ReadLargestColmapModelAsync(
    source: FileSource,
    signal?: AbortSignal,
): Promise<ChosenColmapModel> {
    const candidates = await FindColmapFilesAsync(source, MAX_MODELS, signal);
    if (candidates.length === 0) {
        const folders = COLMAP_FOLDERS.map((folder) => (folder === "" ? "the folder itself" : folder)).join(", ");
        throw new UltrametricError(
            "input",
            `${source.name} has no COLMAP model: there is no cameras.bin or cameras.txt in ${folders}.`,
        );
    }
    const models: { files: ColmapFiles; model: Omit<ColmapModel, "points">; usable: number }[] = [];
    const notes: string[] = [];
    let failure: unknown;
    for (const files of candidates) {
        try {
            const model = await readCamerasAndImagesAsync(source, files, signal);
            const broken = new Set(
                model.cameras.filter(({ lens }) => lens instanceof UltrametricError).map(({ id }) => id),
            );
            models.push({ files, model, usable: model.images.filter(({ cameraId }) => !broken.has(cameraId)).length });
        } catch (error) {
            ThrowIfAborted(signal, `Reading ${source.name}`);
            failure ??= error;
            notes.push(`A model was left out: ${(error as Error).message}`);
        }
    }
    if (models.length === 0) {
        throw failure;
    }
    const best = models.reduce((a, b) =>
        b.usable > a.usable || (b.usable === a.usable && b.model.images.length > a.model.images.length) ? b : a,
    );
    const { files, model } = best;
    const nameOf = ({ folder }: ColmapFiles): string => (folder === "" ? "the top folder" : folder.slice(0, -1));
    if (model.images.length === 0) {
        throw new UltrametricError(
            "input",
            `${source.name}/${files.folder}images.${files.extension} has no images: COLMAP has estimated no pose. ` +
                "Take more images that overlap, or look for a larger model.",
        );
    }
    if (models.length > 1) {
        const others = models
            .filter((other) => other !== best)
            .map((other) => `${nameOf(other.files)} has ${other.model.images.length}`);
        notes.push(
            `Of ${models.length} COLMAP models the largest was read, ${nameOf(files)} with ${model.images.length} ` +
                `images (${others.join(", ")}).`,
        );
    }
    for (const { lens } of model.cameras) {
        if (lens instanceof UltrametricError) {
            notes.push(`A camera was left out: ${lens.message}`);
        }
    }
    return { model: { ...model, points: await readPointsAsync(source, files, signal) }, files, notes };
}

async function readCamerasAndImagesAsync(
    source: FileSource,
    files: ColmapFiles,
    signal: AbortSignal | undefined,
): Promise<Omit<ColmapModel, "points">> {
    const [cameras, images] = await Promise.all(
        ["cameras", "images"].map((name) => source.readBytesAsync(pathOf(files, name), signal)),
    );
    const [cameraFile, imageFile] = ["cameras", "images"].map((name) => `${source.name}/${pathOf(files, name)}`);
    const model =
        files.extension === "bin"
            ? {
                  cameras: ReadColmapCamerasBinary(cameras, cameraFile),
                  images: ReadColmapImagesBinary(images, imageFile),
              }
            : {
                  cameras: ReadColmapCamerasText(new TextDecoder().decode(cameras), cameraFile),
                  images: ReadColmapImagesText(new TextDecoder().decode(images), imageFile),
              };
    const ids = new Set<number>();
    for (const { id } of model.cameras) {
        if (ids.size === ids.add(id).size) {
            throw new UltrametricError(
                "input",
                `${cameraFile} has two cameras of id ${id}, so its images have no certain lens. Export the model again.`,
            );
        }
    }
    return model;
}

async function readPointsAsync(
    source: FileSource,
    files: ColmapFiles,
    signal: AbortSignal | undefined,
): Promise<SparsePoints | null> {
    const path = pathOf(files, "points3D");
    if (!(await source.existsAsync(path, signal))) {
        return null;
    }
    const bytes = await source.readBytesAsync(path, signal);
    const file = `${source.name}/${path}`;
    return files.extension === "bin"
        ? ReadColmapPointsBinary(bytes, file)
        : ReadColmapPointsText(new TextDecoder().decode(bytes), file);
}

function pathOf({ folder, extension }: ColmapFiles, name: string): string {
    return `${folder}${name}.${extension}`;
}
