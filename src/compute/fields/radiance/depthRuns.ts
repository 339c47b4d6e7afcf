import { CreateMaskArrangement } from "../../masks/maskArrangement";
import type { ViewMasks } from "../../masks/maskSet";
import { CreateMaskTree } from "../../masks/maskTree";
import type { PinholeCamera } from "../../views/pinholeCamera";

/** Pixels per run. */
export const RUN_PIXELS = 4;
/** Words per mask in {@link DepthRuns.masks}. */
export const RUN_MASK_WORDS = 3;
/** Bit of a run that is along a column; other runs are along a row. */
export const RUN_IS_COLUMN = 0x80000000;

/** Maximum number of runs per mask, evenly spread. */
const MAX_RUNS = 1024;
/** Maximum number of masks for randomBelow on the GPU. */
const MAX_MASKS = 65535;

/** Runs of pixels with continuous depth: four in a row or column inside one finest mask of a view. Plain data. */
export interface DepthRuns {
    /** [masks, 3] view, first run, number of runs; masks without runs are omitted. */
    readonly masks: Uint32Array<ArrayBuffer>;
    /** [runs] row << 16 | column of the first pixel; the highest bit is set if the run is along a column. */
    readonly runs: Uint32Array<ArrayBuffer>;
}

/** The input of {@link CreateDepthRuns} for one view. */
export interface DepthRunsView {
    /** Size of the training image. */
    readonly camera: Pick<PinholeCamera, "width" | "height">;
    readonly masks: ViewMasks;
    /** Size of the masks. */
    readonly maskWidth: number;
    readonly maskHeight: number;
}

/**
 * Finds the runs of the finest masks of views: the leaves of the mask trees, and in every pixel the smallest mask that
 * holds it, if that is a leaf (He et al. 2024, equation 5).
 */
export function CreateDepthRuns(views: readonly DepthRunsView[]): DepthRuns {
    const masks: number[][] = [];
    const chosen: number[] = [];
    views.forEach((view, v) => {
        for (const runs of findRuns(view)) {
            const count = Math.min(runs.length, MAX_RUNS);
            if (count > 0) {
                masks.push([v, chosen.length, count]);
                for (let i = 0; i < count; i++) {
                    chosen.push(runs[Math.floor((i * runs.length) / count)]);
                }
            }
        }
    });
    const kept = Math.min(masks.length, MAX_MASKS);
    const spread = Array.from({ length: kept }, (_, i) => masks[Math.floor((i * masks.length) / kept)]);
    return { masks: Uint32Array.from(spread.flat()), runs: Uint32Array.from(chosen) };
}

/** Returns the runs of every mask of a view; a mask that is not a leaf has none. */
function findRuns({ camera, masks, maskWidth, maskHeight }: DepthRunsView): number[][] {
    const { width, height } = camera;
    const count = masks.masks.length;
    const runs = Array.from({ length: count }, (): number[] => []);
    if (count === 0) {
        return runs;
    }
    const arrangement = CreateMaskArrangement(masks.masks, maskWidth, maskHeight);
    const { parents, areas } = CreateMaskTree(arrangement, null);
    const isParent = new Uint8Array(count);
    for (const parent of parents) {
        if (parent >= 0) {
            isParent[parent] = 1;
        }
    }
    const finestOfCell = new Int32Array(arrangement.cellCount).fill(-1);
    for (let cell = 0; cell < arrangement.cellCount; cell++) {
        for (let k = arrangement.cellStart[cell]; k < arrangement.cellStart[cell + 1]; k++) {
            const mask = arrangement.cellMasks[k];
            const finest = finestOfCell[cell];
            if (finest < 0 || areas[mask] < areas[finest]) {
                finestOfCell[cell] = mask;
            }
        }
        if (finestOfCell[cell] >= 0 && isParent[finestOfCell[cell]] === 1) {
            finestOfCell[cell] = -1;
        }
    }
    // The image may be smaller than the masks.
    const finest = new Int32Array(width * height);
    for (let row = 0; row < height; row++) {
        const maskRow = Math.floor(((row + 0.5) * maskHeight) / height);
        for (let column = 0; column < width; column++) {
            const maskColumn = Math.floor(((column + 0.5) * maskWidth) / width);
            finest[row * width + column] = finestOfCell[arrangement.cellOfPixel[maskRow * maskWidth + maskColumn]];
        }
    }
    for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
            const first = row * width + column;
            const mask = finest[first];
            if (mask < 0) {
                continue;
            }
            const staysInMask = (stride: number): boolean =>
                finest[first + stride] === mask &&
                finest[first + 2 * stride] === mask &&
                finest[first + 3 * stride] === mask;
            const pixel = (row << 16) | column;
            if (column + RUN_PIXELS <= width && staysInMask(1)) {
                runs[mask].push(pixel);
            }
            if (row + RUN_PIXELS <= height && staysInMask(width)) {
                runs[mask].push((pixel | RUN_IS_COLUMN) >>> 0);
            }
        }
    }
    return runs;
}
