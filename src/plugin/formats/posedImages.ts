import { MapConcurrentlyAsync } from "../../compute/base/mapConcurrently";
import { Pacer } from "../../compute/base/pacer";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { View } from "../../compute/views/capture";
import { CreateCamera, type Lens, ResizeLens, UndistortLens } from "../../compute/views/lens";
import { ShrinkImage } from "../../compute/views/shrinkImage";
import { UndistortImage } from "../../compute/views/undistortImage";
import type { FileSource } from "../sources/fileSource";
import { type CaptureFileOptions, DEFAULT_HOLD_OUT_EVERY } from "./captureFileOptions";
import { DecodeDepthAsync } from "./depthFile";
import { DecodeDepthMap, ResampleDepthMap } from "./depthMap";
import type { RgbaImage } from "./pngImage";

/** An image file with its camera. */
export interface PosedImage {
    readonly name: string;
    /** Path of the image file. */
    readonly path: string;
    /** Camera to world, 16 numbers, row-major, OpenGL axes; validated. */
    readonly pose: Float64Array;
    /** File and location of the camera, for messages. */
    readonly location: string;
    /**
     * Returns the lens of the camera; fields that the files omit are derived from the image's size in pixels.
     *
     * @throws UltrametricError "input" with the field
     */
    lensOf(width: number, height: number): Lens;
    /** Path of the depth image of the same size, see DecodeDepthAsync; null without one. */
    readonly depthPath: string | null;
    /** Path of the depth image of any size, see DecodeDepthMap; null without one. */
    readonly depthMapPath: string | null;
    /** Nearest and farthest visible depth, world units; null where unknown. */
    readonly depthRange: readonly [near: number, far: number] | null;
}

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

/**
 * Reads the training and held-out images as views of pinhole cameras: scales cameras to downscaled copies of their
 * images, downscales large images, undistorts images, and reads depth.
 *
 * @throws UltrametricError "input", with the file, when a file is missing, malformed or does not fit its camera;
 * "aborted"
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
        const view = await readViewAsync(source, posed, settings);
        settings.onProgress?.({ stage: "Reading images", fraction: ++done / all.length });
        return view;
    });
    return { views: views.slice(0, train.length), heldOutViews: views.slice(train.length) };
}

async function readViewAsync(source: FileSource, posed: PosedImage, settings: CaptureFileOptions): Promise<View> {
    const { signal, maxImageSize } = settings;
    const { name, path, location, depthPath, depthMapPath } = posed;
    const depthFilePath = depthPath ?? depthMapPath;
    const file = `${source.name}/${path}`;
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const [bytes, depthBytes] = await Promise.all([
        source.readBytesAsync(path, signal),
        depthFilePath === null ? null : source.readBytesAsync(depthFilePath, signal),
    ]);
    // Images that arrive together are decoded in separate tasks, so that the main thread stays responsive.
    await new Pacer(`Reading ${source.name}`, signal).yieldAsync();
    const decoded = await settings.decodeImageAsync(bytes, file);
    let lens = fitLens(posed.lensOf(decoded.width, decoded.height), decoded, location, file);
    let image = decoded.data;
    let depth: Float32Array | null = null;
    if (depthBytes !== null && depthPath !== null) {
        if (lens.distortion !== null) {
            throw new UltrametricError(
                "input",
                `${location} has lens distortion and a depth image, ${depthPath}; undistort both, or ignore the ` +
                    "depth (readDepth: false).",
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
        const pinhole = UndistortLens(lens, location);
        image = UndistortImage(image, lens, pinhole);
        lens = pinhole;
    }
    if (depthBytes !== null && depthPath === null) {
        const map = DecodeDepthMap(depthBytes, `${source.name}/${depthMapPath}`);
        depth = ResampleDepthMap(map, settings.depthUnit, imageLens, lens);
    }
    const camera = CreateCamera(lens, posed.pose);
    return posed.depthRange === null
        ? { name, camera, image, depth }
        : { name, camera, image, depth, depthRange: posed.depthRange };
}

/** Scales a lens to its image, which may be a smaller or larger copy of the image that the camera belongs to. */
function fitLens(lens: Lens, { width, height }: RgbaImage, location: string, file: string): Lens {
    if (lens.width === width && lens.height === height) {
        return lens;
    }
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
    return ResizeLens(lens, width, height);
}
