import { MapConcurrentlyAsync } from "../../compute/base/mapConcurrently";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../compute/views/cameraPose";
import type { Capture, SparsePoints } from "../../compute/views/capture";
import { CreateDistortion, type Lens, type LensDistortion } from "../../compute/views/lens";
import { LevelCapture } from "../../compute/views/levelCapture";
import type { FileSource } from "../sources/fileSource";
import { type CaptureFileOptions, DEFAULT_CAPTURE_FILE_OPTIONS } from "./captureFileOptions";
import { IMAGE_ENDINGS } from "./imageDecoder";
import { type JsonNode, ReadJsonAsync } from "./jsonNode";
import { ReadPlyPoints } from "./plyPoints";
import { HoldOut, LoadPosedImagesAsync, type PosedImage } from "./posedImages";

/** Files of a capture in this layout: with a file for each split, or with one for all. */
export const NERF_TRAIN_FILE = "transforms_train.json";
export const NERF_FILE = "transforms.json";

/** Files with sparse points, where the transforms name none (`ply_file_path`) and the source lists its files. */
const SPARSE_POINT_FILES: readonly string[] = ["sparse_pc.ply", "points.ply", "points3d.ply"];

/** Coefficients of lens distortion that are taken out, and those that are not known here. */
const DISTORTIONS = ["k1", "k2", "k3", "p1", "p2"] as const;
const MORE_DISTORTIONS = ["k4", "k5", "k6"];
const MODELS = ["PINHOLE", "SIMPLE_PINHOLE", "OPENCV", "SIMPLE_RADIAL", "RADIAL"];

const UNDISTORT =
    "undistort the images (for instance with COLMAP's image_undistorter), write the new fl_x, fl_y, cx, cy, and leave the distortion out.";

type Split = "train" | "val" | "test";

/** A frame without a depth image that it does not name. */
type Frame = Omit<PosedImage, "depthPath">;

/**
 * Reads a capture in the layout of NeRF's Blender scenes (Mildenhall et al. 2020), or of nerfstudio and instant-ngp:
 *
 *     transforms_train.json           {frames: [{file_path, transform_matrix}], and the camera: camera_angle_x, or fl_x, fl_y, cx, cy, w, h}
 *     transforms_val.json             held-out views; transforms_test.json where that is absent; none is allowed
 *     transforms.json                 in place of these: all views, with train_filenames and val_filenames or test_filenames where these are parted
 *     <file_path>[.png]               images; sRGB, straight alpha
 *     depth/{train,val}_000.f16.gz    optional, see DecodeDepthAsync; all views of a split or none
 *     <depth_file_path>               optional, in a frame: planar depth, a gray PNG or .npy of any size, in `depthUnit`; all frames of a file or none
 *     sparse_pc.ply                   optional: sparse points; `ply_file_path` names another file, or it is points.ply or points3d.ply
 *
 * Camera fields of a frame go before those of its file. Lens distortion (k1, k2, k3, p1, p2) is taken out of the images. A `transform_matrix` is
 * camera to world, rows first, OpenGL axes; worlds of photos are turned so that z is up (see `CaptureFileOptions.level`). A view's name is its file_path without "./" and the image's ending. Views that see nothing (no
 * depth > 0) are kept.
 *
 * @throws UltrametricError ("input") for a file that is missing, broken or contradicts another, by name and place; ("aborted")
 */
export async function LoadNerfCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings: CaptureFileOptions = { ...DEFAULT_CAPTURE_FILE_OPTIONS, ...options };
    const { signal } = settings;
    ThrowIfAborted(signal, `Reading ${source.name}`);

    const hasSplits =
        (await source.existsAsync(NERF_TRAIN_FILE, signal)) || !(await source.existsAsync(NERF_FILE, signal));
    const root = await ReadJsonAsync(source, hasSplits ? NERF_TRAIN_FILE : NERF_FILE, signal);
    const { train, heldOut } = hasSplits
        ? await readSplitFilesAsync(source, root, settings)
        : splitFrames(readFrames(root), root, settings);
    if (train.length === 0) {
        throw root.error("has no frames to learn from; there is nothing to segment.");
    }
    const sparsePoints = await readSparsePointsAsync(source, root, signal);
    const { views, heldOutViews } = await LoadPosedImagesAsync(source, { train, heldOut }, settings);
    if (views.every(({ depth }) => depth !== null && !depth.some((d) => d > 0))) {
        throw new UltrametricError(
            "input",
            `${source.name}: no pixel of the ${train.length} training views has depth, so there is nothing to segment; ` +
                "check the depth images, or leave them out (readDepth: false).",
        );
    }
    const capture = {
        name: settings.name ?? source.name,
        views,
        heldOutViews,
        ...(sparsePoints === null ? {} : { sparsePoints }),
    };
    return (settings.level ?? !isUpright(root, hasSplits)) ? LevelCapture(capture) : capture;
}

