import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { FileSource } from "../../sources/fileSource";
import { ImageLosses, ListNames } from "../base/imageLosses";
import { type CaptureFileOptions, IMAGE_FOLDERS } from "./captureFileOptions";
import { type FoundImage, ImageFinder } from "./imageFinder";
import type { PosedImage } from "./posedImage";

/** The images of a capture after the search for their files. */
export interface FoundImages {
    /** In the order of the search; null for those that are missing or repeated. */
    readonly images: readonly (PosedImage | null)[];
    readonly losses: ImageLosses;
    /** Sentences about how the images were found. */
    readonly notes: readonly string[];
}

/** Returns true if an image was found, to filter `FoundImages.images`. */
export function IsFound(image: PosedImage | null): image is PosedImage {
    return image !== null;
}

/**
 * Finds the files of images, see ImageFinder. No two views share a file: of several cameras of one image the first
 * counts, and a file that only resembles several names belongs to none.
 *
 * Images whose names differ in their extensions alone, such as a.jpg and a.png, are named with it.
 *
 * @param images in the order in which they claim their files
 * @throws UltrametricError "input" if too few are found; "aborted"
 */
export async function FindImagesAsync(
    source: FileSource,
    images: readonly PosedImage[],
    settings: CaptureFileOptions,
): Promise<FoundImages> {
    const { imageFolder, signal } = settings;
    const finder = await ImageFinder.CreateAsync(source, imageFolder, signal);
    const found: (FoundImage | null)[] = [];
    for (const { path } of images) {
        found.push(await finder.findAsync(path));
    }
    const claims = new Map<string, Set<string>>();
    const exact = new Set<string>();
    const repeated = new Set<number>();
    found.forEach((image, i) => {
        if (image === null) {
            return;
        }
        const names = claims.get(image.path) ?? new Set();
        if (image.isExact ? exact.has(image.path) : names.has(images[i].path)) {
            repeated.add(i);
        }
        claims.set(image.path, names.add(images[i].path));
        if (image.isExact) {
            exact.add(image.path);
        }
    });
    const losses = new ImageLosses(source.name, images.length - repeated.size, settings.minImages);
    const renamed: string[] = [];
    const shared = repeatedNames(images.filter((_, i) => found[i] !== null && !repeated.has(i)));
    const kept = images.map((posed, i): PosedImage | null => {
        const image = found[i];
        if (repeated.has(i)) {
            return null;
        }
        const isShared =
            image !== null && !image.isExact && (exact.has(image.path) || claims.get(image.path)!.size > 1);
        if (image === null || isShared) {
            losses.addMissing(posed.path, missing(source, posed, imageFolder, image?.path ?? null));
            return null;
        }
        if (!image.isExact) {
            renamed.push(`${posed.path} as ${image.path}`);
        }
        return { ...posed, path: image.path, name: shared.has(posed.name) ? posed.path : posed.name };
    });
    const notes = renamed.length > 0 ? [`${renamed.length} images were found elsewhere: ${ListNames(renamed)}.`] : [];
    if (repeated.size > 0) {
        const names = images.filter((_, i) => repeated.has(i)).map(({ path }) => path);
        notes.push(
            `${repeated.size} cameras were left out, because their images have one already: ` + `${ListNames(names)}.`,
        );
    }
    return { images: kept, losses, notes };
}

/** Returns the names that several images have. */
function repeatedNames(images: readonly PosedImage[]): ReadonlySet<string> {
    const all = new Set<string>();
    return new Set(images.map(({ name }) => name).filter((name) => all.size === all.add(name).size));
}

function missing(
    source: FileSource,
    { path, location }: PosedImage,
    imageFolder: string | null,
    other: string | null,
): UltrametricError {
    const where = imageFolder === null ? source.name : `${source.name}/${imageFolder.replace(/\/+$/, "")}`;
    const folders = imageFolder === null ? `${IMAGE_FOLDERS.join(", ")} or another folder` : "that folder";
    return new UltrametricError(
        "input",
        `${location}: ${where}/${path} does not exist, and there is no other image of that name in ${folders}` +
            `${other === null ? "" : ` (${other} belongs to several names)`}. Put the images beside the file of their ` +
            "cameras, or set the option imageFolder to their folder.",
    );
}
