import type { RunOptions } from "../../../compute/base/progress";
import { ThrowIfAborted } from "../../../compute/base/ultrametricError";
import type { FileSource } from "../../sources/fileSource";
import { DecodeImageAsync, type ImageDecoder } from "../base/imageDecoder";

/** Options of {@link LoadCaptureAsync} and of the loaders of each layout. */
export interface CaptureFileOptions extends RunOptions {
    /** The capture's name. Default null: the name of the source. */
    name: string | null;
    /** True if depth images are read. Default true. */
    readDepth: boolean;
    /** Folder of the depth images of the NeRF-Blender layout. Default "depth". */
    depthFolder: string;
    /**
     * Unit of the numbers in nerfstudio's depth images (`depth_file_path`), in world units. Default 0.001: millimeters
     * in a world of meters.
     */
    depthUnit: number;
    /**
     * True if the world is rotated so that z is up, derived from how the cameras were held: see LevelCapture. A world
     * that is level stays unchanged. Default null: only where the files do not define the up axis. These are COLMAP's,
     * LLFF's and transforms*.json, except NeRF's Blender scenes (transforms_train.json without fl_x), whose z axis is
     * up, and files whose `orientation_override` is "none".
     */
    level: boolean | null;
    /**
     * The interval n of held-out views: every n-th view is held out, starting with the first; 0 holds out none. Default
     * null: as defined by the files, or every 8th view where they define no split (COLMAP, LLFF, transforms.json
     * without lists).
     */
    holdOutEvery: number | null;
    /**
     * The largest width and height of an image in pixels. Larger images without depth are downscaled, with their
     * cameras; null keeps all. Default 1600: at full size, a hundred photos of a phone would need 5 GB.
     */
    maxImageSize: number | null;
    /**
     * Folder of the images. Default null: where the files name them, else images, images_2, images_4, images_8 or
     * input, else the folder with a file whose path ends like the named one.
     */
    imageFolder: string | null;
    /**
     * The least number of images. Images that are missing or broken are left out and named in `Capture.notes`; with
     * fewer images than this, reading fails. Default null: half of those that the files name, and at least 3.
     */
    minImages: number | null;
    /**
     * File names of the images in the order of the poses, for LLFF where the source cannot list its files. Default
     * null: all images, sorted.
     */
    imageNames: readonly string[] | null;
    /** The number of files that are read concurrently. Default 12. */
    concurrency: number;
    /** Decodes image files. Default {@link DecodeImageAsync}: PNG everywhere, other formats in browsers. */
    decodeImageAsync: ImageDecoder;
}

/** The defaults of {@link CaptureFileOptions}. */
export const DEFAULT_CAPTURE_FILE_OPTIONS: Readonly<CaptureFileOptions> = {
    name: null,
    readDepth: true,
    depthFolder: "depth",
    depthUnit: 0.001,
    level: null,
    holdOutEvery: null,
    maxImageSize: 1600,
    imageFolder: null,
    minImages: null,
    imageNames: null,
    concurrency: 12,
    decodeImageAsync: DecodeImageAsync,
};

/** Completes the options of a loader with the defaults. @throws UltrametricError "aborted" */
export function ResolveCaptureFileOptions(
    source: FileSource,
    options: Partial<CaptureFileOptions>,
): CaptureFileOptions {
    ThrowIfAborted(options.signal, `Reading ${source.name}`);
    return { ...DEFAULT_CAPTURE_FILE_OPTIONS, ...options };
}

/**
 * The default of `holdOutEvery` where the files define no split, as for LLFF's captures in NeRF (Mildenhall et al.
 * 2020).
 */
export const DEFAULT_HOLD_OUT_EVERY = 8;

/** Usual folders of images: in full resolution, then downscaled copies, then the input of 3D Gaussian Splatting. */
export const IMAGE_FOLDERS: readonly string[] = ["images", "images_2", "images_4", "images_8", "input"];
