import type { Progress, RunOptions } from "../../compute/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/ultrametricError";
import { CheckCameraPose } from "../../compute/views/cameraPose";
import type { Capture, View } from "../../compute/views/capture";
import { PinholeCamera } from "../../compute/views/pinholeCamera";
import { DecodeDepthAsync } from "./depthFile";
import type { FileSource } from "./fileSource";
import { DecodeImageAsync, type ImageDecoder } from "./imageDecoder";
import { type JsonNode, ReadJsonAsync } from "./jsonNode";
import { MapConcurrentlyAsync } from "./mapConcurrently";

/** How a capture is read. */
export interface NerfCaptureOptions extends RunOptions {
    /** The capture's name. Default: the source's. */
    name: string | null;
    /** Whether depth images are read where there are any. Default true. */
    readDepth: boolean;
    /** Folder of the depth images. Default "depth". */
    depthFolder: string;
    /** Number of files under way at a time. Default 12. */
    concurrency: number;
    /** Makes pictures of the image files. Default {@link DecodeImageAsync}: PNG everywhere, other kinds in browsers. */
    decodeImageAsync: ImageDecoder;
}

export const DEFAULT_NERF_CAPTURE_OPTIONS: Readonly<NerfCaptureOptions> = {
    name: null,
    readDepth: true,
    depthFolder: "depth",
    concurrency: 12,
    decodeImageAsync: DecodeImageAsync,
};

/** Endings of image files; a file_path without one means a PNG. */
export const IMAGE_ENDINGS: readonly string[] = [".png", ".jpg", ".jpeg", ".webp", ".avif"];

/** Lens distortion of nerfstudio's cameras. */
const DISTORTIONS = ["k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2"];
const PINHOLE_MODELS = ["PINHOLE", "SIMPLE_PINHOLE", "OPENCV", "SIMPLE_RADIAL", "RADIAL"];

type Split = "train" | "val" | "test";

interface Frame {
    readonly split: Split;
    readonly index: number;
    readonly name: string;
    readonly path: string;
    readonly pose: Float64Array;
    readonly node: JsonNode;
    readonly root: JsonNode;
    /** Path of its depth image; null where the split has none. */
    depthPath: string | null;
}

/**
 * Reads a capture in the layout of NeRF's Blender scenes (Mildenhall et al. 2020), with nerfstudio's camera fields where they are given:
 *
 *     transforms_train.json           {camera_angle_x | fl_x, fl_y, cx, cy, w, h, frames: [{file_path, transform_matrix}]}
 *     transforms_val.json             held-out views; transforms_test.json where that is absent; none is allowed
 *     <file_path>[.png]               images; sRGB, straight alpha
 *     depth/{train,val}_000.f16.gz    optional, see DecodeDepthAsync; all views of a split or none
 *
 * Camera fields of a frame go before those of its file. A `transform_matrix` is camera to world, rows first, OpenGL axes. A view's name is its
 * file_path without "./" and the image's ending. Views that see nothing (no depth > 0) are kept.
 *
 * @throws UltrametricError ("input") for a file that is missing, broken or contradicts another, by name and place; ("aborted")
 */
export async function LoadNerfCaptureAsync(
    source: FileSource,
    options: Partial<NerfCaptureOptions> = {},
): Promise<Capture> {
    const settings: NerfCaptureOptions = { ...DEFAULT_NERF_CAPTURE_OPTIONS, ...options };
    const { signal, concurrency } = settings;
    ThrowIfAborted(signal, `Reading ${source.name}`);

    const train = await ReadFramesAsync(source, "train", signal);
    let heldOut: Frame[] = [];
    for (const split of ["val", "test"] as const) {
        if (await source.existsAsync(`transforms_${split}.json`, signal)) {
            heldOut = await ReadFramesAsync(source, split, signal);
            break;
        }
    }
    if (train.length === 0) {
        throw new UltrametricError(
            "input",
            `${source.name}/transforms_train.json has no frames; there is nothing to segment.`,
        );
    }
    if (settings.readDepth) {
        await FindDepthAsync(source, train, settings);
        await FindDepthAsync(source, heldOut, settings);
    }

    const frames = [...train, ...heldOut];
    const report = CreateReporter("Reading images", frames.length, settings.onProgress);
    const views = await MapConcurrentlyAsync(frames, concurrency, async (frame) => {
        const view = await ReadViewAsync(source, frame, settings);
        report();
        return view;
    });
    const capture: Capture = {
        name: settings.name ?? source.name,
        views: views.slice(0, train.length),
        heldOutViews: views.slice(train.length),
    };
    if (capture.views.every(({ depth }) => depth !== null && !depth.some((d) => d > 0))) {
        throw new UltrametricError(
            "input",
            `${source.name}: no pixel of the ${train.length} training views has depth, so there is nothing to segment; ` +
                "check the depth images, or leave them out (readDepth: false).",
        );
    }
    return capture;
}

/** Returns a function to call after each of `total` pieces of work. */
export function CreateReporter(
    stage: string,
    total: number,
    onProgress: ((progress: Progress) => void) | undefined,
): () => void {
    let done = 0;
    return () => {
        done++;
        onProgress?.({ stage, fraction: done / total });
    };
}

