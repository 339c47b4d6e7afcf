import type { Capture } from "../../src/compute/views/capture";
import type { CaptureFileOptions } from "../../src/plugin/formats/captureFileOptions";
import { LoadCaptureAsync } from "../../src/plugin/formats/loadCapture";
import type { FolderFileSource } from "./folderFileSource";
import { CreateNodeImageDecoder } from "./nodeImageDecoder";

/** Reads the capture in a folder of this machine: LoadCaptureAsync, with images as JPEG and WebP too. */
export async function LoadFolderCaptureAsync(
    source: FolderFileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    return await LoadCaptureAsync(source, { decodeImageAsync: CreateNodeImageDecoder(), ...options });
}
