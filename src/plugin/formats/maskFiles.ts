import { MapConcurrentlyAsync } from "../../compute/base/mapConcurrently";
import { Pacer } from "../../compute/base/pacer";
import type { RunOptions } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import { RemoveDuplicateMasks } from "../../compute/masks/maskDuplicates";
import type { Mask, MaskSet, ViewMasks } from "../../compute/masks/maskSet";
import { RunLengthMask } from "../../compute/masks/runLengthMask";
import type { Capture, View } from "../../compute/views/capture";
import { BaseName, type FileSource } from "../sources/fileSource";
import { type JsonNode, ReadJsonAsync } from "./jsonNode";

/** How masks are read. */
export interface MaskFileOptions extends RunOptions {
    /** Folder of the mask files. Default "masks". */
    folder: string;
    /** Masks below this predicted IoU are left out. Default 0: all stay. */
    minPredictedIou: number;
    /** Masks below this stability are left out. Default 0: all stay. */
    minStability: number;
    /** Whether near duplicates within a view are left out (see RemoveDuplicateMasks; over pixels with depth). Default true. */
    removeDuplicates: boolean;
    /** IoU above which two masks are near duplicates. Default 0.9. */
    duplicateIou: number;
    /** Number of files under way at a time. Default 12. */
    concurrency: number;
}

/** The defaults of {@link MaskFileOptions}. */
export const DEFAULT_MASK_FILE_OPTIONS: Readonly<MaskFileOptions> = {
    folder: "masks",
    minPredictedIou: 0,
    minStability: 0,
    removeDuplicates: true,
    duplicateIou: 0.9,
    concurrency: 12,
};

/**
 * Reads the masks of a capture's training views from COCO-like files, one a view, `<folder>/<name>.json`, where name is the last part of
 * the view's: {masks: [...]}, {annotations: [...]} or just [...], of {segmentation: {size: [height, width], counts}, predicted_iou?,
 * stability_score?}. `counts` are run lengths or COCO's compressed string. A view without a file has no masks. Masks without a pixel are left out.
 * @throws UltrametricError ("input") for a broken file or a mask of another size than its view, by file and mask, and when there are no
 * masks at all; ("aborted")
 */
export async function LoadMaskFilesAsync(
    source: FileSource,
    capture: Capture,
    options: Partial<MaskFileOptions> = {},
): Promise<MaskSet> {
    const settings: MaskFileOptions = { ...DEFAULT_MASK_FILE_OPTIONS, ...options };
    const { folder, signal } = settings;
    const paths = capture.views.map((view) => `${folder}/${BaseName(view.name)}.json`);
    const twin = paths.findIndex((path, i) => paths.indexOf(path) !== i);
    if (twin >= 0) {
        const other = capture.views[paths.indexOf(paths[twin])].name;
        throw new UltrametricError(
            "input",
            `${source.name}: the views ${other} and ${capture.views[twin].name} would share the mask file ${paths[twin]}; rename one.`,
        );
    }
    let files = 0;
    let read = 0;
    let done = 0;
    const views = await MapConcurrentlyAsync(paths, settings.concurrency, async (path, i): Promise<ViewMasks> => {
        ThrowIfAborted(signal, `Reading the masks of ${source.name}`);
        let viewMasks: ViewMasks = { masks: [] };
        if (await source.existsAsync(path, signal)) {
            const view = capture.views[i];
            const root = await ReadJsonAsync(source, path, signal);
            await new Pacer(`Reading the masks of ${source.name}`, signal).yieldAsync(); // files that arrive together are looked at apart
            const all = ParseMaskFile(root, view);
            files++;
            read += all.masks.length;
            viewMasks = {
                masks: all.masks.filter(
                    ({ region, predictedIou, stability }) =>
                        region.area > 0 &&
                        predictedIou >= settings.minPredictedIou &&
                        stability >= settings.minStability,
                ),
            };
            if (settings.removeDuplicates) {
                viewMasks = RemoveDuplicateMasks(viewMasks, { maxIou: settings.duplicateIou, depth: view.depth });
            }
        }
        settings.onProgress?.({ stage: "Reading masks", fraction: ++done / paths.length });
        return viewMasks;
    });
    if (views.every(({ masks }) => masks.length === 0)) {
        throw new UltrametricError(
            "input",
            files === 0
                ? `${source.name}: the folder "${folder}" has no mask file for any of the ${paths.length} training views (looked for ${paths[0]} and so on).`
                : `${source.name}: none of the ${read} masks in the ${files} mask files of folder "${folder}" is left ` +
                      `(minPredictedIou ${settings.minPredictedIou}, minStability ${settings.minStability}, empty masks left out).`,
        );
    }
    return { views };
}

/**
 * The masks of one mask file, in its order and unfiltered.
 * @throws UltrametricError ("input") that names file and mask
 */
export function ParseMaskFile(root: JsonNode, view: View): ViewMasks {
    const list = Array.isArray(root.value)
        ? root
        : root.has("masks")
          ? root.at("masks")
          : root.has("annotations")
            ? root.at("annotations")
            : null;
    if (list === null) {
        throw root.error('has neither "masks" nor "annotations", and is no array of masks.');
    }
    return { masks: list.items().map((node, index) => ParseMask(node, index, view)) };
}

/**
 * Writes masks as a file that {@link LoadMaskFilesAsync} reads, with COCO's compressed strings.
 * @param notes further fields at the top of the file
 * @returns JSON, one mask a line
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
    const head = JSON.stringify({ file_path: view.name, width, height, ...notes }).slice(0, -1);
    return `${head},"masks":[\n${lines.join(",\n")}\n]}\n`;
}

function ParseMask(node: JsonNode, index: number, view: View): Mask {
    const segmentation = node.at("segmentation");
    const [height, width] = segmentation
        .at("size")
        .items(2)
        .map((side) => side.number());
    const { camera } = view;
    if (width !== camera.width || height !== camera.height) {
        throw new UltrametricError(
            "input",
            `${node.file}: mask ${index} has ${width} x ${height} pixels, but its view ${view.name} ${camera.width} x ${camera.height}; ` +
                "make the masks on the capture's images, or scale them to these.",
        );
    }
    const counts = segmentation.at("counts");
    let region: RunLengthMask;
    try {
        region = Array.isArray(counts.value)
            ? RunLengthMask.FromCounts(counts.value as number[], width, height)
            : RunLengthMask.FromCompressed(counts.string(), width, height);
    } catch (error) {
        if (error instanceof UltrametricError && !error.message.startsWith(node.file)) {
            throw new UltrametricError("input", `${node.file}: mask ${index}: ${error.message}`, { cause: error });
        }
        throw error;
    }
    return {
        region,
        predictedIou: node.has("predicted_iou") ? node.at("predicted_iou").number() : 1,
        stability: node.has("stability_score") ? node.at("stability_score").number() : 1,
    };
}
