import { RunLengthMask } from "../../compute/masks/runLengthMask";
import type { PixelBox } from "./resizeImage";

/** The weights of three neighboring low-resolution samples for every pixel of a line. */
interface LineFilter {
    /** [pixels] The first of the three samples. */
    readonly first: Int32Array;
    /** [pixels, 3] */
    readonly weights: Float32Array;
}

/** Classes of the pixels between a block of samples: all at most -offset, all above offset, or mixed. */
const BELOW = 0;
const ABOVE = 1;
const MIXED = 2;

/** Result of {@link MaskUpsampler.threshold}. */
export interface ThresholdedMask {
    /** The mask in the whole image. */
    readonly region: RunLengthMask;
    /** The number of pixels above offset divided by that above -offset; 0 where there are none. */
    readonly stability: number;
}

/**
 * Upsamples masks from the decoder's low resolution to that of the image as segment-anything does: bilinearly to the
 * encoder's input, cropped to the part that the image fills, bilinearly to the image. Both steps are combined into one
 * filter of three samples per axis. Pixels are visited column by column, as in run-length encoding, and computed only
 * where their nine samples differ in class, which is along the border of the mask.
 */
export class MaskUpsampler {
    private readonly _columns: LineFilter;
    private readonly _rows: LineFilter;
    /** [groups + 1] The first pixel of each group of rows that use the same samples, and the end. */
    private readonly _groups: Int32Array;
    /** [lowWidth, lowHeight] The class of the pixels between the 3 x 3 samples that start here. */
    private readonly _blocks: Uint8Array;
    /** [lowWidth, 4] The minima of three samples in the two previous rows, then the maxima. */
    private readonly _lines: Float32Array;
    /** [groups, 2] The class and the end pixel of each run down a column; mixed groups are runs of their own. */
    private readonly _runs: Int32Array;

    /**
     * @param lowWidth width of the decoder's masks
     * @param lowHeight height of the decoder's masks
     * @param inputSize side of the encoder's input
     * @param filledWidth width of the part of the input that the image fills
     * @param filledHeight height of that part
     * @param _part the part of the image that was encoded
     * @param width width of the image
     * @param height height of the image
     */
    public constructor(
        public readonly lowWidth: number,
        public readonly lowHeight: number,
        inputSize: number,
        filledWidth: number,
        filledHeight: number,
        private readonly _part: PixelBox,
        public readonly width: number,
        public readonly height: number,
    ) {
        this._columns = createFilter(lowWidth, inputSize, filledWidth, _part[2]);
        this._rows = createFilter(lowHeight, inputSize, filledHeight, _part[3]);
        const { first } = this._rows;
        const starts = Array.from(first.keys()).filter((y) => y === 0 || first[y] !== first[y - 1]);
        this._groups = Int32Array.from([...starts, first.length]);
        this._blocks = new Uint8Array(lowWidth * lowHeight);
        this._lines = new Float32Array(4 * lowWidth);
        this._runs = new Int32Array(2 * starts.length);
    }

    /**
     * Returns the mask of the logits above 0, and its stability: the IoU of the masks at logit `offset` and `-offset`.
     * @param logits contains the mask [lowHeight, lowWidth] from `at` on
     * @param offset positive
     */
    public threshold(logits: Float32Array, at: number, offset: number): ThresholdedMask {
        const { lowWidth, width, height, _part: part, _columns: columns, _rows: rows, _runs: runs } = this;
        const counts: number[] = [];
        let end = 0; // of the last run of the mask
        let above = 0;
        let below = 0;
        const box = this._boxAbove(logits, at, -offset);
        if (box !== null) {
            this._classify(logits, at, box, offset);
            const [left, right] = pixelRange(columns.first, box.left, box.right);
            let runCount = 0;
            for (let x = left; x < right; x++) {
                const column = columns.first[x];
                if (x === left || column !== columns.first[x - 1]) {
                    runCount = this._gatherRuns(column, box);
                }
                const a = columns.weights[3 * x];
                const b = columns.weights[3 * x + 1];
                const c = columns.weights[3 * x + 2];
                const columnStart = (part[0] + x) * height + part[1];
                let start = -1; // of the current run of the mask
                let from = 0;
                for (let run = 0; run < runCount; run++) {
                    const to = runs[2 * run + 1];
                    if (runs[2 * run] === BELOW) {
                        if (start >= 0) {
                            end = addRun(counts, end, start, columnStart + from);
                            start = -1;
                        }
                        from = to;
                        continue;
                    }
                    if (runs[2 * run] === ABOVE) {
                        if (start < 0) {
                            start = columnStart + from;
                        }
                        below += to - from;
                        above += to - from;
                        from = to;
                        continue;
                    }
                    const i = at + rows.first[from] * lowWidth + column;
                    const j = i + lowWidth;
                    const k = j + lowWidth;
                    const p = a * logits[i] + b * logits[i + 1] + c * logits[i + 2];
                    const q = a * logits[j] + b * logits[j + 1] + c * logits[j + 2];
                    const r = a * logits[k] + b * logits[k + 1] + c * logits[k + 2];
                    for (let y = from; y < to; y++) {
                        const logit =
                            rows.weights[3 * y] * p + rows.weights[3 * y + 1] * q + rows.weights[3 * y + 2] * r;
                        if (logit > 0) {
                            if (start < 0) {
                                start = columnStart + y;
                            }
                        } else if (start >= 0) {
                            end = addRun(counts, end, start, columnStart + y);
                            start = -1;
                        }
                        if (logit > -offset) {
                            below++;
                            if (logit > offset) {
                                above++;
                            }
                        }
                    }
                    from = to;
                }
                if (start >= 0) {
                    end = addRun(counts, end, start, columnStart + part[3]);
                }
            }
        }
        if (end < width * height) {
            counts.push(width * height - end);
        }
        return {
            region: RunLengthMask.FromCounts(counts, width, height),
            stability: below === 0 ? 0 : above / below,
        };
    }

