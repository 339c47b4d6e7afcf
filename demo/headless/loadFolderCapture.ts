import type { Capture } from "../../src/compute/views/capture";
import type { CaptureFileOptions } from "../../src/plugin/formats/captures/captureFileOptions";
import { LoadCaptureAsync } from "../../src/plugin/formats/captures/loadCapture";
import type { FolderFileSource } from "./folderFileSource";
import { CreateNodeImageDecoder } from "./nodeImageDecoder";

/** Reads a capture from a local folder, with JPEG and WebP images too. */
export async function LoadFolderCaptureAsync(
    source: FolderFileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    return await LoadCaptureAsync(source, { decodeImageAsync: CreateNodeImageDecoder(), ...options });
}
