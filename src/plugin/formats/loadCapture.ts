import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { Capture } from "../../compute/views/capture";
import type { FileSource } from "../sources/fileSource";
import type { CaptureFileOptions } from "./captureFileOptions";
import { LoadColmapCaptureAsync } from "./colmapCapture";
import { COLMAP_FOLDERS, FindColmapFilesAsync } from "./colmapFiles";
import { LLFF_FILE, LoadLlffCaptureAsync } from "./llffCapture";
import { LoadNerfCaptureAsync, NERF_FILE, NERF_TRAIN_FILE } from "./nerfCapture";

/** File layouts of captures. */
export type CaptureLayout = "nerf" | "colmap" | "llff";

const LOADERS: Readonly<
    Record<CaptureLayout, (source: FileSource, options: Partial<CaptureFileOptions>) => Promise<Capture>>
> = { nerf: LoadNerfCaptureAsync, colmap: LoadColmapCaptureAsync, llff: LoadLlffCaptureAsync };

/**
 * Detects the layout of a capture. Where several exist, as after conversions, NeRF's is preferred to COLMAP's, because
 * it is the most explicit, and COLMAP's to LLFF's, which lacks points and lens distortion.
 *
 * @throws UltrametricError "input" that lists the expected files; "aborted"
 */
export async function FindCaptureLayoutAsync(source: FileSource, signal?: AbortSignal): Promise<CaptureLayout> {
    for (const file of [NERF_TRAIN_FILE, NERF_FILE]) {
        if (await source.existsAsync(file, signal)) {
            return "nerf";
        }
    }
    if ((await FindColmapFilesAsync(source, 1, signal)).length > 0) {
        return "colmap";
    }
    if (await source.existsAsync(LLFF_FILE, signal)) {
        return "llff";
    }
    const folders = COLMAP_FOLDERS.map((folder) => (folder === "" ? "itself" : folder)).join(", ");
    throw new UltrametricError(
        "input",
        `${source.name} is not a capture in a supported layout: it has no ${NERF_TRAIN_FILE} or ${NERF_FILE} (NeRF, ` +
            `nerfstudio, instant-ngp), no cameras.bin or cameras.txt (COLMAP) in the folders ${folders}, and no ` +
            `${LLFF_FILE} (LLFF). Select the folder that contains one of these files.`,
    );
}

/**
 * Reads a capture of posed images in any of the supported layouts: see LoadNerfCaptureAsync, LoadColmapCaptureAsync and
 * LoadLlffCaptureAsync.
 *
 * @param source a folder, picked or dropped files, or a URL
 * @throws UltrametricError "input" for an unknown layout, and as the functions above; "aborted"
 */
export async function LoadCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    ThrowIfAborted(options.signal, `Reading ${source.name}`);
    return await LOADERS[await FindCaptureLayoutAsync(source, options.signal)](source, options);
}
