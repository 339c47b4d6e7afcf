import { DescribeValue } from "../base/jsonNode";
import { UltrametricError } from "../base/ultrametricError";

/** The largest number of pixels of a mask: 16384 x 16384. */
const MAX_PIXELS = 2 ** 28;
/** Largest number of 5-bit groups in a compressed count: 7 groups hold 35 bits, more than any image needs. */
const MAX_GROUPS = 7;

/**
 * The pixels of a mask as run lengths, in the convention of the COCO API (Lin et al. 2014): *column-major* (down the
 * first column, then the second), background and mask alternate, and the first run is background; it is 0 if the top
 * left pixel belongs to the mask. Immutable.
 */
export class RunLengthMask {
    /** Number of pixels in the mask. */
    public readonly area: number;

    private constructor(
        /** Image width in pixels. */
        public readonly width: number,
        /** Image height in pixels. */
        public readonly height: number,
        /** Run lengths in pixels, whose sum is width * height. Must not be changed. */
        public readonly counts: Uint32Array,
    ) {
        let area = 0;
        for (let i = 1; i < counts.length; i += 2) {
            area += counts[i];
        }
        this.area = area;
    }

    /**
     * Creates a mask from uncompressed run lengths, which are copied.
     *
     * @throws UltrametricError "input" if a count is not an integer >= 0, or the counts do not add up to the image's
     * size
     */
    public static FromCounts(counts: ArrayLike<number>, width: number, height: number): RunLengthMask {
        checkSize(width, height);
        if (counts.length > 2 * (width * height + 1)) {
            throw new UltrametricError(
                "input",
                `A run-length mask has ${counts.length} runs, more than its ${width} x ${height} pixels can have.`,
            );
        }
        const own = new Uint32Array(counts.length);
        let sum = 0;
        for (let i = 0; i < counts.length; i++) {
            const count = counts[i];
            if (!Number.isInteger(count) || count < 0) {
                throw new UltrametricError(
                    "input",
                    `Run ${i} of a run-length mask is ${DescribeValue(count)}; a run is an integer, 0 or more.`,
                );
            }
            sum += count;
            own[i] = count;
        }
        if (sum !== width * height) {
            throw new UltrametricError(
                "input",
                `The ${counts.length} runs of a run-length mask hold ${sum} pixels, but the image has ` +
                    `${width} x ${height} = ${width * height}; check that the mask belongs to this image ` +
                    "and that the file is complete.",
            );
        }
        return new RunLengthMask(width, height, own);
    }

    /**
     * Creates a mask from COCO's compressed string: groups of 5 bits, lowest first, as characters from "0"; bit 32
     * marks that another group follows; from the fourth run on, a count is stored as the difference to the count two
     * before it.
     *
     * @throws UltrametricError "input" for an invalid character, for a string that ends inside a count, or if the
     * counts do not add up to the image's size
     */
    public static FromCompressed(text: string, width: number, height: number): RunLengthMask {
        const counts: number[] = [];
        let position = 0;
        while (position < text.length) {
            let value = 0;
            let groups = 0;
            let more = true;
            while (more) {
                const code = text.charCodeAt(position) - 48;
                if (!(code >= 0 && code < 64) || groups === MAX_GROUPS) {
                    throw new UltrametricError(
                        "input",
                        position >= text.length
                            ? `A compressed run-length mask ends inside run ${counts.length}, after ${text.length} ` +
                                  "characters; the string is truncated."
                            : `Character ${position} of a compressed run-length mask, ` +
                                  `${JSON.stringify(text[position])}, is invalid; ` +
                                  "the format has the characters from '0' to 'o', at most 7 per run.",
                    );
                }
                value += (code & 31) * 32 ** groups;
                more = (code & 32) !== 0;
                position++;
                groups++;
                if (!more && (code & 16) !== 0) {
                    value -= 32 ** groups;
                }
            }
            if (counts.length > 2) {
                value += counts[counts.length - 2];
            }
            counts.push(value);
        }
        return RunLengthMask.FromCounts(counts, width, height);
    }

