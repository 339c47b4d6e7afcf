import { UltrametricError } from "../base/ultrametricError";
import type { Mask } from "./maskSet";

/**
 * The partition of a view's pixels by its overlapping masks. A *cell* is the set of pixels that are held by exactly the
 * same masks. Areas and intersections of masks are sums over some hundreds of cells, instead of sums over the pixels
 * for each pair of masks. Cell 0 holds the pixels outside all masks and always exists, even if it is empty; the others
 * are numbered by their first pixel, row-major.
 */
export class MaskArrangement {
    /** Use {@link CreateMaskArrangement}. */
    public constructor(
        /** Image width in pixels. */
        public readonly width: number,
        /** Image height in pixels. */
        public readonly height: number,
        /** Number of masks that the cells were made from. */
        public readonly maskCount: number,
        /** [height, width] cell of each pixel; 16 bits if they suffice. */
        public readonly cellOfPixel: Uint16Array | Uint32Array,
        /** [cells + 1] the masks of cell c are `cellMasks[cellStart[c]] .. cellMasks[cellStart[c + 1] - 1]`. */
        public readonly cellStart: Uint32Array,
        /** Indices of the masks that hold each cell, ascending within a cell. */
        public readonly cellMasks: Uint32Array,
        /** [cells] number of pixels of each cell. */
        public readonly cellPixels: Uint32Array,
    ) {}

    /** Number of cells, including cell 0. */
    public get cellCount(): number {
        return this.cellPixels.length;
    }

    /**
     * Counts the pixels of each cell -> [cells].
     *
     * @param weights [height, width] only pixels with a weight > 0 count, for instance of a depth map; null counts all
     * @throws UltrametricError "input" if `weights` has another size
     */
    public countPixels(weights: ArrayLike<number> | null): Uint32Array {
        if (weights === null) {
            return this.cellPixels;
        }
        const { cellOfPixel } = this;
        if (weights.length !== cellOfPixel.length) {
            throw new UltrametricError(
                "input",
                `There are ${weights.length} pixel weights for masks of ${this.width} x ${this.height} = ` +
                    `${cellOfPixel.length} pixels.`,
            );
        }
        const counts = new Uint32Array(this.cellCount);
        for (let p = 0; p < cellOfPixel.length; p++) {
            if (weights[p] > 0) {
                counts[cellOfPixel[p]]++;
            }
        }
        return counts;
    }

    /**
     * Counts the pixels that each two masks share -> [masks, masks], symmetric; the diagonal holds the areas.
     *
     * @param cellCounts [cells] from {@link MaskArrangement.countPixels}; by default all pixels count
     */
    public intersections(cellCounts: Uint32Array = this.cellPixels): Uint32Array {
        const { maskCount, cellStart, cellMasks } = this;
        const shared = new Uint32Array(maskCount * maskCount);
        for (let cell = 1; cell < cellCounts.length; cell++) {
            const count = cellCounts[cell];
            if (count === 0) {
                continue;
            }
            const end = cellStart[cell + 1];
            for (let i = cellStart[cell]; i < end; i++) {
                const row = cellMasks[i] * maskCount;
                for (let j = cellStart[cell]; j < end; j++) {
                    shared[row + cellMasks[j]] += count;
                }
            }
        }
        return shared;
    }
}

/**
 * Partitions the pixels of a view into the cells of its masks, by refinement: each mask splits every cell that it
 * intersects into the pixels inside and outside. The time is linear in the masks' total area.
 *
 * @throws UltrametricError "input" if a mask has another size
 */
export function CreateMaskArrangement(
    masks: readonly Pick<Mask, "region">[],
    width: number,
    height: number,
): MaskArrangement {
    // `labels` is column-major like the run lengths: pixel (x, y) is at x * height + y.
    const labels = new Uint32Array(width * height);
    const labelPixels: number[] = [width * height];
    // The masks of a label are a linked list, last mask first; labels that were split from one label share its list.
    const labelChain: number[] = [-1];
    const chainMask: number[] = [];
    const chainPrevious: number[] = [];
    const splitBy: number[] = [-1];
    const splitInto: number[] = [0];
    const free: number[] = [];
    const touched: number[] = [];

    for (let m = 0; m < masks.length; m++) {
        const region = masks[m].region;
        if (region.width !== width || region.height !== height) {
            throw new UltrametricError(
                "input",
                `Mask ${m} has ${region.width} x ${region.height} pixels, but its view has ${width} x ${height}; ` +
                    "scale the mask to its view.",
            );
        }
        const { counts } = region;
        touched.length = 0;
        let end = 0;
        for (let i = 0; i < counts.length; i++) {
            let p = end;
            end += counts[i];
            if ((i & 1) === 0) {
                continue;
            }
            while (p < end) {
                const label = labels[p];
                if (splitBy[label] !== m) {
                    const newLabel = free.pop() ?? labelPixels.length;
                    labelPixels[newLabel] = 0;
                    splitBy[newLabel] = -1;
                    splitInto[newLabel] = 0;
                    labelChain[newLabel] = chainMask.length;
                    chainMask.push(m);
                    chainPrevious.push(labelChain[label]);
                    splitBy[label] = m;
                    splitInto[label] = newLabel;
                    touched.push(label);
                }
                const inside = splitInto[label];
                const first = p;
                do {
                    labels[p++] = inside;
                } while (p < end && labels[p] === label);
                labelPixels[label] -= p - first;
                labelPixels[inside] += p - first;
            }
        }
        for (const label of touched) {
            if (label !== 0 && labelPixels[label] === 0) {
                free.push(label);
            }
        }
    }

    const cellOfLabel = new Int32Array(labelPixels.length).fill(-1);
    cellOfLabel[0] = 0;
    const labelOfCell = [0];
    const cells = new Uint32Array(width * height);
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0, q = y; x < width; x++, p++, q += height) {
            const label = labels[q];
            let cell = cellOfLabel[label];
            if (cell < 0) {
                cell = labelOfCell.length;
                cellOfLabel[label] = cell;
                labelOfCell.push(label);
            }
            cells[p] = cell;
        }
    }

    const cellCount = labelOfCell.length;
    const cellStart = new Uint32Array(cellCount + 1);
    for (let cell = 0; cell < cellCount; cell++) {
        let length = 0;
        for (let node = labelChain[labelOfCell[cell]]; node >= 0; node = chainPrevious[node]) {
            length++;
        }
        cellStart[cell + 1] = cellStart[cell] + length;
    }
    const cellMasks = new Uint32Array(cellStart[cellCount]);
    const cellPixels = new Uint32Array(cellCount);
    for (let cell = 0; cell < cellCount; cell++) {
        const label = labelOfCell[cell];
        cellPixels[cell] = labelPixels[label];
        let next = cellStart[cell + 1];
        for (let node = labelChain[label]; node >= 0; node = chainPrevious[node]) {
            cellMasks[--next] = chainMask[node];
        }
    }
    const cellOfPixel = cellCount <= 65536 ? new Uint16Array(cells) : cells;
    return new MaskArrangement(width, height, masks.length, cellOfPixel, cellStart, cellMasks, cellPixels);
}
