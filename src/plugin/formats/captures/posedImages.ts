import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import { MapConcurrentlyAsync } from "../../../compute/base/mapConcurrently";
import { Pacer } from "../../../compute/base/pacer";
import { StageProgress } from "../../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../../compute/base/ultrametricError";
import type { View, ViewPicture } from "../../../compute/views/capture";
import { CreateCamera, type Lens, ResizeLens, UndistortLens } from "../../../compute/views/lens";
import { ShrinkImageCoroutine } from "../../../compute/views/shrinkImage";
import { UndistortImageCoroutine } from "../../../compute/views/undistortImage";
import type { FileSource } from "../../sources/fileSource";
import type { ImageLosses } from "../base/imageLosses";
import type { RgbaImage } from "../base/pngImage";
import { type CaptureFileOptions, DEFAULT_HOLD_OUT_EVERY } from "./captureFileOptions";
import { DecodeDepthAsync } from "./depthFile";
import { DecodeDepthMap, ResampleDepthMap } from "./depthMap";
import type { FoundImages } from "./findImages";
import type { PosedImage } from "./posedImage";

/**
 * Splits images into training and held-out images, see `CaptureFileOptions.holdOutEvery`.
 *
 * @param defaultEvery the value that null stands for
 * @throws UltrametricError "input" for a wrong option
 */
export function HoldOut<T>(
    images: readonly T[],
    holdOutEvery: number | null,
    defaultEvery = DEFAULT_HOLD_OUT_EVERY,
): { train: T[]; heldOut: T[] } {
    const every = holdOutEvery ?? defaultEvery;
    if (!Number.isInteger(every) || every < 0 || every === 1) {
        throw new UltrametricError(
            "input",
            `The option holdOutEvery is ${every}; it must be an integer of at least 2, or 0 to hold out no view.`,
        );
    }
    // A capture of fewer views cannot spare one.
    const isHeldOut = (index: number): boolean => every > 0 && images.length >= every && index % every === 0;
    return { train: images.filter((_, i) => !isHeldOut(i)), heldOut: images.filter((_, i) => isHeldOut(i)) };
}

/** The largest focal length, and distance of a principal point, in pixels. */
const MAX_LENGTH = 1e9;

/** Views that were read, and what was left out. */
export interface LoadedImages {
    readonly views: View[];
    readonly heldOutViews: View[];
    readonly notes: string[];
}

/**
 * Reads the training and held-out images as views of pinhole cameras: scales cameras to downscaled copies of their
 * images, downscales large images, undistorts images, and reads depth. An image that is broken, or does not fit its
 * camera, is left out.
 *
 * @throws UltrametricError "input", with the file, when too few images can be used, and for depth that is missing,
 * malformed or does not fit; "aborted"
 */
export async function LoadPosedImagesAsync(
    source: FileSource,
    { train, heldOut }: { readonly train: readonly PosedImage[]; readonly heldOut: readonly PosedImage[] },
    { losses, notes }: FoundImages,
    settings: CaptureFileOptions,
): Promise<LoadedImages> {
    const { maxImageSize, signal } = settings;
    if (maxImageSize !== null && !(maxImageSize >= 1)) {
        throw new UltrametricError(
            "input",
            `The option maxImageSize is ${maxImageSize}; it must be a number of pixels of at least 1, or null.`,
        );
    }
    const { depthUnit } = settings;
    if (!(depthUnit > 0 && depthUnit < Number.POSITIVE_INFINITY)) {
        throw new UltrametricError("input", `The option depthUnit is ${depthUnit}; it must be a positive number.`);
    }
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const all = [...train, ...heldOut];
    let done = 0;
    const views = await MapConcurrentlyAsync(all, settings.concurrency, async (posed) => {
        const view = await readViewAsync(source, posed, settings, losses);
        settings.onProgress?.(StageProgress("readImages", ++done / all.length));
        return view;
    });
    const isRead = (view: View | null): view is View => view !== null;
    const read = views.filter(isRead);
    const wide = read.filter(({ picture }) => picture && isWide(picture.lens)).length;
    return {
        views: views.slice(0, train.length).filter(isRead),
        heldOutViews: views.slice(train.length).filter(isRead),
        notes: [
            ...notes,
            ...losses.notes(),
            ...(wide > 0
                ? [`${wide} of ${read.length} images are of a fisheye: what they show beyond 60 degrees was cut off.`]
                : []),
        ],
    };
}

function isWide({ distortion, width, focalX }: Lens): boolean {
    return distortion !== null && distortion.projection !== "perspective" && width / 2 / focalX > Math.PI / 3;
}

/** An image with its camera, undistorted, or still with the size of the depth that belongs to it. */
interface ReadImage {
    readonly image: Uint8Array;
    readonly picture: ViewPicture;
    /** Lens of the view. */
    readonly pinhole: Lens;
}

