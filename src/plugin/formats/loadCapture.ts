import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { Capture } from "../../compute/views/capture";
import type { FileSource } from "../sources/fileSource";
import type { CaptureFileOptions } from "./captureFileOptions";
import { COLMAP_FOLDERS, FindColmapFilesAsync, LoadColmapCaptureAsync } from "./colmapCapture";
import { LLFF_FILE, LoadLlffCaptureAsync } from "./llffCapture";
import { LoadNerfCaptureAsync, NERF_FILE, NERF_TRAIN_FILE } from "./nerfCapture";

/** Layouts that captures are read from. */
export type CaptureLayout = "nerf" | "colmap" | "llff";

const LOADERS: Readonly<
    Record<CaptureLayout, (source: FileSource, options: Partial<CaptureFileOptions>) => Promise<Capture>>
> = { nerf: LoadNerfCaptureAsync, colmap: LoadColmapCaptureAsync, llff: LoadLlffCaptureAsync };

/**
 * Recognizes which layout a capture has. Where files of several are there, as after conversions, NeRF's go before COLMAP's, and these before
 * LLFF's: the first are the most explicit, and LLFF's lack points and lens distortion.
 * @throws UltrametricError ("input") that lists what was looked for
 */
export async function FindCaptureLayoutAsync(source: FileSource, signal?: AbortSignal): Promise<CaptureLayout> {
    for (const file of [NERF_TRAIN_FILE, NERF_FILE]) {
        if (await source.existsAsync(file, signal)) {
            return "nerf";
        }
    }
    if ((await FindColmapFilesAsync(source, signal)) !== null) {
        return "colmap";
    }
    if (await source.existsAsync(LLFF_FILE, signal)) {
        return "llff";
    }
    const folders = COLMAP_FOLDERS.map((folder) => (folder === "" ? "itself" : folder)).join(", ");
    throw new UltrametricError(
        "input",
        `${source.name} is no capture that is known here. Looked for ${NERF_TRAIN_FILE} or ${NERF_FILE} (NeRF, nerfstudio, instant-ngp), ` +
            `cameras.bin or cameras.txt (COLMAP) in the folders ${folders}, and ${LLFF_FILE} (LLFF). Give the folder that has one of these.`,
    );
}

/**
 * Reads a capture of posed images, whatever its layout: see LoadNerfCaptureAsync, LoadColmapCaptureAsync and LoadLlffCaptureAsync.
 * @param source a folder, picked or dropped files, or a web address
 * @throws UltrametricError ("input") for a layout that is not known, and as these; ("aborted")
 */
export async function LoadCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    ThrowIfAborted(options.signal, `Reading ${source.name}`);
    return await LOADERS[await FindCaptureLayoutAsync(source, options.signal)](source, options);
}
