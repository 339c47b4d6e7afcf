import { ThrowIfAborted, UltrametricError } from "../../../compute/base/ultrametricError";
import type { Capture } from "../../../compute/views/capture";
import type { FileSource } from "../../sources/fileSource";
import { NERF_FILE, NERF_TRAIN_FILE } from "../base/nerfFiles";
import type { CaptureFileOptions } from "./captureFileOptions";
import { LoadColmapCaptureAsync } from "./colmapCapture";
import { COLMAP_FOLDERS, FindColmapFilesAsync } from "./colmapFiles";
import { LLFF_FILE, LoadLlffCaptureAsync } from "./llffCapture";
import { LoadNerfCaptureAsync } from "./nerfCapture";
import { HasPolycamFiles, LoadPolycamCaptureAsync } from "./polycamCapture";
import { FindRealityScanTableAsync, LoadRealityScanCaptureAsync } from "./realityScanCapture";
import { FindRecord3dMetadata, LoadRecord3dCaptureAsync } from "./record3dCapture";

/** File layouts of captures. */
export type CaptureLayout = "nerf" | "colmap" | "llff" | "polycam" | "record3d" | "realityScan";

const LOADERS: Readonly<
    Record<CaptureLayout, (source: FileSource, options: Partial<CaptureFileOptions>) => Promise<Capture>>
> = {
    nerf: LoadNerfCaptureAsync,
    colmap: LoadColmapCaptureAsync,
    llff: LoadLlffCaptureAsync,
    polycam: LoadPolycamCaptureAsync,
    record3d: LoadRecord3dCaptureAsync,
    realityScan: LoadRealityScanCaptureAsync,
};

/**
 * Detects the layout of a capture. Where several exist, as after conversions, NeRF's is preferred to COLMAP's, because
 * it is the most explicit, and COLMAP's to LLFF's, which lacks points and lens distortion; exports of apps come last.
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
    const files = (await source.listAllAsync?.(signal)) ?? [];
    if (HasPolycamFiles(files)) {
        return "polycam";
    }
    if (FindRecord3dMetadata(files) !== null) {
        return "record3d";
    }
    if ((await FindRealityScanTableAsync(source, signal)) !== null) {
        return "realityScan";
    }
    const folders = COLMAP_FOLDERS.map((folder) => (folder === "" ? "itself" : folder)).join(", ");
    throw new UltrametricError(
        "input",
        `${source.name} is not a capture in a supported layout: it has no ${NERF_TRAIN_FILE} or ${NERF_FILE} (NeRF, ` +
            `nerfstudio, instant-ngp, KIRI Engine), no cameras.bin or cameras.txt (COLMAP) in the folders ${folders}, ` +
            `no ${LLFF_FILE} (LLFF), no keyframes/cameras (Polycam), no metadata.json with rgb (Record3D), and no table ` +
            "of cameras (RealityScan). Select the folder that contains one of these.",
    );
}

/**
 * Reads a capture of posed images in any of the supported layouts: see LoadNerfCaptureAsync, LoadColmapCaptureAsync,
 * LoadLlffCaptureAsync, LoadPolycamCaptureAsync, LoadRecord3dCaptureAsync and LoadRealityScanCaptureAsync.
 * `Capture.notes` says what was left out.
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
