import { MapConcurrentlyAsync } from "../../../compute/base/mapConcurrently";
import { type RunOptions, StageProgress } from "../../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../../compute/base/ultrametricError";
import type { Capture, View } from "../../../compute/views/capture";
import type { FileSource } from "../../sources/fileSource";
import { DecodePngToNumbers } from "../base/pngImage";

/** The true objects at one level of detail. */
export interface GroundTruthLevel {
    readonly name: "parts" | "groups" | "scene";
    /**
     * Object ids of each held-out view, [height, width] row-major, 0 = background. An id means the same object in all
     * views and levels.
     */
    readonly ids: readonly Int32Array[];
    /** Object ids of each training view; null unless the option `train` is set. */
    readonly trainIds: readonly Int32Array[] | null;
}

/** The true segmentation of a capture, to evaluate against. */
export interface GroundTruth {
    /** Levels from fine to coarse. */
    readonly levels: readonly GroundTruthLevel[];
}

/** Options of {@link LoadGroundTruthAsync}. */
export interface GroundTruthOptions extends RunOptions {
    /** Folder of the id images. Default "gt". */
    folder: string;
    /** True if the ids of the training views are read, too. Default false. */
    train: boolean;
    /** The number of files that are read concurrently. Default 12. */
    concurrency: number;
}

/** The defaults of {@link GroundTruthOptions}. */
export const DEFAULT_GROUND_TRUTH_OPTIONS: Readonly<GroundTruthOptions> = {
    folder: "gt",
    train: false,
    concurrency: 12,
};

const LEVELS = [
    { name: "parts", file: "l2" },
    { name: "groups", file: "l1" },
    { name: "scene", file: "l0" },
] as const;

/**
 * Reads the true object ids of a capture's views: `<folder>/{val,train}_%03d_l{0,1,2}.png`, gray PNGs (usually of 16
 * bits) of the view's size. Levels: l2 parts, l1 groups, l0 the whole scene.
 *
 * @returns null where the capture has no held-out views, or the first one has no id image
 * @throws UltrametricError "input" when some files are missing, malformed or of a wrong size, or there are more than
 * views, as where images were left out and the numbers are those of others; "aborted"
 */
export async function LoadGroundTruthAsync(
    source: FileSource,
    capture: Capture,
    options: Partial<GroundTruthOptions> = {},
): Promise<GroundTruth | null> {
    const settings: GroundTruthOptions = { ...DEFAULT_GROUND_TRUTH_OPTIONS, ...options };
    const pathOf = (split: string, index: number, level: string): string =>
        `${settings.folder}/${split}_${String(index).padStart(3, "0")}_${level}.png`;
    if (
        capture.heldOutViews.length === 0 ||
        !(await source.existsAsync(pathOf("val", 0, LEVELS[0].file), settings.signal))
    ) {
        return null;
    }
    const splits: { split: string; views: readonly View[] }[] = [{ split: "val", views: capture.heldOutViews }];
    if (settings.train) {
        splits.push({ split: "train", views: capture.views });
    }
    const jobs = splits.flatMap(({ split, views }) =>
        LEVELS.flatMap(({ file }) => views.map((view, i) => ({ view, path: pathOf(split, i, file) }))),
    );
    // Where files cannot be listed, a request for one that does not exist would show as an error in the page's console.
    const isChecked = source.listAllAsync !== undefined || (capture.notes?.length ?? 0) > 0;
    for (const { split, views } of isChecked ? splits : []) {
        const path = pathOf(split, views.length, LEVELS[0].file);
        if (await source.existsAsync(path, settings.signal)) {
            throw new UltrametricError(
                "input",
                `${source.name}/${path} belongs to no view: the capture has ${views.length} views of this split. Id ` +
                    "images have the numbers of their views, so evaluate with all images (Capture.notes says which " +
                    "were left out), or number the files again.",
            );
        }
    }
    let done = 0;
    const images = await MapConcurrentlyAsync(jobs, settings.concurrency, async ({ view, path }) => {
        ThrowIfAborted(settings.signal, `Reading ${source.name}`);
        const image = DecodePngToNumbers(await source.readBytesAsync(path, settings.signal), `${source.name}/${path}`);
        const { width, height } = view.camera;
        if (image.width !== width || image.height !== height) {
            throw new UltrametricError(
                "input",
                `${source.name}/${path} has ${image.width} x ${image.height} pixels, but its view ${view.name} has ` +
                    `${width} x ${height}.`,
            );
        }
        settings.onProgress?.(StageProgress("readGroundTruth", ++done / jobs.length));
        return image.data;
    });
    const heldOut = capture.heldOutViews.length;
    const train = capture.views.length;
    return {
        levels: LEVELS.map(({ name }, i) => {
            const trainStart = LEVELS.length * heldOut + i * train;
            return {
                name,
                ids: images.slice(i * heldOut, (i + 1) * heldOut),
                trainIds: settings.train ? images.slice(trainStart, trainStart + train) : null,
            };
        }),
    };
}
