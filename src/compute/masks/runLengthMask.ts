import { UltrametricError } from "../base/ultrametricError";

/** The largest number of 5-bit groups in a compressed count: 7 groups hold 35 bits, more than any image needs. */
const MAX_GROUPS = 7;

/**
 * The pixels of a mask as run lengths, in COCO's convention: *column-major* (down the first column, then the second),
 * runs alternate, the first run is background and is 0 where the top left pixel belongs to the mask.
 * Immutable. Source: the RLE of the COCO API (Lin et al. 2014), uncompressed and compressed.
 */
export class RunLengthMask {
    /** Number of pixels in the mask. */
    public readonly area: number;

    private constructor(
        /** Image width in pixels. */
        public readonly width: number,
        /** Image height in pixels. */
        public readonly height: number,
        /** Run lengths in pixels; they add up to width * height. Not to be changed. */
        public readonly counts: Uint32Array,
    ) {
        let area = 0;
        for (let i = 1; i < counts.length; i += 2) {
            area += counts[i];
        }
        this.area = area;
    }

    /**
     * Makes a mask from uncompressed run lengths; they are copied.
     * @throws UltrametricError ("input") when a count is no whole number >= 0 or the counts do not fill the image exactly
     */
    public static FromCounts(counts: ArrayLike<number>, width: number, height: number): RunLengthMask {
        CheckSize(width, height);
        const own = new Uint32Array(counts.length);
        let sum = 0;
        for (let i = 0; i < counts.length; i++) {
            const count = counts[i];
            if (!Number.isInteger(count) || count < 0) {
                throw new UltrametricError(
                    "input",
                    `Run ${i} of a run-length mask is ${String(count)}; a run is a whole number of pixels, 0 or more.`,
                );
            }
            sum += count;
            own[i] = count;
        }
        if (sum !== width * height) {
            throw new UltrametricError(
                "input",
                `The ${counts.length} runs of a run-length mask hold ${sum} pixels, but the image has ${width} x ${height} = ` +
                    `${width * height}; check that the mask belongs to this image and that the file is complete.`,
            );
        }
        return new RunLengthMask(width, height, own);
    }

    /**
     * Makes a mask from COCO's compressed string: groups of 5 bits, lowest first, as characters from "0" on, 32 marks that another
     * group follows; from the fourth run on a count is stored as the difference to the count two before it.
     * @throws UltrametricError ("input") on a character that the format lacks, a string that ends inside a count, or counts that do not
     * fill the image
     */
    public static FromCompressed(text: string, width: number, height: number): RunLengthMask {
        const counts: number[] = [];
        let at = 0;
        while (at < text.length) {
            let value = 0;
            let groups = 0;
            let more = true;
            while (more) {
                const code = text.charCodeAt(at) - 48;
                if (!(code >= 0 && code < 64) || groups === MAX_GROUPS) {
                    throw new UltrametricError(
                        "input",
                        at >= text.length
                            ? `A compressed run-length mask ends inside run ${counts.length}, after ${text.length} characters; the string is cut off.`
                            : `Character ${at} of a compressed run-length mask, ${JSON.stringify(text[at])}, does not belong there; ` +
                                  "the format has the characters from '0' to 'o', at most 7 to a run.",
                    );
                }
                value += (code & 31) * 32 ** groups;
                more = (code & 32) !== 0;
                at++;
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

    /** Makes a mask of the pixels that are not 0 in `bitmap` ([height, width], row-major). */
    public static FromBitmap(bitmap: ArrayLike<number>, width: number, height: number): RunLengthMask {
        CheckSize(width, height);
        if (bitmap.length !== width * height) {
            throw new UltrametricError(
                "input",
                `A bitmap of ${bitmap.length} pixels was given for a mask of ${width} x ${height} = ${width * height}.`,
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
     * Draws the mask: [height, width] row-major, 1 inside and 0 outside.
     * @param out where to draw, at least width * height long; made where left out
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

    /** COCO's compressed string of the runs: see {@link RunLengthMask.FromCompressed}. */
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

    /** The smallest box that holds the mask: [left, top, width, height] in pixels; all 0 where the mask is empty. */
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

function CheckSize(width: number, height: number): void {
    if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
        throw new UltrametricError(
            "input",
            `A mask's size is ${width} x ${height}; both must be whole numbers of at least 1.`,
        );
    }
}
