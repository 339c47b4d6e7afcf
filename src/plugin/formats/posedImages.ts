import { MapConcurrentlyAsync } from "../../compute/base/mapConcurrently";
import { Pacer } from "../../compute/base/pacer";
import type { Progress } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { View } from "../../compute/views/capture";
import { CreateCamera, type Lens, ResizeLens, UndistortLens } from "../../compute/views/lens";
import { ShrinkImage } from "../../compute/views/shrinkImage";
import { UndistortImage } from "../../compute/views/undistortImage";
import type { FileSource } from "../sources/fileSource";
import { type CaptureFileOptions, USUAL_HOLD_OUT } from "./captureFileOptions";
import { DecodeDepthAsync } from "./depthFile";
import { DecodeDepthMap, DrawDepthMap } from "./depthMap";
import type { RgbaImage } from "./pngImage";

/** A picture and its camera, as a capture's files describe them. */
export interface PosedImage {
    readonly name: string;
    /** The image's file. */
    readonly path: string;
    /** Camera to world, 16 numbers, row-major, OpenGL axes; checked. */
    readonly pose: Float64Array;
    /** Where its camera is described, for messages. */
    readonly place: string;
    /**
     * The camera's lens as the files have it. What they leave out comes from the image's size in pixels.
     * @throws UltrametricError ("input") that names the field
     */
    lensOf(width: number, height: number): Lens;
    /** Path of its depth image of the same size, see DecodeDepthAsync; null where there is none. */
    readonly depthPath: string | null;
    /** Path of its depth image of any size, see DecodeDepthMap; null where there is none. */
    readonly depthMapPath: string | null;
    /** Nearest and farthest depth seen, world units; null where unknown. */
    readonly depthRange: readonly [near: number, far: number] | null;
}

/** Returns a function to call after each of `total` pieces of work. */
export function CreateReporter(
    stage: string,
    total: number,
    onProgress: ((progress: Progress) => void) | undefined,
): () => void {
    let done = 0;
    return () => {
        done++;
        onProgress?.({ stage, fraction: done / total });
    };
}

/**
 * Parts images into those to learn from and those held out, see `CaptureFileOptions.holdOutEvery`.
 * @param usual what null means
 */
export function HoldOut<T>(
    images: readonly T[],
    holdOutEvery: number | null,
    usual = USUAL_HOLD_OUT,
): { train: T[]; heldOut: T[] } {
    const every = holdOutEvery ?? usual;
    if (!Number.isInteger(every) || every < 0 || every === 1) {
        throw new UltrametricError(
            "input",
            `The option holdOutEvery is ${every}; it is a whole number from 2 on, or 0 to hold out no view.`,
        );
    }
    // A capture of fewer views has none to spare.
    const isHeldOut = (index: number): boolean => every > 0 && images.length >= every && index % every === 0;
    return { train: images.filter((_, i) => !isHeldOut(i)), heldOut: images.filter((_, i) => isHeldOut(i)) };
}

/**
 * Reads the images of both kinds and makes them views of pinhole cameras: intrinsics scaled to the image where it is a smaller copy, large
 * images made smaller, lens distortion taken out, depth read.
 * @throws UltrametricError ("input") for a file that is missing, broken or does not fit its camera, by name; ("aborted")
 */
export async function LoadPosedImagesAsync(
    source: FileSource,
    { train, heldOut }: { readonly train: readonly PosedImage[]; readonly heldOut: readonly PosedImage[] },
    settings: CaptureFileOptions,
): Promise<{ views: View[]; heldOutViews: View[] }> {
    const { maxImageSize, signal } = settings;
    if (maxImageSize !== null && !(maxImageSize >= 1)) {
        throw new UltrametricError(
            "input",
            `The option maxImageSize is ${maxImageSize}; it is a number of pixels from 1 on, or null.`,
        );
    }
    const { depthUnit } = settings;
    if (!(depthUnit > 0 && depthUnit < Number.POSITIVE_INFINITY)) {
        throw new UltrametricError("input", `The option depthUnit is ${depthUnit}; it is a number above 0.`);
    }
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const all = [...train, ...heldOut];
    const report = CreateReporter("Reading images", all.length, settings.onProgress);
    const views = await MapConcurrentlyAsync(all, settings.concurrency, async (posed) => {
        const view = await readViewAsync(source, posed, settings);
        report();
        return view;
    });
    return { views: views.slice(0, train.length), heldOutViews: views.slice(train.length) };
}

