import type { JsonNode } from "../../../compute/base/jsonNode";
import { MapConcurrentlyAsync } from "../../../compute/base/mapConcurrently";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { Capture, SparsePoints } from "../../../compute/views/capture";
import { LevelCapture } from "../../../compute/views/levelCapture";
import { FileFinder } from "../../sources/fileFinder";
import type { FileSource } from "../../sources/fileSource";
import { HasFoundExtension, WithoutFoundExtension } from "../base/imageExtensions";
import { NotesOf } from "../base/imageLosses";
import { NERF_FILE, NERF_TRAIN_FILE } from "../base/nerfFiles";
import { ReadJsonAsync } from "../base/readJson";
import { ReadPlyPoints } from "../models/plyPoints";
import { type CaptureFileOptions, ResolveCaptureFileOptions } from "./captureFileOptions";
import { FindImagesAsync, type FoundImages, IsFound } from "./findImages";
import { ReadNerfDistortion, ReadNerfLens, ReadNerfPose } from "./nerfCamera";
import type { PosedImage } from "./posedImage";
import { HoldOut, LoadPosedImagesAsync } from "./posedImages";

/** Files of sparse points, for transforms without `ply_file_path`, in sources that list their files. */
const SPARSE_POINT_FILES: readonly string[] = ["sparse_pc.ply", "points.ply", "points3d.ply"];

type Split = "train" | "val" | "test";

/** A frame; depth images in the depth folder are not assigned yet. */
type Frame = Omit<PosedImage, "depthPath">;

/**
 * Reads a capture in the layout of NeRF's Blender scenes (Mildenhall et al. 2020), or of nerfstudio and instant-ngp:
 *
 *     transforms_train.json           {frames: [{file_path, transform_matrix}], camera}, where camera is
 *                                     camera_angle_x, or fl_x, fl_y, cx, cy, w, h
 *     transforms_val.json             held-out views, or transforms_test.json; optional
 *     transforms.json                 instead of these files: all views, and optionally train_filenames with
 *                                     val_filenames or test_filenames
 *     <file_path>[.png]               images; sRGB, straight alpha
 *     depth/{train,val}_000.f16.gz    optional, see DecodeDepthAsync; for all views of a split or none
 *     <depth_file_path>               optional field of a frame: planar depth, a gray PNG or .npy of any size, in
 *                                     `depthUnit`; for all frames of a file or none
 *     sparse_pc.ply                   optional sparse points, or points.ply, points3d.ply or the `ply_file_path`
 *
 * Camera fields of a frame override those of its file. Lens distortion (k1, k2, k3, p1, p2) is removed from the images.
 * A `transform_matrix` is camera to world, row-major, OpenGL axes. Worlds of photos are rotated so that z is up (see
 * `CaptureFileOptions.level`). The name of a view is its file_path without "./" and image extension. Views that see
 * nothing (no depth > 0) are kept.
 *
 * @throws UltrametricError "input", with file and location, when a file is missing, malformed or inconsistent;
 * "aborted"
 */
export async function LoadNerfCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings = ResolveCaptureFileOptions(source, options);
    const { signal } = settings;

    const hasSplits =
        (await source.existsAsync(NERF_TRAIN_FILE, signal)) || !(await source.existsAsync(NERF_FILE, signal));
    const root = await ReadJsonAsync(source, hasSplits ? NERF_TRAIN_FILE : NERF_FILE, signal);
    const { train, heldOut } = hasSplits
        ? await readSplitFilesAsync(source, root, settings)
        : splitFrames(readFrames(root), root, settings);
    if (train.length === 0) {
        throw root.error("has no frames; there is nothing to segment.");
    }
    const sparse = await readSparsePointsAsync(source, root, signal);
    const { found, split } = await findSplitAsync(source, train, heldOut, settings);
    const { views, heldOutViews, notes } = await LoadPosedImagesAsync(source, split, found, settings);
    if (views.every(({ depth }) => depth !== null && !depth.some((d) => d > 0))) {
        throw new UltrametricError(
            "input",
            `${source.name}: no pixel of the ${train.length} training views has depth; there is nothing to segment. ` +
                "Check the depth images, or ignore them (readDepth: false).",
        );
    }
    const capture = {
        name: settings.name ?? source.name,
        views,
        heldOutViews,
        ...(sparse.points === null ? {} : { sparsePoints: sparse.points }),
        ...NotesOf([...sparse.notes, ...notes]),
    };
    return (settings.level ?? !isUpright(root, hasSplits)) ? LevelCapture(capture) : capture;
}

/**
 * Finds the images. Those of both lists are held out, as some tools write all images into the training file too; with
 * the same images in both, none are.
 */