/** Whether the file says that z is up: as Blender's do, which know no focal length, or as nerfstudio is told. */
function isUpright(root: JsonNode, hasSplits: boolean): boolean {
    const isOfBlender = hasSplits && !root.has("fl_x");
    return isOfBlender || (root.has("orientation_override") && root.at("orientation_override").string() === "none");
}

async function readSplitFilesAsync(
    source: FileSource,
    root: JsonNode,
    settings: CaptureFileOptions,
): Promise<{ train: PosedImage[]; heldOut: PosedImage[] }> {
    const { signal } = settings;
    const train = await findDepthAsync(source, readFrames(root), "train", settings);
    for (const split of ["val", "test"] as const) {
        const file = `transforms_${split}.json`;
        if (await source.existsAsync(file, signal)) {
            const frames = readFrames(await ReadJsonAsync(source, file, signal));
            return { train, heldOut: await findDepthAsync(source, frames, split, settings) };
        }
    }
    return HoldOut(train, settings.holdOutEvery, 0);
}

/** Parts the frames of transforms.json as its lists of file names or the options say. */
function splitFrames(
    frames: readonly Frame[],
    root: JsonNode,
    settings: CaptureFileOptions,
): { train: PosedImage[]; heldOut: PosedImage[] } {
    const images = withNamedDepth(frames, settings);
    if (!root.has("train_filenames")) {
        return HoldOut(images, settings.holdOutEvery);
    }
    const byPath = new Map(images.map((image) => [image.path, image]));
    const listed = (key: string): PosedImage[] =>
        root
            .at(key)
            .items()
            .map((node) => {
                const image = byPath.get(imagePath(node).path);
                if (image === undefined) {
                    throw node.error(`is "${node.string()}", which is the file_path of no frame.`);
                }
                return image;
            });
    const heldOutKey = ["val_filenames", "test_filenames"].find((key) => root.has(key) && listed(key).length > 0);
    return { train: listed("train_filenames"), heldOut: heldOutKey === undefined ? [] : listed(heldOutKey) };
}

function readFrames(root: JsonNode): Frame[] {
    return root
        .at("frames")
        .items()
        .map((node) => {
            const pose = readPose(node.at("transform_matrix"));
            const distortion = readDistortion(node, root);
            return {
                ...imagePath(node.at("file_path")),
                pose,
                place: `${node.file}: ${node.place}`,
                lensOf: (width, height) => readLens(node, root, distortion, width, height),
                depthMapPath: node.has("depth_file_path") ? relativePath(node.at("depth_file_path")) : null,
                depthRange: null,
            };
        });
}

function imagePath(node: JsonNode): { path: string; name: string } {
    const path = relativePath(node);
    const ending = IMAGE_ENDINGS.find((e) => path.toLowerCase().endsWith(e));
    return ending === undefined ? { path: `${path}.png`, name: path } : { path, name: path.slice(0, -ending.length) };
}

function relativePath(node: JsonNode): string {
    return node
        .string()
        .replaceAll("\\", "/")
        .replace(/^(\.?\/)+/, "");
}

/** Frames with the depth images that they name: all or none do. */
function withNamedDepth(frames: readonly Frame[], { readDepth }: CaptureFileOptions): PosedImage[] {
    const without = frames.find(({ depthMapPath }) => depthMapPath === null);
    if (readDepth && without && frames.some(({ depthMapPath }) => depthMapPath !== null)) {
        throw new UltrametricError(
            "input",
            `${without.place} has no depth_file_path, but other frames have; all need one, or none (readDepth: false reads none).`,
        );
    }
    return frames.map((frame) => ({
        ...frame,
        depthPath: null,
        depthMapPath: readDepth ? frame.depthMapPath : null,
    }));
}