async function readViewAsync(source: FileSource, posed: PosedImage, settings: CaptureFileOptions): Promise<View> {
    const { signal, maxImageSize } = settings;
    const { name, path, place, depthPath, depthMapPath } = posed;
    const depthFilePath = depthPath ?? depthMapPath;
    const file = `${source.name}/${path}`;
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const [bytes, depthBytes] = await Promise.all([
        source.readBytesAsync(path, signal),
        depthFilePath === null ? null : source.readBytesAsync(depthFilePath, signal),
    ]);
    await new Pacer(`Reading ${source.name}`, signal).yieldAsync(); // pictures that arrive together are decoded apart
    const decoded = await settings.decodeImageAsync(bytes, file);
    let lens = fitLens(posed.lensOf(decoded.width, decoded.height), decoded, place, file);
    let image = decoded.data;
    let depth: Float32Array | null = null;
    if (depthBytes !== null && depthPath !== null) {
        if (lens.distortion !== null) {
            throw new UltrametricError(
                "input",
                `${place} has lens distortion and a depth image, ${depthPath}; undistort both, or leave the depth out (readDepth: false).`,
            );
        }
        const depthFile = `${source.name}/${depthPath} (view ${name})`;
        depth = await DecodeDepthAsync(depthBytes, lens.width, lens.height, depthFile);
    } else if (maxImageSize !== null && Math.max(lens.width, lens.height) > maxImageSize) {
        const { width, height } = lens;
        const scale = maxImageSize / Math.max(width, height);
        lens = ResizeLens(lens, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
        image = ShrinkImage(image, width, height, lens.width, lens.height);
    }
    const imageLens = lens;
    if (lens.distortion !== null) {
        const pinhole = UndistortLens(lens, place);
        image = UndistortImage(image, lens, pinhole);
        lens = pinhole;
    }
    if (depthBytes !== null && depthPath === null) {
        const map = DecodeDepthMap(depthBytes, `${source.name}/${depthMapPath}`);
        depth = DrawDepthMap(map, settings.depthUnit, imageLens, lens);
    }
    const camera = CreateCamera(lens, posed.pose);
    return posed.depthRange === null
        ? { name, camera, image, depth }
        : { name, camera, image, depth, depthRange: posed.depthRange };
}

/** The lens for the image at hand, which may be a smaller or larger copy of the one that the camera is described for. */
function fitLens(lens: Lens, { width, height }: RgbaImage, place: string, file: string): Lens {
    if (lens.width === width && lens.height === height) {
        return lens;
    }
    // Sizes of copies are rounded to whole pixels.
    const scale = Math.max(width / lens.width, height / lens.height);
    if (Math.abs(width - lens.width * scale) > 1 + scale || Math.abs(height - lens.height * scale) > 1 + scale) {
        const isTurned = Math.abs(width * lens.width - height * lens.height) < Math.max(width, height);
        throw new UltrametricError(
            "input",
            `${place}: the camera is described for an image of ${lens.width} x ${lens.height} pixels, but ${file} has ${width} x ${height}, ` +
                (isTurned
                    ? "which is turned by 90 degrees; give the image as it was when the poses were found (not rotated)."
                    : "which is another shape; give the image that the camera belongs to, or a scaled copy of it."),
        );
    }
    return ResizeLens(lens, width, height);
}
