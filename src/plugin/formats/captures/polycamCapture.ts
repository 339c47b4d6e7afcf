import { MapConcurrentlyAsync } from "../../../compute/base/mapConcurrently";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../../compute/views/cameraPose";
import type { Capture } from "../../../compute/views/capture";
import type { FileSource } from "../../sources/fileSource";
import { HasFoundExtension, WithoutFoundExtension } from "../base/imageExtensions";
import { ReadJsonAsync } from "../base/readJson";
import { PoseOfArkit } from "./arkitPose";
import { type CaptureFileOptions, ResolveCaptureFileOptions } from "./captureFileOptions";
import { LoadPosedCaptureAsync } from "./posedCapture";
import type { PosedImage } from "./posedImage";

/** The files of the cameras: the optimized ones, or ARKit's. */
const CAMERA_FILE = /^(.*\/)?keyframes\/(corrected_cameras|cameras)\/[^/]+\.json$/;

/** Returns whether files include cameras of Polycam. */
export function HasPolycamFiles(files: readonly string[]): boolean {
    return files.some((path) => CAMERA_FILE.test(path));
}

/**
 * Reads Polycam's raw data (developer mode, LiDAR or room mode):
 *
 *     keyframes/corrected_cameras/<time>.json     fx, fy, cx, cy, width, height, and t_00 .. t_23: camera to world,
 *                                                 OpenGL axes, ARKit's world with y up; or cameras/, if the poses were
 *                                                 not optimized
 *     keyframes/corrected_images/<time>.jpg       or images/
 *     keyframes/depth/<time>.png                  planar depth in millimeters; for all cameras or none
 *
 * The world is rotated so that z is up.
 *
 * @throws UltrametricError "input", with file and location, when a file is missing, malformed or inconsistent, and
 * where files cannot be listed; "aborted"
 */
export async function LoadPolycamCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings = ResolveCaptureFileOptions(source, options);
    const { signal } = settings;
    const files = (await source.listAllAsync?.(signal)) ?? [];
    const cameras = files.filter((path) => CAMERA_FILE.test(path));
    if (cameras.length === 0) {
        throw new UltrametricError(
            "input",
            `${source.name} lists no keyframes/corrected_cameras/*.json or keyframes/cameras/*.json; export the raw ` +
                "data of a LiDAR capture from Polycam (Settings > Developer mode).",
        );
    }
    const corrected = cameras.filter((path) => path.includes("corrected_cameras/"));
    const isCorrected = corrected.length > 0;
    const chosen = isCorrected ? corrected : cameras;
    const root = `${chosen[0].slice(0, chosen[0].lastIndexOf("keyframes/"))}keyframes/`;
    const imageFolder = `${root}${isCorrected ? "corrected_images" : "images"}/`;
    const imageOf = new Map(
        files
            .filter((path) => path.startsWith(imageFolder) && HasFoundExtension(path))
            .map((path) => [WithoutFoundExtension(path), path]),
    );
    const known = new Set(files);
    const stems = chosen.map((path) => path.slice(path.lastIndexOf("/") + 1, -5));
    const depthPaths = stems.map((stem) => `${root}depth/${stem}.png`);
    const depthCount = depthPaths.filter((path) => known.has(path)).length;
    const hasDepth = settings.readDepth && depthCount === chosen.length;
    const images = await MapConcurrentlyAsync(chosen, settings.concurrency, async (path, i): Promise<PosedImage> => {
        const node = await ReadJsonAsync(source, path, signal);
        const number = (key: string): number => node.at(key).number();
        const rows = [0, 1, 2].flatMap((row) => [0, 1, 2, 3].map((column) => number(`t_${row}${column}`)));
        const pose = PoseOfArkit(rows);
        CheckCameraPose(pose, node.file);
        const [width, height, focalX, focalY] = ["width", "height", "fx", "fy"].map((key) => {
            const value = number(key);
            if (!(value > 0)) {
                throw node.at(key).error(`is ${value}; it must be a positive number.`);
            }
            return value;
        });
        const lens = {
            width,
            height,
            focalX,
            focalY,
            centerX: number("cx"),
            centerY: number("cy"),
            distortion: null,
        };
        const stem = `${imageFolder}${stems[i]}`;
        return {
            name: stems[i],
            path: imageOf.get(stem) ?? `${stem}.jpg`,
            pose,
            location: node.file,
            lensOf: () => lens,
            depthPath: null,
            depthMapPath: hasDepth ? depthPaths[i] : null,
            depthRange: null,
        };
    });
    const notes = [
        ...(isCorrected ? [] : ["Polycam did not optimize these poses: they are ARKit's, and drift."]),
        ...(settings.readDepth && depthCount > 0 && !hasDepth
            ? [`${depthCount} of ${chosen.length} cameras have depth, and the others have none: it was left out.`]
            : []),
    ];
    return await LoadPosedCaptureAsync(source, images, settings, { isUpright: true, notes });
}