async function ReadFramesAsync(source: FileSource, split: Split, signal: AbortSignal | undefined): Promise<Frame[]> {
    const root = await ReadJsonAsync(source, `transforms_${split}.json`, signal);
    return root
        .at("frames")
        .items()
        .map((node, index) => {
            const path = node
                .at("file_path")
                .string()
                .replaceAll("\\", "/")
                .replace(/^(\.?\/)+/, "");
            const ending = IMAGE_ENDINGS.find((e) => path.toLowerCase().endsWith(e));
            const name = ending === undefined ? path : path.slice(0, -ending.length);
            const pose = ReadPose(node.at("transform_matrix"));
            CheckPinhole(node, root);
            const imagePath = ending === undefined ? `${path}.png` : path;
            return { split, index, name, path: imagePath, pose, node, root, depthPath: null };
        });
}

function ReadPose(node: JsonNode): Float64Array {
    const rows = node.items();
    if (rows.length !== 3 && rows.length !== 4) {
        throw node.error(`has ${rows.length} rows where a pose has 4 (or 3, without the last).`);
    }
    const pose = new Float64Array(16);
    pose[15] = 1;
    rows.forEach((row, r) => {
        row.items(4).forEach((value, c) => {
            pose[4 * r + c] = value.number();
        });
    });
    CheckCameraPose(pose, `${node.file}: ${node.place}`);
    return pose;
}

/** The camera field of a frame, or of its file; null where neither has it. */
function CameraField(frame: JsonNode, root: JsonNode, key: string): JsonNode | null {
    return frame.has(key) ? frame.at(key) : root.has(key) ? root.at(key) : null;
}

function CheckPinhole(frame: JsonNode, root: JsonNode): void {
    const model = CameraField(frame, root, "camera_model");
    if (model !== null && !PINHOLE_MODELS.includes(model.string())) {
        throw model.error(
            `is "${model.string()}", but views are pinhole cameras here; undistort the images (for instance with COLMAP's image_undistorter) and their poses first.`,
        );
    }
    for (const key of DISTORTIONS) {
        const value = CameraField(frame, root, key);
        if (value !== null && value.number() !== 0) {
            throw value.error(
                `is ${value.number()}: these images have lens distortion, which is not supported; undistort them (for instance with COLMAP's ` +
                    "image_undistorter), write the new fl_x, fl_y, cx, cy, and set the distortion to 0.",
            );
        }
    }
}

async function FindDepthAsync(source: FileSource, frames: Frame[], settings: NerfCaptureOptions): Promise<void> {
    const paths = frames.map(
        ({ split, index }) => `${settings.depthFolder}/${split}_${String(index).padStart(3, "0")}.f16.gz`,
    );
    const present = await MapConcurrentlyAsync(paths, settings.concurrency, (path) =>
        source.existsAsync(path, settings.signal),
    );
    if (!present.includes(true)) {
        return;
    }
    const missing = paths.filter((_, i) => !present[i]);
    if (missing.length > 0) {
        throw new UltrametricError(
            "input",
            `${source.name}: ${missing.length} of ${paths.length} ${frames[0].split} views have no depth image, first ${missing[0]}; ` +
                "all views of a split need one, or none (readDepth: false reads none).",
        );
    }
    frames.forEach((frame, i) => {
        frame.depthPath = paths[i];
    });
}

async function ReadViewAsync(source: FileSource, frame: Frame, settings: NerfCaptureOptions): Promise<View> {
    const { signal } = settings;
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const [bytes, depthBytes] = await Promise.all([
        source.readBytesAsync(frame.path, signal),
        frame.depthPath === null ? null : source.readBytesAsync(frame.depthPath, signal),
    ]);
    ThrowIfAborted(signal, `Reading ${source.name}`);
    const image = await settings.decodeImageAsync(bytes, `${source.name}/${frame.path}`);
    const camera = CreateCamera(source, frame, image.width, image.height);
    const depth =
        depthBytes === null
            ? null
            : await DecodeDepthAsync(
                  depthBytes,
                  camera.width,
                  camera.height,
                  `${source.name}/${frame.depthPath} (view ${frame.name})`,
              );
    return { name: frame.name, camera, image: image.data, depth };
}

function CreateCamera(source: FileSource, frame: Frame, width: number, height: number): PinholeCamera {
    const field = (key: string): JsonNode | null => CameraField(frame.node, frame.root, key);
    const positive = (node: JsonNode): number => {
        const value = node.number();
        if (!(value > 0)) {
            throw node.error(`is ${value} where a number above 0 is needed.`);
        }
        return value;
    };
    for (const [key, size] of [
        ["w", width],
        ["h", height],
    ] as const) {
        const stated = field(key);
        if (stated !== null && stated.number() !== size) {
            throw stated.error(
                `is ${stated.number()}, but ${source.name}/${frame.path} has ${width} x ${height} pixels; ` +
                    "give the image that the camera belongs to, or scale w, h, fl_x, fl_y, cx and cy with the image.",
            );
        }
    }
    const focalOf = (focalKey: string, angleKey: string, size: number): number | null => {
        const focal = field(focalKey);
        if (focal !== null) {
            return positive(focal);
        }
        const angle = field(angleKey);
        if (angle === null) {
            return null;
        }
        if (!(angle.number() > 0 && angle.number() < Math.PI)) {
            throw angle.error(`is ${angle.number()} where an angle between 0 and pi (radians) is needed.`);
        }
        return size / 2 / Math.tan(angle.number() / 2);
    };
    const focalX = focalOf("fl_x", "camera_angle_x", width);
    if (focalX === null) {
        throw frame.root.error("has neither camera_angle_x nor fl_x; a camera needs its focal length.");
    }
    const focalY = focalOf("fl_y", "camera_angle_y", height) ?? focalX;
    const centerX = field("cx")?.number() ?? width / 2;
    const centerY = field("cy")?.number() ?? height / 2;
    return new PinholeCamera(width, height, focalX, focalY, centerX, centerY, frame.pose);
}
