import type { Coroutine } from "../../compute/base/coroutine";
import { SPLATS_PER_CHUNK } from "../../compute/splats/splatCloud";
import { CreatePrefixCode, type PrefixCode } from "./prefixCodes";

/** The byte that a lossless image starts with. */
const SIGNATURE = 0x2f;
/** The largest width and height, which have 14 bits. */
export const MAX_WEBP_SIZE = 1 << 14;
/** Channels of RGBA in the order in which a pixel is written: green, red, blue, alpha. */
const CHANNELS = [1, 0, 2, 3] as const;
/** Symbols of the code of green, which has lengths of repetitions as well, and of the code of their distances. */
const GREEN_SYMBOLS = 256 + 24;
const DISTANCE_SYMBOLS = 40;
const LONGEST_CODE = 15;
/** Code lengths, then runs of zeros with 3 and with 7 extra bits. */
const LENGTH_SYMBOLS = 19;
const SHORT_RUN = 17;
const LONG_RUN = 18;
const LONGEST_LENGTH_CODE = 7;
/** The order in which the lengths of the codes of code lengths are written. */
const LENGTH_ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** An upper bound of the bytes of headers and codes. */
const HEADER_BYTES = 4096;

/** Writes bits, the lowest first. */
class BitWriter {
    public readonly bytes: Uint8Array<ArrayBuffer>;
    private _at = 0;
    private _held = 0;
    private _heldBits = 0;

    public constructor(capacity: number) {
        this.bytes = new Uint8Array(capacity);
    }

    /** The number of whole bytes that the bits take. */
    public get length(): number {
        return this._at + (this._heldBits > 0 ? 1 : 0);
    }

    /** @param count at most 16 */
    public write(value: number, count: number): void {
        this._held |= value << this._heldBits;
        this._heldBits += count;
        while (this._heldBits >= 8) {
            this.bytes[this._at++] = this._held & 255;
            this._held >>>= 8;
            this._heldBits -= 8;
        }
        this.bytes[this._at] = this._held; // of the last, unfinished byte
    }
}

/**
 * Writes a lossless WebP image of pixels without spatial order, in time slices: each channel by its own prefix code
 * (specification of lossless WebP, without transforms and repetitions). Colors are kept exactly, whatever alpha
 * is.
 *
 * @param data [height, width, 4] RGBA
 * @param width at most MAX_WEBP_SIZE, as the height
 */
export function* WebpImage(data: Uint8Array, width: number, height: number): Coroutine<Uint8Array<ArrayBuffer>> {
    const pixels = width * height;
    const counts = CHANNELS.map((_, k) => new Uint32Array(k === 0 ? GREEN_SYMBOLS : 256));
    for (let p = 0; p < pixels; p++) {
        if (p % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        for (let k = 0; k < 4; k++) {
            counts[k][data[4 * p + CHANNELS[k]]]++;
        }
    }
    const codes = counts.map((count) => CreatePrefixCode(count, LONGEST_CODE));
    const bits = codes.reduce(
        (sum, { lengths }, k) => sum + lengths.reduce((all, length, symbol) => all + length * counts[k][symbol], 0),
        0,
    );
    const writer = new BitWriter(HEADER_BYTES + Math.ceil(bits / 8));
    writer.write(SIGNATURE, 8);
    writer.write(width - 1, 14);
    writer.write(height - 1, 14);
    writer.write(1, 1); // alpha is used
    writer.write(0, 3); // version
    writer.write(0, 1); // no transform
    writer.write(0, 1); // no cache of colors
    writer.write(0, 1); // one set of codes for all pixels
    const used = codes.map((code) => writeCode(code, writer));
    writeCode(CreatePrefixCode(new Uint8Array(DISTANCE_SYMBOLS).fill(1, 0, 1), LONGEST_CODE), writer);
    for (let p = 0; p < pixels; p++) {
        if (p % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        for (let k = 0; k < 4; k++) {
            const symbol = data[4 * p + CHANNELS[k]];
            if (used[k] > 1) {
                writer.write(codes[k].codes[symbol], codes[k].lengths[symbol]);
            }
        }
    }
    return riffFile(writer.bytes.subarray(0, writer.length));
}

/** Writes a prefix code. @returns the number of its symbols; with one, no bits are written for pixels */
function writeCode(code: PrefixCode, writer: BitWriter): number {
    const symbols = [...code.lengths.keys()].filter((symbol) => code.lengths[symbol] > 0);
    if (symbols.length === 1 && symbols[0] < 256) {
        writer.write(1, 1); // a short list of symbols
        writer.write(0, 1); // of one
        writer.write(1, 1); // in 8 bits
        writer.write(symbols[0], 8);
        return 1;
    }
    writer.write(0, 1);
    const tokens = lengthTokens(code.lengths);
    const counts = new Uint32Array(LENGTH_SYMBOLS);
    for (const [symbol] of tokens) {
        counts[symbol]++;
    }
    const lengthCode = CreatePrefixCode(counts, LONGEST_LENGTH_CODE);
    writer.write(LENGTH_ORDER.length - 4, 4);
    for (const symbol of LENGTH_ORDER) {
        writer.write(lengthCode.lengths[symbol], 3);
    }
    writer.write(0, 1); // the lengths of all symbols follow
    const isSingle = counts.filter((count) => count > 0).length === 1;
    for (const [symbol, extra, extraBits] of tokens) {
        if (!isSingle) {
            writer.write(lengthCode.codes[symbol], lengthCode.lengths[symbol]);
        }
        writer.write(extra, extraBits);
    }
    return symbols.length;
}

/** Returns code lengths as symbols with extra bits: [symbol, extra, number of extra bits]. */
function lengthTokens(lengths: Uint8Array): [number, number, number][] {
    const tokens: [number, number, number][] = [];
    for (let i = 0; i < lengths.length; ) {
        let run = 0;
        while (i + run < lengths.length && lengths[i + run] === 0 && run < 138) {
            run++;
        }
        if (run >= 11) {
            tokens.push([LONG_RUN, run - 11, 7]);
        } else if (run >= 3) {
            tokens.push([SHORT_RUN, run - 3, 3]);
        } else {
            run = 1;
            tokens.push([lengths[i], 0, 0]);
        }
        i += run;
    }
    return tokens;
}

/** Puts a lossless image into the container of WebP. */
function riffFile(image: Uint8Array): Uint8Array<ArrayBuffer> {
    const padded = image.length + (image.length & 1);
    const file = new Uint8Array(20 + padded);
    const view = new DataView(file.buffer);
    const text = (at: number, name: string): void => file.set(new TextEncoder().encode(name), at);
    text(0, "RIFF");
    view.setUint32(4, 12 + padded, true);
    text(8, "WEBP");
    text(12, "VP8L");
    view.setUint32(16, image.length, true);
    file.set(image, 20);
    return file;
}