    /** Returns the bounds of the samples above a limit; null without such samples. */
    private _boxAbove(logits: Float32Array, at: number, limit: number): SampleBox | null {
        const { lowWidth, lowHeight } = this;
        let left = lowWidth;
        let right = -1;
        let top = -1;
        let bottom = -1;
        for (let row = 0; row < lowHeight; row++) {
            const from = at + row * lowWidth;
            let first = 0;
            while (first < lowWidth && !(logits[from + first] > limit)) {
                first++;
            }
            if (first === lowWidth) {
                continue;
            }
            let last = lowWidth - 1;
            while (!(logits[from + last] > limit)) {
                last--;
            }
            left = Math.min(left, first);
            right = Math.max(right, last);
            top = top < 0 ? row : top;
            bottom = row;
        }
        return right < 0 ? null : { left, right, top, bottom };
    }

    /**
     * Classifies the blocks of 3 x 3 samples that touch a box: a weighted mean lies between its smallest and largest
     * term.
     */
    private _classify(logits: Float32Array, at: number, { left, right, top, bottom }: SampleBox, offset: number): void {
        const { lowWidth, lowHeight, _blocks: blocks, _lines: lines } = this;
        const firstRow = Math.max(0, top - 2);
        const lastRow = Math.min(bottom, lowHeight - 3);
        const lastColumn = Math.min(right, lowWidth - 3);
        for (let row = firstRow; row <= lastRow + 2; row++) {
            const isWhole = row >= firstRow + 2;
            for (let column = Math.max(0, left - 2); column <= lastColumn; column++) {
                const p = at + row * lowWidth + column;
                const low = Math.min(logits[p], Math.min(logits[p + 1], logits[p + 2]));
                const high = Math.max(logits[p], Math.max(logits[p + 1], logits[p + 2]));
                const line = 4 * column;
                if (isWhole) {
                    const lowest = Math.min(low, Math.min(lines[line], lines[line + 1]));
                    const highest = Math.max(high, Math.max(lines[line + 2], lines[line + 3]));
                    blocks[column * lowHeight + row - 2] = highest <= -offset ? BELOW : lowest > offset ? ABOVE : MIXED;
                }
                lines[line] = lines[line + 1];
                lines[line + 1] = low;
                lines[line + 2] = lines[line + 3];
                lines[line + 3] = high;
            }
        }
    }

    /** Merges the classes of a column into runs, see `_runs`. @returns the number of runs */
    private _gatherRuns(column: number, { top, bottom }: SampleBox): number {
        const { lowHeight, _rows: rows, _groups: groups, _blocks: blocks, _runs: runs } = this;
        let count = 0;
        for (let group = 0; group + 1 < groups.length; group++) {
            const row = rows.first[groups[group]];
            const kind = row + 2 < top || row > bottom ? BELOW : blocks[column * lowHeight + row];
            if (kind === MIXED || count === 0 || runs[2 * count - 2] !== kind) {
                runs[2 * count] = kind;
                count++;
            }
            runs[2 * count - 1] = groups[group + 1];
        }
        return count;
    }
}

/** The first and last columns and rows of samples, all included. */
interface SampleBox {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
}

/** Returns the range of pixels, end excluded, that use one of the samples from `low` to `high`. */
function pixelRange(first: Int32Array, low: number, high: number): [number, number] {
    let from = 0;
    while (from < first.length && first[from] + 2 < low) {
        from++;
    }
    let to = first.length;
    while (to > from && first[to - 1] > high) {
        to--;
    }
    return [from, to];
}

/** Appends the run of the mask from `start` to `stop` to run lengths that end at `end`. @returns the new end */
function addRun(counts: number[], end: number, start: number, stop: number): number {
    if (start === end && counts.length > 0) {
        counts[counts.length - 1] += stop - start; // continues at the top of the next column
    } else {
        counts.push(start - end, stop - start);
    }
    return stop;
}

function createFilter(low: number, inputSize: number, filled: number, size: number): LineFilter {
    const first = new Int32Array(size);
    const weights = new Float32Array(3 * size);
    for (let i = 0; i < size; i++) {
        const [k, next, share] = interpolate(i, size, filled);
        const outer: [number, number][] = [
            [k, 1 - share],
            [next, share],
        ];
        const start = Math.min(interpolate(k, inputSize, low)[0], low - 3);
        for (const [at, weight] of outer) {
            const [l, nextLow, part] = interpolate(at, inputSize, low);
            weights[3 * i + l - start] += weight * (1 - part);
            weights[3 * i + nextLow - start] += weight * part;
        }
        first[i] = start;
    }
    return { first, weights };
}

/**
 * Returns the two samples of pixel i in bilinear interpolation, and the weight of the second. Pixel centers are at
 * halves.
 */
function interpolate(i: number, to: number, from: number): [number, number, number] {
    const at = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const k = Math.min(Math.floor(at), from - 1);
    return [k, Math.min(k + 1, from - 1), at - k];
}
