import { ConcatenateFloats } from "../../base/concatenate";
import { ThrowIfAborted, UltrametricError } from "../../base/ultrametricError";
import { UnitCube } from "../../bounds/unitCube";
import { CreateMaskArrangement } from "../../masks/maskArrangement";
import { MaskConfidence, type MaskSet } from "../../masks/maskSet";
import { CreateMaskTree } from "../../masks/maskTree";
import type { Capture } from "../../views/capture";
import { UnprojectDepth } from "../../views/surfacePoints";

/** Words per view in {@link TrainingViews.table}. */
export const VIEW_WORDS = 5;

/** Weight of a mask with confidence 1. Weights are integers, so that draws are reproducible bit for bit. */
export const MAX_MASK_WEIGHT = 256;

/** Options of {@link CreateTrainingViews}. */
export interface TrainingViewsOptions {
    /** Maximum number of surface pixels per view, evenly spread. Default: 65,536; a step draws a few thousand. */
    maxPixelsPerView: number;
    /** Cancels the work when aborted. */
    signal?: AbortSignal;
}

/** The defaults of {@link TrainingViewsOptions}. */
export const DEFAULT_TRAINING_VIEWS_OPTIONS: Readonly<TrainingViewsOptions> = { maxPixelsPerView: 65536 };

/**
 * The training data of a feature field, in the layout of the GPU: the concatenated surface pixels and masks of all
 * views. Views without surface or without masks are omitted. Plain data; do not change the arrays.
 */
export interface TrainingViews {
    /** Maps the world to the unit cube of the field, the bounding cube of all surface points. */
    readonly cube: UnitCube;
    /** Number of views. */
    readonly viewCount: number;
    /** [views, 5] first pixel, number of pixels, first mask, number of masks, words for the mask bits of a cell. */
    readonly table: Uint32Array<ArrayBuffer>;
    /** [views, 3] camera positions in the unit cube. */
    readonly eyes: Float32Array<ArrayBuffer>;
    /** [pixels, 3] positions in the unit cube, the pixels of a view row by row. */
    readonly positions: Float32Array<ArrayBuffer>;
    /** [pixels] row << 16 | column. */
    readonly pixelCoordinates: Uint32Array<ArrayBuffer>;
    /**
     * [pixels] start of the mask words of the pixel's cell in `cellMasks`; equal for pixels of a view in the same
     * masks.
     */
    readonly cells: Uint32Array<ArrayBuffer>;
    /** Mask words of the cells of all views: bit m is set if mask m of the view holds the cell. */
    readonly cellMasks: Uint32Array<ArrayBuffer>;
    /** [masks] parent in the view's mask tree, as an index within the view; -1 for a child of the root. */
    readonly parents: Int32Array<ArrayBuffer>;
    /** [masks] relative frequency of pairs from the mask: its confidence in units of 1 / MAX_MASK_WEIGHT. */
    readonly weights: Uint32Array<ArrayBuffer>;
    /** Largest width or height of an image, pixels. */
    readonly imageSize: number;
}

/**
 * Gathers the training data of a feature field.
 * @param masks `masks.views[i]` belongs to `capture.views[i]`
 * @throws UltrametricError "input" if no view has both depth and masks, "aborted"
 */