    /**
     * Creates a mask of the pixels that are not 0 in `bitmap` ([height, width], row-major).
     *
     * @throws UltrametricError "input" if the bitmap has another size
     */
    public static FromBitmap(bitmap: ArrayLike<number>, width: number, height: number): RunLengthMask {
        checkSize(width, height);
        if (bitmap.length !== width * height) {
            throw new UltrametricError(
                "input",
                `A bitmap of ${bitmap.length} pixels does not fit a mask of ${width} x ${height} = ${width * height}.`,
            );
        }
        const counts: number[] = [];
        let inside = false;
        let run = 0;
        for (let x = 0; x < width; x++) {
            for (let y = 0, p = x; y < height; y++, p += width) {
                if ((bitmap[p] !== 0) !== inside) {
                    counts.push(run);
                    run = 0;
                    inside = !inside;
                }
                run++;
            }
        }
        counts.push(run);
        return new RunLengthMask(width, height, Uint32Array.from(counts));
    }

    /**
     * Draws the mask -> [height, width] row-major, 1 inside and 0 outside.
     *
     * @param out array to draw into, at least width * height long; a new one by default
     */
    public toBitmap(out: Uint8Array = new Uint8Array(this.width * this.height)): Uint8Array {
        const { width, height, counts } = this;
        out.fill(0, 0, width * height);
        let start = 0;
        for (let i = 0; i < counts.length; i++) {
            const end = start + counts[i];
            if ((i & 1) === 1) {
                let y = start % height;
                let p = y * width + (start - y) / height;
                for (let k = start; k < end; k++) {
                    out[p] = 1;
                    p += width;
                    if (++y === height) {
                        y = 0;
                        p -= width * height - 1;
                    }
                }
            }
            start = end;
        }
        return out;
    }

    /** Returns COCO's compressed string of the runs, see {@link RunLengthMask.FromCompressed}. */
    public toCompressed(): string {
        const { counts } = this;
        let text = "";
        for (let i = 0; i < counts.length; i++) {
            let value = i > 2 ? counts[i] - counts[i - 2] : counts[i];
            let more = true;
            while (more) {
                let code = ((value % 32) + 32) % 32;
                value = Math.floor(value / 32);
                more = (code & 16) !== 0 ? value !== -1 : value !== 0;
                if (more) {
                    code |= 32;
                }
                text += String.fromCharCode(code + 48);
            }
        }
        return text;
    }

    /** Bounding box [left, top, width, height] in pixels; all 0 for an empty mask. */
    public get bounds(): [number, number, number, number] {
        const { width, height, counts } = this;
        let left = width;
        let right = -1;
        let top = height;
        let bottom = -1;
        let start = 0;
        for (let i = 0; i < counts.length; i++) {
            const end = start + counts[i];
            if ((i & 1) === 1 && end > start) {
                const firstColumn = Math.floor(start / height);
                const lastColumn = Math.floor((end - 1) / height);
                left = Math.min(left, firstColumn);
                right = Math.max(right, lastColumn);
                if (lastColumn > firstColumn) {
                    top = 0;
                    bottom = height - 1;
                } else {
                    top = Math.min(top, start % height);
                    bottom = Math.max(bottom, (end - 1) % height);
                }
            }
            start = end;
        }
        return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
    }
}

function checkSize(width: number, height: number): void {
    if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
        throw new UltrametricError(
            "input",
            `A mask's size is ${width} x ${height}; both must be integers of at least 1.`,
        );
    }
    if (width * height > MAX_PIXELS) {
        throw new UltrametricError(
            "input",
            `A mask's size is ${width} x ${height}, more than ${MAX_PIXELS} pixels; make masks on smaller images.`,
        );
    }
}
