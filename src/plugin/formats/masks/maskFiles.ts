import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import { MapConcurrentlyAsync } from "../../../compute/base/mapConcurrently";
import { Pacer } from "../../../compute/base/pacer";
import { type RunOptions, StageProgress } from "../../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../../compute/base/ultrametricError";
import { RemoveDuplicateMasks } from "../../../compute/masks/maskDuplicates";
import type { Mask, MaskSet, ViewMasks } from "../../../compute/masks/maskSet";
import type { Capture, View } from "../../../compute/views/capture";
import type { FileSource } from "../../sources/fileSource";
import { ListNames, NotesOf } from "../base/imageLosses";
import { ReadJsonAsync } from "../base/readJson";
import { ParseMaskDatasetAsync } from "./maskDataset";
import { MaskFinder, type ViewMaskFiles } from "./maskFinder";
import { ReadBinaryImage, ReadLabelImage } from "./maskImages";
import { IsMaskDataset, MaskFileCoroutine } from "./maskJson";
import { MaskPlacement } from "./maskPlacement";
import { ReadMaskTable } from "./maskTable";
import { InFile, type ParsedMasks } from "./parsedMasks";

/** Options of {@link LoadMaskFilesAsync}. */
export interface MaskFileOptions extends RunOptions {
    /**
     * Folder of the mask files. Default null: every folder named masks, mask, annotations, labels, segmentations or
     * SegmentationObject, then the folders of the images, then COCO files for all images.
     */
    folder: string | null;
    /** The lowest predicted IoU; masks below it are dropped. Default 0. */
    minPredictedIou: number;
    /** The lowest stability score; masks below it are dropped. Default 0. */
    minStability: number;
    /**
     * True if near duplicates within a view, compared over pixels with depth, are dropped: see RemoveDuplicateMasks.
     * Default true.
     */
    removeDuplicates: boolean;
    /** The IoU above which two masks are near duplicates. Default 0.9. */
    duplicateIou: number;
    /** The number of files that are read concurrently. Default 12. */
    concurrency: number;
}

/** The defaults of {@link MaskFileOptions}. */
export const DEFAULT_MASK_FILE_OPTIONS: Readonly<MaskFileOptions> = {
    folder: null,
    minPredictedIou: 0,
    minStability: 0,
    removeDuplicates: true,
    duplicateIou: 0.9,
    concurrency: 12,
};

/**
 * Reads the masks of a capture's training views. For a view "train/r_0" of the image train/r_0.jpg these are, in a
 * folder of masks, the first of train/r_0.json, r_0.json, r_0.jpg.json (COCO, segment-anything, labelme; see
 * ParseMaskFile), a folder r_0 of PNGs with one mask each, and the label image r_0.png (see ReadLabelImage); or
 * train/r_0.json beside the image; or its annotations in one COCO file for all images.
 *
 * Masks made on the image as it is stored, or on a scaled copy, are scaled and undistorted like the image. A view
 * without a file has no masks. Empty masks are dropped. `MaskSet.notes` says what was left out.
 *
 * @throws UltrametricError "input", with file and mask, for a malformed file or a mask of another aspect ratio, and
 * when there are no masks at all; "aborted"
 */