export function CreateTrainingViews(
    capture: Pick<Capture, "views">,
    masks: MaskSet,
    options: Partial<TrainingViewsOptions> = {},
): TrainingViews {
    const { maxPixelsPerView, signal } = { ...DEFAULT_TRAINING_VIEWS_OPTIONS, ...options };
    if (masks.views.length !== capture.views.length) {
        throw new UltrametricError(
            "input",
            `There are masks of ${masks.views.length} views for a capture of ${capture.views.length}; ` +
                "each view needs an entry, which may be empty.",
        );
    }
    const surfaces = capture.views.map(UnprojectDepth);
    const chosen = capture.views
        .map((_, v) => v)
        .filter((v) => surfaces[v].pixels.length > 0 && masks.views[v].masks.length > 0);
    if (chosen.length === 0) {
        const withDepth = surfaces.filter(({ pixels }) => pixels.length > 0).length;
        throw new UltrametricError(
            "input",
            `No view has both depth and masks (${withDepth} of ${capture.views.length} views have depth, ` +
                `${masks.views.filter((view) => view.masks.length > 0).length} have masks), ` +
                "so a feature field cannot be trained on surfaces.",
        );
    }
    const cube = UnitCube.FromPositions(ConcatenateFloats(chosen.map((v) => surfaces[v].positions)));
    const counts = chosen.map((v) => Math.min(surfaces[v].pixels.length, maxPixelsPerView));
    const pixelCount = counts.reduce((sum, count) => sum + count, 0);
    const maskCount = chosen.reduce((sum, v) => sum + masks.views[v].masks.length, 0);

    const table = new Uint32Array(chosen.length * VIEW_WORDS);
    const positions = new Float32Array(3 * pixelCount);
    const pixelCoordinates = new Uint32Array(pixelCount);
    const cells = new Uint32Array(pixelCount);
    const parents = new Int32Array(maskCount);
    const weights = new Uint32Array(maskCount);
    const cellMasks: Uint32Array[] = [];
    let pixel = 0;
    let mask = 0;
    let word = 0;
    let imageSize = 0;
    chosen.forEach((v, i) => {
        ThrowIfAborted(signal, "Gathering the views to train on");
        const { camera, depth } = capture.views[v];
        const viewMasks = masks.views[v].masks;
        const surface = surfaces[v];
        const arrangement = CreateMaskArrangement(viewMasks, camera.width, camera.height);
        const maskWords = Math.ceil(viewMasks.length / 32);
        table.set([pixel, counts[i], mask, viewMasks.length, maskWords], i * VIEW_WORDS);
        parents.set(CreateMaskTree(arrangement, depth).parents, mask);
        // At least 1, so that a view of masks with a low confidence still gives pairs.
        weights.set(
            viewMasks.map((one) => Math.max(1, Math.round(MAX_MASK_WEIGHT * MaskConfidence(one)))),
            mask,
        );
        for (let j = 0; j < counts[i]; j++) {
            const from = Math.floor((j * surface.pixels.length) / counts[i]);
            const p = surface.pixels[from];
            positions.set(surface.positions.subarray(3 * from, 3 * from + 3), 3 * (pixel + j));
            const row = Math.floor(p / camera.width);
            pixelCoordinates[pixel + j] = (row << 16) | (p - row * camera.width);
            cells[pixel + j] = word + arrangement.cellOfPixel[p] * maskWords;
        }
        const words = new Uint32Array(arrangement.cellCount * maskWords);
        for (let cell = 0; cell < arrangement.cellCount; cell++) {
            for (let k = arrangement.cellStart[cell]; k < arrangement.cellStart[cell + 1]; k++) {
                const m = arrangement.cellMasks[k];
                words[cell * maskWords + (m >> 5)] |= 1 << (m & 31);
            }
        }
        cellMasks.push(words);
        pixel += counts[i];
        mask += viewMasks.length;
        word += words.length;
        imageSize = Math.max(imageSize, camera.width, camera.height);
    });
    const allWords = new Uint32Array(word);
    let at = 0;
    for (const words of cellMasks) {
        allWords.set(words, at);
        at += words.length;
    }
    return {
        cube,
        viewCount: chosen.length,
        table,
        eyes: new Float32Array(
            cube.toUnit(Float32Array.from(chosen.flatMap((v) => [...capture.views[v].camera.position]))),
        ),
        positions: new Float32Array(cube.toUnit(positions)),
        pixelCoordinates,
        cells,
        cellMasks: allWords,
        parents,
        weights,
        imageSize,
    };
}
