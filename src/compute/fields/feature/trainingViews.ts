import { ThrowIfAborted, UltrametricError } from "../../base/ultrametricError";
import { CreateMaskArrangement } from "../../masks/maskArrangement";
import { MaskConfidence, type MaskSet } from "../../masks/maskSet";
import { CreateMaskTree } from "../../masks/maskTree";
import type { Capture } from "../../views/capture";
import { UnprojectDepth } from "../../views/surfacePoints";
import { UnitCube } from "../../views/unitCube";

/** Words of a view in {@link TrainingViews.table}. */
export const VIEW_WORDS = 5;

/** Weight of a mask whose confidence is 1, and of every mask where all are equally trusted. Whole numbers, so that draws repeat bit for bit. */
export const MAX_MASK_WEIGHT = 256;

/** How the data is gathered. */
export interface TrainingViewsOptions {
    /** A view with more surface pixels gives only this many, evenly spread. Default 65,536; a step draws a few thousand. */
    maxPixelsPerView: number;
    /** Abort to cancel. */
    signal?: AbortSignal;
}

/** The defaults of {@link TrainingViewsOptions}. */
export const DEFAULT_TRAINING_VIEWS_OPTIONS: Readonly<TrainingViewsOptions> = { maxPixelsPerView: 65536 };

/**
 * What a feature field learns from, as the GPU reads it: the surface pixels and the masks of all views, end to end. Views without surface or
 * without masks are left out. Plain data; the arrays are not to be changed.
 */
export interface TrainingViews {
    /** Maps the world into the unit cube of the field: the box of all views' surface points. */
    readonly cube: UnitCube;
    /** Number of views. */
    readonly viewCount: number;
    /** `[views, 5]`: first pixel, number of pixels, first mask, number of masks, words that the mask bits of a cell take. */
    readonly table: Uint32Array<ArrayBuffer>;
    /** [views, 3] where the views were taken from, in the unit cube's coordinates. */
    readonly eyes: Float32Array<ArrayBuffer>;
    /** [pixels, 3] positions in the unit cube, the pixels of a view row by row. */
    readonly positions: Float32Array<ArrayBuffer>;
    /** [pixels] row << 16 | column. */
    readonly places: Uint32Array<ArrayBuffer>;
    /** [pixels] where the mask words of the pixel's cell start in `cellMasks`; equal for two pixels of a view held by the same masks only. */
    readonly cells: Uint32Array<ArrayBuffer>;
    /** Mask words of every view's cells: bit m of a cell's words is set where mask m of the view holds it. */
    readonly cellMasks: Uint32Array<ArrayBuffer>;
    /** [masks] parent in the view's mask tree, counted within the view; -1 = the root. A walk from child to parent ends at the root. */
    readonly parents: Int32Array<ArrayBuffer>;
    /** [masks] how often pairs are drawn from a mask, beside the others of its view: its confidence in quanta of 1 / MAX_MASK_WEIGHT. */
    readonly weights: Uint32Array<ArrayBuffer>;
    /** Largest width or height of an image, pixels. */
    readonly imageSize: number;
}

/**
 * Gathers what a feature field learns from.
 * @param masks `masks.views[i]` belongs to `capture.views[i]`
 * @throws UltrametricError "input" when no view has both depth and masks, "aborted"
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
            `There are masks of ${masks.views.length} views for a capture of ${capture.views.length}; each view needs its entry, be it empty.`,
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
                `${masks.views.filter((view) => view.masks.length > 0).length} have masks); a feature field cannot be trained on surfaces.`,
        );
    }
    const cube = UnitCube.FromPositions(Concatenate(chosen.map((v) => surfaces[v].positions)));
    const counts = chosen.map((v) => Math.min(surfaces[v].pixels.length, maxPixelsPerView));
    const pixelCount = counts.reduce((sum, count) => sum + count, 0);
    const maskCount = chosen.reduce((sum, v) => sum + masks.views[v].masks.length, 0);

    const table = new Uint32Array(chosen.length * VIEW_WORDS);
    const positions = new Float32Array(3 * pixelCount);
    const places = new Uint32Array(pixelCount);
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
        // Never 0: a mask that is hardly trusted is drawn rarely, and a view of only such masks is still one to learn from.
        weights.set(
            viewMasks.map((one) => Math.max(1, Math.round(MAX_MASK_WEIGHT * MaskConfidence(one)))),
            mask,
        );
        for (let j = 0; j < counts[i]; j++) {
            const from = Math.floor((j * surface.pixels.length) / counts[i]);
            const p = surface.pixels[from];
            positions.set(surface.positions.subarray(3 * from, 3 * from + 3), 3 * (pixel + j));
            const row = Math.floor(p / camera.width);
            places[pixel + j] = (row << 16) | (p - row * camera.width);
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
        places,
        cells,
        cellMasks: allWords,
        parents,
        weights,
        imageSize,
    };
}

function Concatenate(arrays: readonly Float32Array[]): Float32Array {
    const all = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
    let at = 0;
    for (const array of arrays) {
        all.set(array, at);
        at += array.length;
    }
    return all;
}
