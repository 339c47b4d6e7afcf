import type { JsonNode } from "../../../compute/base/jsonNode";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../../compute/views/cameraPose";
import type { Capture } from "../../../compute/views/capture";
import type { Lens } from "../../../compute/views/lens";
import type { FileSource } from "../../sources/fileSource";
import { HasFoundExtension } from "../base/imageExtensions";
import { ReadJsonAsync } from "../base/readJson";
import { PoseOfArkit } from "./arkitPose";
import { type CaptureFileOptions, ResolveCaptureFileOptions } from "./captureFileOptions";
import { LoadPosedCaptureAsync } from "./posedCapture";
import type { PosedImage } from "./posedImage";

/** Color images, numbered from 0; of the export "EXR + JPG", and of an unpacked .r3d file. */
const IMAGE_FILE = /^(.*\/)?rgbd?\/(\d+)\.[^./]+$/;
/** Frames that are read of a video: more are taken evenly. */
const MAX_FRAMES = 300;

/** Returns the path of Record3D's metadata beside its images; null if there is none. */
export function FindRecord3dMetadata(files: readonly string[]): string | null {
    const image = files.find((path) => IMAGE_FILE.test(path) && HasFoundExtension(path));
    const folder = image === undefined ? null : (IMAGE_FILE.exec(image)![1] ?? "");
    const candidates = folder === null ? [] : [`${folder}metadata.json`, `${folder}metadata`];
    return candidates.find((path) => files.includes(path)) ?? null;
}

/**
 * Reads a video of Record3D, exported as "EXR + JPG", or an unpacked .r3d file:
 *
 *     metadata.json       w, h, K (3 x 3, column-major) or perFrameIntrinsicCoeffs ([fx, fy, cx, cy] for each frame),
 *                         poses ([qx, qy, qz, qw, x, y, z]: camera to world, OpenGL axes, ARKit's world with y up)
 *     rgb/<frame>.jpg     or rgbd/<frame>.jpg
 *
 * Depth (EXR, or compressed in .r3d files) is not read. Of more than 300 frames, 300 or fewer are taken evenly. The
 * world is rotated so that z is up.
 *
 * @throws UltrametricError "input", with file and location, when a file is missing, malformed or inconsistent, and
 * where files cannot be listed; "aborted"
 */
export async function LoadRecord3dCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings = ResolveCaptureFileOptions(source, options);
    const files = (await source.listAllAsync?.(settings.signal)) ?? [];
    const metadata = FindRecord3dMetadata(files);
    if (metadata === null) {
        throw new UltrametricError(
            "input",
            `${source.name} lists no metadata.json with rgb/0.jpg and so on; export the video from Record3D as ` +
                '"EXR + JPG sequence".',
        );
    }
    const root = await ReadJsonAsync(source, metadata, settings.signal);
    const poses = root.at("poses").items();
    const frames = files
        .filter((path) => HasFoundExtension(path) && IMAGE_FILE.test(path))
        .map((path) => ({ path, index: Number(IMAGE_FILE.exec(path)![2]) }))
        .filter(({ index }) => index < poses.length)
        .sort((a, b) => a.index - b.index);
    const step = Math.ceil(frames.length / MAX_FRAMES);
    const images = frames
        .filter((_, i) => i % step === 0)
        .map(({ path, index }): PosedImage => {
            const pose = readPose(poses[index]);
            const lens = readLens(root, index);
            return {
                name: String(index),
                path,
                pose,
                location: `${root.file}: ${poses[index].path}`,
                lensOf: () => lens,
                depthPath: null,
                depthMapPath: null,
                depthRange: null,
            };
        });
    const hasDepth = files.some((path) => /\.(exr|depth)$/i.test(path));
    const notes = [
        ...(step > 1 ? [`Of ${frames.length} frames one in ${step} was read.`] : []),
        ...(hasDepth ? ["Record3D's depth (EXR, or compressed) is not read: it is learned from the images."] : []),
    ];
    return await LoadPosedCaptureAsync(source, images, settings, { isUpright: true, notes });
}

function readPose(node: JsonNode): Float64Array {
    const [qx, qy, qz, qw, x, y, z] = node.items(7).map((value) => value.number());
    const length = Math.hypot(qx, qy, qz, qw);
    if (!(length > 1e-9)) {
        throw node.error("has the quaternion 0; export the video again.");
    }
    const [a, b, c, d] = [qx, qy, qz, qw].map((value) => value / length);
    const pose = PoseOfArkit([
        ...[1 - 2 * (b * b + c * c), 2 * (a * b - c * d), 2 * (a * c + b * d), x],
        ...[2 * (a * b + c * d), 1 - 2 * (a * a + c * c), 2 * (b * c - a * d), y],
        ...[2 * (a * c - b * d), 2 * (b * c + a * d), 1 - 2 * (a * a + b * b), z],
    ]);
    CheckCameraPose(pose, `${node.file}: ${node.path}`);
    return pose;
}

function readLens(root: JsonNode, index: number): Lens {
    const [width, height] = ["w", "h"].map((key) => root.at(key).number());
    const ofFrames = root.has("perFrameIntrinsicCoeffs") ? root.at("perFrameIntrinsicCoeffs").items() : [];
    const matrix = ofFrames.length > index ? null : root.at("K").items(9);
    const [focalX, focalY, centerX, centerY] = (
        matrix === null ? ofFrames[index].items(4) : [matrix[0], matrix[4], matrix[6], matrix[7]]
    ).map((value) => value.number());
    if (![width, height, focalX, focalY].every((value) => value > 0)) {
        throw root.error(
            `has the size ${width} x ${height} and the focal lengths ${focalX} and ${focalY}; all must be positive.`,
        );
    }
    return { width, height, focalX, focalY, centerX, centerY, distortion: null };
}
