import { RunLengthMask } from "../../compute/masks/runLengthMask";
import type { PixelBox } from "./resizeImage";

/** For every pixel of a line, three neighboring samples of low resolution with their weights. */
interface LineTaps {
    readonly first: Int32Array;
    /** [pixels, 3]. */
    readonly weights: Float32Array;
}

/** What a block of samples says of the pixels between them: all up to -offset, all above offset, or nothing. */
const BELOW = 0;
const ABOVE = 1;
const MIXED = 2;

/** What {@link MaskUpsampler.threshold} found of a mask. */
export interface ThresholdedMask {
    /** Pixels inside, in the whole picture. */
    readonly region: RunLengthMask;
    /** Pixels above offset, over pixels above -offset; 0 where there are none. */
    readonly stability: number;
}

/**
 * Brings masks from the decoder's low resolution to a picture's: as segment-anything does, bilinear to the encoder's input, cut
 * to the part that the picture fills, bilinear to the picture. Both steps are one sparse sum here, of three samples a direction.
 * Goes down the columns, as run lengths do, and computes pixels only where their nine samples do not agree: along a mask's border.
 */
export class MaskUpsampler {
    private readonly _columns: LineTaps;
    private readonly _rows: LineTaps;
    /** First pixels of the runs of rows that use the same samples, and the end. */
    private readonly _groups: Int32Array;
    /** [lowWidth, lowHeight]: what the 3 x 3 samples from here on say of the pixels between them. */
    private readonly _blocks: Uint8Array;
    /** [lowWidth, 4]: lowest of three samples of the two lines before, then highest. */
    private readonly _lines: Float32Array;
    /** [groups, 2]: down a column, what blocks say and the pixel where that ends; each mixed one by itself. */
    private readonly _runs: Int32Array;

    /**
     * @param lowWidth, lowHeight size of the decoder's masks
     * @param inputSize side of the encoder's input
     * @param filledWidth, filledHeight the part of the input that the picture fills
     * @param part of the picture that the encoder saw
     * @param width, height the picture's size
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
        this._columns = createTaps(lowWidth, inputSize, filledWidth, _part[2]);
        this._rows = createTaps(lowHeight, inputSize, filledHeight, _part[3]);
        const { first } = this._rows;
        const starts = Array.from(first.keys()).filter((y) => y === 0 || first[y] !== first[y - 1]);
        this._groups = Int32Array.from([...starts, first.length]);
        this._blocks = new Uint8Array(lowWidth * lowHeight);
        this._lines = new Float32Array(4 * lowWidth);
        this._runs = new Int32Array(2 * starts.length);
    }

    /**
     * The mask where its logits exceed 0, and its stability: IoU of the masks at logit `offset` and `-offset`.
     * @param logits holds [lowHeight, lowWidth] from `at` on
     * @param offset above 0
     */
    public threshold(logits: Float32Array, at: number, offset: number): ThresholdedMask {
        const { lowWidth, width, height, _part: part, _columns: columns, _rows: rows, _runs: runs } = this;
        const counts: number[] = [];
        let end = 0; // of the last run inside
        let above = 0;
        let below = 0;
        const box = this._boxAbove(logits, at, -offset);
        if (box !== null) {
            this._classify(logits, at, box, offset);
            const [left, right] = reach(columns.first, box.left, box.right);
            let runCount = 0;
            for (let x = left; x < right; x++) {
                const column = columns.first[x];
                if (x === left || column !== columns.first[x - 1]) {
                    runCount = this._gatherRuns(column, box);
                }
                const a = columns.weights[3 * x];
                const b = columns.weights[3 * x + 1];
                const c = columns.weights[3 * x + 2];
                const place = (part[0] + x) * height + part[1];
                let start = -1; // of the run that is open
                let from = 0;
                for (let run = 0; run < runCount; run++) {
                    const to = runs[2 * run + 1];
                    if (runs[2 * run] === BELOW) {
                        if (start >= 0) {
                            end = addRun(counts, end, start, place + from);
                            start = -1;
                        }
                        from = to;
                        continue;
                    }
                    if (runs[2 * run] === ABOVE) {
                        if (start < 0) {
                            start = place + from;
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
                                start = place + y;
                            }
                        } else if (start >= 0) {
                            end = addRun(counts, end, start, place + y);
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
                    end = addRun(counts, end, start, place + part[3]);
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

    /** First and last sample above a limit, both ways; null without any. */
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

    /** Says of the blocks of 3 x 3 samples that touch a box what lies between them: weighted means exceed none of their terms. */
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

    /** Joins what the blocks of a column say: see `_runs`. @returns the number of runs */
    private _gatherRuns(column: number, { top, bottom }: SampleBox): number {
        const { lowHeight, _rows: rows, _groups: groups, _blocks: blocks, _runs: runs } = this;
        let count = 0;
        for (let group = 0; group + 1 < groups.length; group++) {
            const row = rows.first[groups[group]];
            const says = row + 2 < top || row > bottom ? BELOW : blocks[column * lowHeight + row];
            if (says === MIXED || count === 0 || runs[2 * count - 2] !== says) {
                runs[2 * count] = says;
                count++;
            }
            runs[2 * count - 1] = groups[group + 1];
        }
        return count;
    }
}

/** First and last columns and rows of samples. */
interface SampleBox {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
}

/** From the first to behind the last pixel of a line that uses one of the samples from `low` to `high`. */
function reach(first: Int32Array, low: number, high: number): [number, number] {
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

/** Adds a run inside, at `start` and up to `stop`, to run lengths that reach to `end`. @returns the new end */
function addRun(counts: number[], end: number, start: number, stop: number): number {
    if (start === end && counts.length > 0) {
        counts[counts.length - 1] += stop - start; // goes on at the top of the next column
    } else {
        counts.push(start - end, stop - start);
    }
    return stop;
}

function createTaps(low: number, inputSize: number, filled: number, size: number): LineTaps {
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

/** Bilinear, with pixel centers at halves: two samples of `from` for pixel i of `to`, and the share of the second. */
function interpolate(i: number, to: number, from: number): [number, number, number] {
    const at = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const k = Math.min(Math.floor(at), from - 1);
    return [k, Math.min(k + 1, from - 1), at - k];
}
