/** For every pixel of a line, three neighbouring samples of low resolution with their weights. */
interface LineTaps {
    readonly first: Int32Array;
    /** [pixels, 3]. */
    readonly weights: Float32Array;
}

/** What {@link MaskUpsampler.threshold} found of a mask. */
export interface ThresholdedMask {
    /** Pixels inside. */
    readonly area: number;
    /** Pixels above offset, over pixels above -offset; 0 where there are none. */
    readonly stability: number;
    /** [left, top, width, height]; all 0 without a pixel. */
    readonly box: readonly [number, number, number, number];
}

/**
 * Brings masks from the decoder's low resolution to a picture's: as segment-anything does, bilinear to the encoder's input, cut
 * to the part that the picture fills, bilinear to the picture. Both steps are one sparse sum here, of three samples a direction.
 */
export class MaskUpsampler {
    private readonly _columns: LineTaps;
    private readonly _rows: LineTaps;
    /** [lowHeight, width]: rows that are wide already. */
    private readonly _wide: Float32Array;
    private readonly _highest: Float32Array;

    /**
     * @param lowWidth, lowHeight size of the decoder's masks
     * @param inputSize side of the encoder's input
     * @param filledWidth, filledHeight the part of the input that the picture fills
     * @param width, height the picture's size
     */
    public constructor(
        public readonly lowWidth: number,
        public readonly lowHeight: number,
        inputSize: number,
        filledWidth: number,
        filledHeight: number,
        public readonly width: number,
        public readonly height: number,
    ) {
        this._columns = createTaps(lowWidth, inputSize, filledWidth, width);
        this._rows = createTaps(lowHeight, inputSize, filledHeight, height);
        this._wide = new Float32Array(lowHeight * width);
        this._highest = new Float32Array(lowHeight);
    }

    /**
     * Draws the mask where its logits exceed 0, and measures its stability: IoU of the masks at logit `offset` and `-offset`.
     * @param logits holds [lowHeight, lowWidth] from `at` on
     * @param offset above 0
     * @param bitmap [height, width], 1 inside and 0 outside afterwards
     */
    public threshold(logits: Float32Array, at: number, offset: number, bitmap: Uint8Array): ThresholdedMask {
        const { width, height, _rows: rows, _wide: wide, _highest: highest } = this;
        this._widen(logits, at);
        let area = 0;
        let above = 0;
        let below = 0;
        let left = width;
        let right = -1;
        let top = height;
        let bottom = -1;
        for (let y = 0; y < height; y++) {
            const row = rows.first[y];
            const to = y * width;
            // Weighted means exceed none of their terms.
            if (Math.max(highest[row], highest[row + 1], highest[row + 2]) <= -offset) {
                bitmap.fill(0, to, to + width);
                continue;
            }
            const a = rows.weights[3 * y];
            const b = rows.weights[3 * y + 1];
            const c = rows.weights[3 * y + 2];
            const p = row * width;
            const q = p + width;
            const r = q + width;
            let first = width;
            let last = -1;
            for (let x = 0; x < width; x++) {
                const logit = a * wide[p + x] + b * wide[q + x] + c * wide[r + x];
                if (logit > 0) {
                    bitmap[to + x] = 1;
                    area++;
                    last = x;
                    if (first === width) {
                        first = x;
                    }
                } else {
                    bitmap[to + x] = 0;
                }
                if (logit > -offset) {
                    below++;
                    if (logit > offset) {
                        above++;
                    }
                }
            }
            if (last >= 0) {
                left = Math.min(left, first);
                right = Math.max(right, last);
                top = Math.min(top, y);
                bottom = y;
            }
        }
        return {
            area,
            stability: below === 0 ? 0 : above / below,
            box: right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1],
        };
    }

    private _widen(logits: Float32Array, at: number): void {
        const { width, lowWidth, lowHeight, _columns: columns, _wide: wide, _highest: highest } = this;
        const { first, weights } = columns;
        for (let row = 0; row < lowHeight; row++) {
            const from = at + row * lowWidth;
            const to = row * width;
            let high = Number.NEGATIVE_INFINITY;
            for (let x = 0; x < width; x++) {
                const p = from + first[x];
                const value =
                    weights[3 * x] * logits[p] +
                    weights[3 * x + 1] * logits[p + 1] +
                    weights[3 * x + 2] * logits[p + 2];
                wide[to + x] = value;
                high = Math.max(value, high);
            }
            highest[row] = high;
        }
    }
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

/** Bilinear, with pixel centres at halves: two samples of `from` for pixel i of `to`, and the share of the second. */
function interpolate(i: number, to: number, from: number): [number, number, number] {
    const at = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const k = Math.min(Math.floor(at), from - 1);
    return [k, Math.min(k + 1, from - 1), at - k];
}
