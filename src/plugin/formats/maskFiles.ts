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

/** Options of {@link LoadMaskFilesAsync}. */
export interface MaskFileOptions extends RunOptions {
    /** Folder of the mask files. Default "masks". */
    folder: string;
    /** The lowest predicted IoU; masks below it are dropped. Default 0. */
    minPredictedIou: number;
    /** The lowest stability score; masks below it are dropped. Default 0. */
    minStability: number;
    /**
     * Whether near duplicates within a view, compared over pixels with depth, are dropped: see RemoveDuplicateMasks.
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
    folder: "masks",
    minPredictedIou: 0,
    minStability: 0,
    removeDuplicates: true,
    duplicateIou: 0.9,
    concurrency: 12,
};

/**
 * Reads the masks of a capture's training views from COCO-like files, `<folder>/<name>.json` for each view, where name
 * is the last part of the view's name: {masks: [...]}, {annotations: [...]} or just [...], with elements {segmentation:
 * {size: [height, width], counts}, predicted_iou?, stability_score?}. `counts` are run lengths or COCO's compressed
 * string. A view without a file has no masks. Empty masks are dropped.
 *
 * @throws UltrametricError "input", with file and mask, for a malformed file or a mask of a wrong size, and when there
 * are no masks at all; "aborted"
 */
export async function LoadMaskFilesAsync(
    source: FileSource,
    capture: Capture,
    options: Partial<MaskFileOptions> = {},
): Promise<MaskSet> {
    const settings: MaskFileOptions = { ...DEFAULT_MASK_FILE_OPTIONS, ...options };
    const { folder, signal } = settings;
    const paths = capture.views.map((view) => `${folder}/${BaseName(view.name)}.json`);
    const duplicate = paths.findIndex((path, i) => paths.indexOf(path) !== i);
    if (duplicate >= 0) {
        const other = capture.views[paths.indexOf(paths[duplicate])].name;
        throw new UltrametricError(
            "input",
            `${source.name}: the views ${other} and ${capture.views[duplicate].name} would share the mask file ` +
                `${paths[duplicate]}; rename one.`,
        );
    }
    let fileCount = 0;
    let maskCount = 0;
    let done = 0;
    const views = await MapConcurrentlyAsync(paths, settings.concurrency, async (path, i): Promise<ViewMasks> => {
        ThrowIfAborted(signal, `Reading the masks of ${source.name}`);
        let viewMasks: ViewMasks = { masks: [] };
        if (await source.existsAsync(path, signal)) {
            const view = capture.views[i];
            const root = await ReadJsonAsync(source, path, signal);
            // Files that arrive together are parsed in separate tasks, so that the main thread stays responsive.
            await new Pacer(`Reading the masks of ${source.name}`, signal).yieldAsync();
            const all = ParseMaskFile(root, view);
            fileCount++;
            maskCount += all.masks.length;
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
            fileCount === 0
                ? `${source.name}: the folder "${folder}" has no mask file for any of the ${paths.length} training ` +
                      `views (such as ${paths[0]}).`
                : `${source.name}: none of the ${maskCount} masks in the ${fileCount} files of folder "${folder}" is ` +
                      `left (minPredictedIou ${settings.minPredictedIou}, minStability ${settings.minStability}, ` +
                      "empty masks dropped).",
        );
    }
    return { views };
}

/**
 * Parses one mask file; keeps the order and all masks.
 *
 * @throws UltrametricError "input", with file and mask
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
        throw root.error('has neither "masks" nor "annotations", and is not an array of masks.');
    }
    return { masks: list.items().map((node, index) => parseMask(node, index, view)) };
}

/**
 * Writes masks as a file for {@link LoadMaskFilesAsync}, with COCO's compressed strings.
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
    const head = JSON.stringify({ file_path: view.name, width, height, ...notes }).slice(0, -1);
    return `${head},"masks":[\n${lines.join(",\n")}\n]}\n`;
}

function parseMask(node: JsonNode, index: number, view: View): Mask {
    const segmentation = node.at("segmentation");
    const [height, width] = segmentation
        .at("size")
        .items(2)
        .map((side) => side.number());
    const { camera } = view;
    if (width !== camera.width || height !== camera.height) {
        throw new UltrametricError(
            "input",
            `${node.file}: mask ${index} has ${width} x ${height} pixels, but its view ${view.name} has ` +
                `${camera.width} x ${camera.height}; generate the masks on the images of the capture, or scale them ` +
                "to their size.",
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
