import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { Capture } from "../../../compute/views/capture";
import type { FileSource } from "../../sources/fileSource";
import { WithoutFoundExtension } from "../base/imageExtensions";
import { type CaptureFileOptions, ResolveCaptureFileOptions } from "./captureFileOptions";
import { ReadLargestColmapModelAsync } from "./colmapFiles";
import { LoadPosedCaptureAsync } from "./posedCapture";
import type { PosedImage } from "./posedImage";

/**
 * Reads a capture whose poses COLMAP has estimated (Schoenberger and Frahm 2016): the largest sparse model, binary or
 * text, of all folders or, where files cannot be listed, of the usual ones; and the images (see
 * `CaptureFileOptions.imageFolder`). RealityScan exports the same files.
 *
 * Images of all camera models with a formula that is known here are undistorted; those of others are left out.
 * Where the images are downscaled copies, the cameras are scaled with them. The model's points become the
 * `sparsePoints`. The world is COLMAP's, rotated so that z is up (see `CaptureFileOptions.level`). Views are sorted by
 * their names, the paths of the images without extension.
 *
 * @throws UltrametricError "input", with file and location, when a file is missing, malformed or inconsistent;
 * "aborted"
 */
export async function LoadColmapCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings = ResolveCaptureFileOptions(source, options);
    const { model, files, notes } = await ReadLargestColmapModelAsync(source, settings.signal);
    const sorted = [...model.images].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
    const lenses = new Map(model.cameras.map(({ id, lens }) => [id, lens]));
    const posed = sorted.map(({ name, cameraId, pose, location }): PosedImage => {
        const lens = lenses.get(cameraId);
        if (lens === undefined) {
            throw new UltrametricError(
                "input",
                `${location} has camera ${cameraId}, which is not among the ${model.cameras.length} of ` +
                    `${files.folder}cameras.${files.extension}; use the files of one model.`,
            );
        }
        return {
            name: WithoutFoundExtension(name),
            path: name,
            pose,
            location,
            lensOf: () => {
                if (lens instanceof UltrametricError) {
                    throw lens;
                }
                return lens;
            },
            depthPath: null,
            depthMapPath: null,
            depthRange: null,
        };
    });
    return await LoadPosedCaptureAsync(source, posed, settings, { points: model.points, isUpright: false, notes });
}