async function findSplitAsync(
    source: FileSource,
    train: readonly PosedImage[],
    heldOut: readonly PosedImage[],
    settings: CaptureFileOptions,
): Promise<{ found: FoundImages; split: { train: PosedImage[]; heldOut: PosedImage[] } }> {
    const found = await FindImagesAsync(source, [...heldOut, ...train], settings);
    const split = {
        heldOut: found.images.slice(0, heldOut.length).filter(IsFound),
        train: found.images.slice(heldOut.length).filter(IsFound),
    };
    if (split.train.length > 0 || heldOut.length === 0) {
        return { found, split };
    }
    const all = await FindImagesAsync(source, [...train, ...heldOut], settings);
    return {
        found: all,
        split: {
            train: all.images.slice(0, train.length).filter(IsFound),
            heldOut: all.images.slice(train.length).filter(IsFound),
        },
    };
}

/** Returns whether z is up: in Blender scenes, which have no fl_x, and where nerfstudio did not rotate the world. */
function isUpright(root: JsonNode, hasSplits: boolean): boolean {
    const isBlenderScene = hasSplits && !root.has("fl_x");
    return isBlenderScene || (root.has("orientation_override") && root.at("orientation_override").string() === "none");
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

/** Splits the frames of transforms.json by its lists of file names, or by the options. */
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
    const imagesListedIn = (key: string): PosedImage[] =>
        root
            .at(key)
            .items()
            .map((node) => {
                const image = byPath.get(imagePath(node).path);
                if (image === undefined) {
                    throw node.error(`is "${node.string()}"; no frame has this file_path.`);
                }
                return image;
            });
    const heldOutKey = ["val_filenames", "test_filenames"].find(
        (key) => root.has(key) && imagesListedIn(key).length > 0,
    );
    return {
        train: imagesListedIn("train_filenames"),
        heldOut: heldOutKey === undefined ? [] : imagesListedIn(heldOutKey),
    };
}

function readFrames(root: JsonNode): Frame[] {
    return root
        .at("frames")
        .items()
        .map((node) => {
            const pose = ReadNerfPose(node.at("transform_matrix"));
            const distortion = ReadNerfDistortion(node, root);
            return {
                ...imagePath(node.at("file_path")),
                pose,
                location: `${node.file}: ${node.path}`,
                lensOf: (width, height) => ReadNerfLens(node, root, distortion, width, height),
                depthMapPath: node.has("depth_file_path") ? relativePath(node.at("depth_file_path")) : null,
                depthRange: null,
            };
        });
}

function imagePath(node: JsonNode): { path: string; name: string } {
    const path = relativePath(node);
    return { path: HasFoundExtension(path) ? path : `${path}.png`, name: WithoutFoundExtension(path) };
}

function relativePath(node: JsonNode): string {
    return node
        .string()
        .replaceAll("\\", "/")
        .replace(/^(\.?\/)+/, "");
}

/** Adds the depth images that the frames name; either all frames name one, or none. */
function withNamedDepth(frames: readonly Frame[], { readDepth }: CaptureFileOptions): PosedImage[] {
    const frameWithout = frames.find(({ depthMapPath }) => depthMapPath === null);
    if (readDepth && frameWithout && frames.some(({ depthMapPath }) => depthMapPath !== null)) {
        throw new UltrametricError(
            "input",
            `${frameWithout.location} has no depth_file_path, but other frames have one. All frames must have one, ` +
                "or none; readDepth: false ignores depth.",
        );
    }
    return frames.map((frame) => ({
        ...frame,
        depthPath: null,
        depthMapPath: readDepth ? frame.depthMapPath : null,
    }));
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
            `${source.name}: ${missing.length} of ${paths.length} ${split} views have no depth image, first ` +
                `${missing[0]}. All views of a split must have one, or none; readDepth: false ignores depth.`,
        );
    }
    return named.map((frame, i) => ({ ...frame, depthPath: missing.length > 0 ? null : paths[i] }));
}

async function readSparsePointsAsync(
    source: FileSource,
    root: JsonNode,
    signal: AbortSignal | undefined,
): Promise<{ points: SparsePoints | null; notes: string[] }> {
    // Requests for files that usually do not exist would fill the console of the page with errors.
    const files = await source.listAllAsync?.(signal);
    const named = root.has("ply_file_path") ? relativePath(root.at("ply_file_path")) : null;
    const path =
        named === null
            ? (SPARSE_POINT_FILES.find((name) => files?.includes(name)) ?? null)
            : files === undefined
              ? (await source.existsAsync(named, signal))
                  ? named
                  : null
              : new FileFinder(files).find(named);
    return {
        points:
            path === null ? null : ReadPlyPoints(await source.readBytesAsync(path, signal), `${source.name}/${path}`),
        notes: named !== null && path === null ? [`The sparse points are missing and were left out: ${named}.`] : [],
    };
}