function readPose(node: JsonNode): Float64Array {
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
function cameraField(frame: JsonNode, root: JsonNode, key: string): JsonNode | null {
    return frame.has(key) ? frame.at(key) : root.has(key) ? root.at(key) : null;
}

function readDistortion(frame: JsonNode, root: JsonNode): LensDistortion | null {
    const model = cameraField(frame, root, "camera_model");
    if (model !== null && !MODELS.includes(model.string())) {
        throw model.error(`is "${model.string()}", but only ${MODELS.join(", ")} are known here; ${UNDISTORT}`);
    }
    const fisheye = cameraField(frame, root, "is_fisheye");
    if (fisheye !== null && fisheye.value === true) {
        throw fisheye.error(`is true, but lenses with more than 180 degrees are not known here; ${UNDISTORT}`);
    }
    for (const key of MORE_DISTORTIONS) {
        const value = cameraField(frame, root, key);
        if (value !== null && value.number() !== 0) {
            throw value.error(`is ${value.number()}, but only ${DISTORTIONS.join(", ")} are known here; ${UNDISTORT}`);
        }
    }
    const [k1, k2, k3, p1, p2] = DISTORTIONS.map((key) => cameraField(frame, root, key)?.number() ?? 0);
    return CreateDistortion(k1, k2, k3, p1, p2);
}

/** The lens of a frame; what is not stated follows from the image's size. */
function readLens(
    frame: JsonNode,
    root: JsonNode,
    distortion: LensDistortion | null,
    imageWidth: number,
    imageHeight: number,
): Lens {
    const field = (key: string): JsonNode | null => cameraField(frame, root, key);
    const positive = (node: JsonNode): number => {
        const value = node.number();
        if (!(value > 0)) {
            throw node.error(`is ${value} where a number above 0 is needed.`);
        }
        return value;
    };
    const statedWidth = field("w");
    const statedHeight = field("h");
    const width = statedWidth === null ? imageWidth : positive(statedWidth);
    const height = statedHeight === null ? imageHeight : positive(statedHeight);
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
        throw root.error("has neither camera_angle_x nor fl_x; a camera needs its focal length.");
    }
    return {
        width,
        height,
        focalX,
        focalY: focalOf("fl_y", "camera_angle_y", height) ?? focalX,
        centerX: field("cx")?.number() ?? width / 2,
        centerY: field("cy")?.number() ?? height / 2,
        distortion,
    };
}

async function findDepthAsync(
    source: FileSource,
    frames: readonly Frame[],
    split: Split,
    settings: CaptureFileOptions,
): Promise<PosedImage[]> {
    const named = withNamedDepth(frames, settings);
    if (!settings.readDepth || named.some(({ depthMapPath }) => depthMapPath !== null)) {
        return named;
    }
    const paths = frames.map((_, index) => `${settings.depthFolder}/${split}_${String(index).padStart(3, "0")}.f16.gz`);
    const present = await MapConcurrentlyAsync(paths, settings.concurrency, (path) =>
        source.existsAsync(path, settings.signal),
    );
    const missing = paths.filter((_, i) => !present[i]);
    if (missing.length > 0 && missing.length < paths.length) {
        throw new UltrametricError(
            "input",
            `${source.name}: ${missing.length} of ${paths.length} ${split} views have no depth image, first ${missing[0]}; ` +
                "all views of a split need one, or none (readDepth: false reads none).",
        );
    }
    return named.map((frame, i) => ({ ...frame, depthPath: missing.length > 0 ? null : paths[i] }));
}

async function readSparsePointsAsync(
    source: FileSource,
    root: JsonNode,
    signal: AbortSignal | undefined,
): Promise<SparsePoints | null> {
    if (root.has("ply_file_path")) {
        const path = relativePath(root.at("ply_file_path"));
        return ReadPlyPoints(await source.readBytesAsync(path, signal), `${source.name}/${path}`);
    }
    // Asking a server for files that are mostly not there would fill the page's console.
    const files = (await source.listAsync?.("", signal)) ?? [];
    const path = SPARSE_POINT_FILES.find((name) => files.includes(name));
    return path === undefined
        ? null
        : ReadPlyPoints(await source.readBytesAsync(path, signal), `${source.name}/${path}`);
}
