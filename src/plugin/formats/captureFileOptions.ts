import type { RunOptions } from "../../compute/base/progress";
import { DecodeImageAsync, type ImageDecoder } from "./imageDecoder";

/** How a capture is read from files, whatever its layout. */
export interface CaptureFileOptions extends RunOptions {
    /** The capture's name. Default: the source's. */
    name: string | null;
    /** Whether depth images are read where there are any. Default true. */
    readDepth: boolean;
    /** Folder of the depth images of the NeRF-Blender layout. Default "depth". */
    depthFolder: string;
    /** Unit of the numbers in nerfstudio's depth images (`depth_file_path`), in units of the world. Default 0.001: millimeters, in a world of meters. */
    depthUnit: number;
    /**
     * Whether the world is turned so that z is up, as the cameras were held: see LevelCapture. Default null: where the files do not say what is up. These are
     * COLMAP's, LLFF's, and transforms*.json, but for NeRF's Blender scenes (transforms_train.json without fl_x), whose worlds have z up, and where
     * `orientation_override` is "none". A world that is level already stays as it is.
     */
    level: boolean | null;
    /**
     * The interval of held-out views, from the first view on; 0 holds none out. Default null: as the files say, and where they say nothing (COLMAP,
     * LLFF, transforms.json without lists) every 8th, as is usual.
     */
    holdOutEvery: number | null;
    /**
     * Images with a longer side in pixels are made smaller, and their cameras with them; null keeps all. Views with depth stay as they are.
     * Default 1600: a hundred photographs of a phone would fill 5 GB otherwise.
     */
    maxImageSize: number | null;
    /** Folder of the images, for COLMAP and LLFF. Default null: images, images_2, images_4 or images_8, the first that is there. */
    imageFolder: string | null;
    /** File names of the images in the order of the poses, for LLFF where the source cannot list its files. Default null: all, sorted. */
    imageNames: readonly string[] | null;
    /** Number of files under way at a time. Default 12. */
    concurrency: number;
    /** Makes pictures of the image files. Default {@link DecodeImageAsync}: PNG everywhere, other kinds in browsers. */
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
    imageNames: null,
    concurrency: 12,
    decodeImageAsync: DecodeImageAsync,
};

/** Held out where neither the files nor the options say what: every 8th view, as NeRF (Mildenhall et al. 2020) does with LLFF's captures. */
export const USUAL_HOLD_OUT = 8;

/** Folders in which the images of COLMAP's and LLFF's captures are looked for: as they were taken, then smaller copies. */
export const IMAGE_FOLDERS: readonly string[] = ["images", "images_2", "images_4", "images_8"];