export async function LoadMaskFilesAsync(
    source: FileSource,
    capture: Capture,
    options: Partial<MaskFileOptions> = {},
): Promise<MaskSet> {
    const settings: MaskFileOptions = { ...DEFAULT_MASK_FILE_OPTIONS, ...options };
    const { signal } = settings;
    const what = `Reading the masks of ${source.name}`;
    ThrowIfAborted(signal, what);
    const finder = await MaskFinder.CreateAsync(source, settings.folder, signal);
    const files = await finder.filesOfAllAsync(capture.views, settings.concurrency);
    checkShared(source, capture.views, files);
    const pacer = new Pacer(what, signal);
    const found = { files: 0, masks: 0, leftOut: 0 };
    const notes: string[] = [];
    let done = 0;
    const select = (view: View, { masks, leftOut }: ParsedMasks): ViewMasks => {
        found.masks += masks.length + leftOut;
        found.leftOut += leftOut;
        const kept = {
            masks: masks.filter(
                ({ region, predictedIou, stability }) =>
                    region.area > 0 && predictedIou >= settings.minPredictedIou && stability >= settings.minStability,
            ),
        };
        return settings.removeDuplicates
            ? RemoveDuplicateMasks(kept, { maxIou: settings.duplicateIou, depth: view.depth })
            : kept;
    };
    const views = await MapConcurrentlyAsync(files, settings.concurrency, async (file, i): Promise<ViewMasks> => {
        ThrowIfAborted(signal, what);
        let viewMasks: ViewMasks = { masks: [] };
        if (file !== null) {
            const parsed = await readFileAsync(source, file, capture.views[i], notes, pacer, signal);
            if (parsed !== null) {
                found.files++;
                viewMasks = select(capture.views[i], parsed);
            }
            // Files that arrive together are parsed in separate tasks, so that the main thread stays responsive.
            await pacer.yieldAsync();
        }
        settings.onProgress?.(StageProgress("readMasks", ++done / files.length));
        return viewMasks;
    });
    if (files.includes(null)) {
        const known = new Set(files.flatMap((file) => (file === null || file.kind === "images" ? [] : [file.path])));
        for (const path of await finder.datasetPathsAsync(known)) {
            const root = await ReadJsonAsync(source, path, signal);
            if (!IsMaskDataset(root)) {
                continue;
            }
            found.files++;
            const dataset = await ParseMaskDatasetAsync(root, capture.views, pacer);
            notes.push(...dataset.notes);
            for (const [index, parsed] of dataset.byView) {
                if (files[index] === null && views[index].masks.length === 0) {
                    views[index] = select(capture.views[index], parsed);
                }
            }
        }
    }
    checkFound(source, capture, views, found, settings);
    const empty = capture.views.filter((_, i) => views[i].masks.length === 0).map(({ name }) => name);
    if (empty.length > 0) {
        notes.push(`${empty.length} of ${views.length} training views have no masks: ${ListNames(empty)}.`);
    }
    if (files.some((file) => file?.kind === "labels") && views.every(({ masks }) => masks.length <= 1)) {
        notes.push("Every label image has one mask at most: it may say what to ignore, and not what the parts are.");
    }
    if (found.leftOut > 0) {
        notes.push(`${found.leftOut} of ${found.masks} shapes hold no pixel of their view, or are no areas.`);
    }
    return { views, ...NotesOf(notes) };
}

/**
 * Returns whether a source has mask files, where LoadMaskFilesAsync looks for them, before the capture is read. True
 * where files cannot be listed.
 *
 * @param folder see `MaskFileOptions.folder`
 * @throws UltrametricError "input" | "aborted"
 */
export async function HasMaskFilesAsync(
    source: FileSource,
    folder: string | null = null,
    signal?: AbortSignal,
): Promise<boolean> {
    return await (await MaskFinder.CreateAsync(source, folder, signal)).hasMasksAsync();
}