async function readViewAsync(
    source: FileSource,
    posed: PosedImage,
    settings: CaptureFileOptions,
    losses: ImageLosses,
): Promise<View | null> {
    const { signal } = settings;
    const { name, path, location, depthPath, depthMapPath, depthRange } = posed;
    const depthFilePath = depthPath ?? depthMapPath;
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const [bytes, depthBytes] = await Promise.all([
        readOrLoseAsync(source, posed, losses, signal),
        depthFilePath === null ? null : source.readBytesAsync(depthFilePath, signal),
    ]);
    if (bytes === null) {
        return null;
    }
    // Images that arrive together are decoded in separate tasks, so that the main thread stays responsive.
    const pacer = new Pacer(`Reading ${source.name}`, signal);
    await pacer.yieldAsync();
    let read: ReadImage;
    try {
        read = await readImageAsync(bytes, posed, `${source.name}/${path}`, settings, pacer);
    } catch (error) {
        if (error instanceof UltrametricError && (error.kind === "input" || error.kind === "unsupported")) {
            losses.addBroken(path, error);
            return null;
        }
        throw error;
    }
    const { image, picture, pinhole } = read;
    let depth: Float32Array | null = null;
    if (depthBytes !== null && depthPath !== null) {
        if (picture.lens.distortion !== null) {
            throw new UltrametricError(
                "input",
                `${location} has lens distortion and a depth image, ${depthPath}; undistort both, or ignore the ` +
                    "depth (readDepth: false).",
            );
        }
        const depthFile = `${source.name}/${depthPath} (view ${name})`;
        depth = await DecodeDepthAsync(depthBytes, pinhole.width, pinhole.height, depthFile);
    } else if (depthBytes !== null) {
        const map = DecodeDepthMap(depthBytes, `${source.name}/${depthMapPath}`);
        depth = ResampleDepthMap(map, settings.depthUnit, picture.lens, pinhole);
    }
    const camera = CreateCamera(pinhole, posed.pose);
    return { name, camera, image, depth, picture, ...(depthRange === null ? {} : { depthRange }) };
}

/** Reads the file of an image; null if it turns out to be missing, where files cannot be listed. */
async function readOrLoseAsync(
    source: FileSource,
    posed: PosedImage,
    losses: ImageLosses,
    signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
    try {
        return await source.readBytesAsync(posed.path, signal);
    } catch (error) {
        ThrowIfAborted(signal, `Reading ${source.name}`);
        if (!(error instanceof UltrametricError) || (await source.existsAsync(posed.path, signal))) {
            throw error;
        }
        losses.addMissing(posed.path, error);
        return null;
    }
}

/** Decodes an image, reduces it, and removes the distortion. @throws UltrametricError "input", "unsupported" */
async function readImageAsync(
    bytes: Uint8Array,
    posed: PosedImage,
    file: string,
    { decodeImageAsync, maxImageSize }: CaptureFileOptions,
    pacer: Pacer,
): Promise<ReadImage> {
    const { path, location, depthPath } = posed;
    const decoded = await decodeImageAsync(bytes, file);
    let lens = fitLens(posed.lensOf(decoded.width, decoded.height), decoded, location, file);
    let image = decoded.data;
    if (depthPath === null && maxImageSize !== null && Math.max(lens.width, lens.height) > maxImageSize) {
        const { width, height } = lens;
        const scale = maxImageSize / Math.max(width, height);
        lens = ResizeLens(lens, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
        image = await RunCoroutineAsync(ShrinkImageCoroutine(image, width, height, lens.width, lens.height), pacer);
    }
    const picture = { path, width: decoded.width, height: decoded.height, lens };
    // An image with depth of its own size is checked with that.
    if (lens.distortion === null || depthPath !== null) {
        return { image, picture, pinhole: lens };
    }
    const pinhole = UndistortLens(lens, location);
    image = await RunCoroutineAsync(UndistortImageCoroutine(image, lens, pinhole), pacer);
    return { image, picture, pinhole };
}

/** Scales a lens to its image, which may be a smaller or larger copy of the image that the camera belongs to. */
function fitLens(lens: Lens, { width, height }: RgbaImage, location: string, file: string): Lens {
    // The sizes of copies are rounded to integers.
    const scale = Math.max(width / lens.width, height / lens.height);
    if (Math.abs(width - lens.width * scale) > 1 + scale || Math.abs(height - lens.height * scale) > 1 + scale) {
        const isRotated = Math.abs(width * lens.width - height * lens.height) < Math.max(width, height);
        throw new UltrametricError(
            "input",
            `${location}: the camera belongs to an image of ${lens.width} x ${lens.height} pixels, but ${file} has ` +
                `${width} x ${height}, ` +
                (isRotated
                    ? "which is rotated by 90 degrees; use the image that the poses were estimated for."
                    : "another aspect ratio; use the image that the camera belongs to, or a scaled copy of it."),
        );
    }
    const fitted = lens.width === width && lens.height === height ? lens : ResizeLens(lens, width, height);
    const { focalX, focalY, centerX, centerY } = fitted;
    const isPossible =
        focalX > 0 && focalY > 0 && [focalX, focalY, centerX, centerY].every((value) => Math.abs(value) <= MAX_LENGTH);
    if (!isPossible) {
        throw new UltrametricError(
            "input",
            `${location}: no camera has the focal lengths ${focalX} and ${focalY} and the principal point ` +
                `(${centerX}, ${centerY}), in pixels of ${file} (${width} x ${height}). Check the camera.`,
        );
    }
    return fitted;
}
