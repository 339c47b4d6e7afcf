import { UltrametricError } from "../base/ultrametricError";
import type { Mask } from "./maskSet";

/**
 * The pixels of a view parted by its masks: a *cell* is the set of all pixels that are held by exactly the same masks.
 * Everything that one asks of overlapping masks (areas, intersections, which masks hold a pixel) is a sum over cells, of which there are
 * some hundreds, instead of a sum over pixels for every pair of masks.
 * Cell 0 is the pixels that no mask holds and always exists, be it empty; the others are numbered by their first pixel, row-major.
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
        /** [height, width] row-major: the cell of every pixel; 16 bits where they suffice. */
        public readonly cellOfPixel: Uint16Array | Uint32Array,
        /** `[cells + 1]`: the masks of cell c are `cellMasks[cellStart[c]..cellStart[c + 1]]`. */
        public readonly cellStart: Uint32Array,
        /** Indices of the masks that hold a cell, ascending within a cell. */
        public readonly cellMasks: Uint32Array,
        /** `[cells]`: number of pixels of every cell. */
        public readonly cellPixels: Uint32Array,
    ) {}

    /** Number of cells, cell 0 included. */
    public get cellCount(): number {
        return this.cellPixels.length;
    }

    /**
     * `[cells]`: number of pixels of every cell that count.
     * @param weights [height, width] row-major, a pixel counts where it is > 0 (a depth image serves); null counts all
     */
    public countPixels(weights: ArrayLike<number> | null): Uint32Array {
        if (weights === null) {
            return this.cellPixels;
        }
        const { cellOfPixel } = this;
        if (weights.length !== cellOfPixel.length) {
            throw new UltrametricError(
                "input",
                `${weights.length} pixel weights were given for masks of ${this.width} x ${this.height} = ${cellOfPixel.length} pixels.`,
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
     * [masks, masks] row-major, symmetric: number of pixels that two masks share; the diagonal holds the areas.
     * @param cellCounts [cells] pixels of every cell that count, from {@link MaskArrangement.countPixels}; all pixels where left out
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
 * Parts the pixels of a view into the cells of its masks, by refinement: each mask splits every cell that it touches into the pixels inside
 * and outside. Time is linear in the masks' total area.
 * @throws UltrametricError ("input") when a mask has another size
 */
export function CreateMaskArrangement(
    masks: readonly Pick<Mask, "region">[],
    width: number,
    height: number,
): MaskArrangement {
    // All of this works on columns, as the run lengths do; `labels` has pixel (x, y) at x * height + y.
    const labels = new Uint32Array(width * height);
    const labelPixels: number[] = [width * height];
    // The masks of a label are a linked list from the last mask backwards, which labels share where they have a common past.
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
                `Mask ${m} has ${region.width} x ${region.height} pixels, its view ${width} x ${height}; scale the mask to its view.`,
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
                    const fresh = free.pop() ?? labelPixels.length;
                    labelPixels[fresh] = 0;
                    splitBy[fresh] = -1;
                    splitInto[fresh] = 0;
                    labelChain[fresh] = chainMask.length;
                    chainMask.push(m);
                    chainPrevious.push(labelChain[label]);
                    splitBy[label] = m;
                    splitInto[label] = fresh;
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
        let at = cellStart[cell + 1];
        for (let node = labelChain[label]; node >= 0; node = chainPrevious[node]) {
            cellMasks[--at] = chainMask[node];
        }
    }
    const cellOfPixel = cellCount <= 65536 ? Uint16Array.from(cells) : cells;
    return new MaskArrangement(width, height, masks.length, cellOfPixel, cellStart, cellMasks, cellPixels);
}