/** Reads the masks of one view; null for a file beside the image that holds something else. */
async function readFileAsync(
    source: FileSource,
    file: ViewMaskFiles,
    view: View,
    notes: string[],
    pacer: Pacer,
    signal: AbortSignal | undefined,
): Promise<ParsedMasks | null> {
    if (file.kind === "json") {
        const root = await ReadJsonAsync(source, file.path, signal);
        if (IsMaskDataset(root) && root.at("images").items().length > 1) {
            const { byView } = await ParseMaskDatasetAsync(root, [view], pacer);
            return byView.get(0) ?? { masks: [], leftOut: 0 };
        }
        const holdsMasks = Array.isArray(root.value) || ["masks", "annotations", "shapes"].some((key) => root.has(key));
        if (file.beside && !holdsMasks) {
            notes.push(`${root.file} holds no masks and was left out.`);
            return null;
        }
        return await RunCoroutineAsync(MaskFileCoroutine(root, view), pacer);
    }
    const placement = await RunCoroutineAsync(MaskPlacement.CreateCoroutine(view, false), pacer);
    const certain = { predictedIou: 1, stability: 1 };
    if (file.kind === "labels") {
        const name = `${source.name}/${file.path}`;
        const masks: Mask[] = [];
        for (const region of ReadLabelImage(await source.readBytesAsync(file.path, signal), name)) {
            masks.push({ region: InFile(name, () => placement.place(region)), ...certain });
            await pacer.yieldIfDueAsync();
        }
        return { masks, leftOut: 0 };
    }
    const scores = file.table === null ? null : ReadMaskTable(await source.readBytesAsync(file.table, signal));
    const masks: Mask[] = [];
    for (const path of file.paths) {
        const name = `${source.name}/${path}`;
        const region = ReadBinaryImage(await source.readBytesAsync(path, signal), name);
        await pacer.yieldIfDueAsync();
        const id = path.slice(path.lastIndexOf("/") + 1, -4);
        masks.push({ region: InFile(name, () => placement.place(region)), ...(scores?.get(id) ?? certain) });
    }
    return { masks, leftOut: 0 };
}

/** @throws UltrametricError "input" for two views with one file */
function checkShared(source: FileSource, views: readonly View[], files: readonly (ViewMaskFiles | null)[]): void {
    const owners = new Map<string, View>();
    files.forEach((file, i) => {
        if (file === null) {
            return;
        }
        const path = file.kind === "images" ? file.folder : file.path;
        const owner = owners.get(path);
        if (owner !== undefined) {
            throw new UltrametricError(
                "input",
                `${source.name}: the views ${owner.name} and ${views[i].name} would share the mask file ${path}; put ` +
                    "masks into folders like those of the images, or rename one.",
            );
        }
        owners.set(path, views[i]);
    });
}

/** @throws UltrametricError "input" if no mask is left */
function checkFound(
    source: FileSource,
    { views }: Capture,
    masks: readonly ViewMasks[],
    found: { readonly files: number; readonly masks: number },
    { folder, minPredictedIou, minStability }: MaskFileOptions,
): void {
    if (masks.some((view) => view.masks.length > 0)) {
        return;
    }
    const where = `the folder "${folder ?? "masks"}"`;
    const example = `${folder ?? "masks"}/${views[0]?.name.split("/").at(-1)}.json`;
    throw new UltrametricError(
        "input",
        found.files === 0
            ? `${source.name}: ${where} has no mask file for any of the ${views.length} training views (such as ` +
                  `${example}${folder === null ? "), and there is none beside the images" : ")"}.`
            : `${source.name}: none of the ${found.masks} masks in the ${found.files} files is left (minPredictedIou ` +
                  `${minPredictedIou}, minStability ${minStability}, empty masks dropped).`,
    );
}

/**
 * Writes masks as a file for {@link LoadMaskFilesAsync}, with COCO's compressed strings. Of a view whose distortion was
 * removed, the file says `undistorted: true`.
 *
 * @param notes additional fields at the top of the file
 * @returns JSON text, one line per mask
 */
export function WriteMaskFile(view: View, viewMasks: ViewMasks, notes: Readonly<Record<string, unknown>> = {}): string {
    const { width, height } = view.camera;
    const lines = viewMasks.masks.map(({ region, predictedIou, stability }) =>
        JSON.stringify({
            segmentation: { size: [region.height, region.width], counts: region.toCompressed() },
            area: region.area,
            bbox: region.bounds,
            predicted_iou: predictedIou,
            stability_score: stability,
        }),
    );
    const undistorted = (view.picture?.lens.distortion ?? null) !== null;
    const about = { file_path: view.name, width, height, ...(undistorted ? { undistorted } : {}), ...notes };
    const head = JSON.stringify(about).slice(0, -1);
    return `${head},"masks":[\n${lines.join(",\n")}\n]}\n`;
}
