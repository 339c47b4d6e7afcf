import { encode } from "fast-png";
import type { SplatData } from "../../src/plugin/content/splatData";

/** Constant term of the spherical harmonics. */
const SH_C0 = 0.28209479177387814;
/** Fractional bits of SPZ's positions. */
const FRACTION_BITS = 12;

const Byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/** Writes splats as an SPZ file of version 2, without harmonics. */
export async function WriteSpzAsync({
    count,
    positions,
    scales,
    rotations,
    colors,
}: SplatData): Promise<Uint8Array<ArrayBuffer>> {
    const file = new Uint8Array(16 + 19 * count);
    const view = new DataView(file.buffer);
    view.setUint32(0, 0x5053474e, true);
    view.setUint32(4, 2, true);
    view.setUint32(8, count, true);
    file[13] = FRACTION_BITS;
    let at = 16;
    for (const value of positions) {
        const fixed = Math.round(value * 2 ** FRACTION_BITS);
        file.set([fixed & 255, (fixed >> 8) & 255, (fixed >> 16) & 255], at);
        at += 3;
    }
    for (let i = 0; i < count; i++) {
        file[at++] = colors[4 * i + 3];
    }
    for (let i = 0; i < 3 * count; i++) {
        const color = colors[4 * Math.floor(i / 3) + (i % 3)] / 255;
        file[at++] = Byte(((color - 0.5) / SH_C0) * 0.15 * 255 + 127.5);
    }
    for (let i = 0; i < 3 * count; i++) {
        file[at++] = Byte(16 * (Math.log(scales[i]) + 10));
    }
    for (let i = 0; i < count; i++) {
        const sign = rotations[4 * i] < 0 ? -1 : 1; // w is not stored, and assumed to be positive
        for (let c = 1; c < 4; c++) {
            file[at++] = Byte(127.5 * (1 + sign * rotations[4 * i + c]));
        }
    }
    const zipped = new Blob([file]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(zipped).arrayBuffer());
}

/**
 * Returns the files of a SOG archive of version 1, without harmonics. Its images are PNGs, which browsers tell from
 * WebP by their bytes.
 */
export function CreateSogFiles({
    count,
    positions,
    scales,
    rotations,
    colors,
}: SplatData): Record<string, Uint8Array<ArrayBuffer>> {
    const side = Math.ceil(Math.sqrt(count));
    const picture = (channel: (splat: number, c: number) => number): Uint8Array<ArrayBuffer> => {
        const data = new Uint8Array(4 * side * side).fill(255);
        for (let i = 0; i < 4 * count; i++) {
            data[i] = channel(i >> 2, i & 3);
        }
        return new Uint8Array(encode({ width: side, height: side, data, channels: 4 }));
    };
    /** Quantizes numbers between their minimum and their maximum in `most` steps. */
    const quantize = (values: Float32Array, size: number, most: number) => {
        const mins = new Array<number>(size).fill(Infinity);
        const maxs = new Array<number>(size).fill(-Infinity);
        values.forEach((value, i) => {
            mins[i % size] = Math.min(mins[i % size], value);
            maxs[i % size] = Math.max(maxs[i % size], value);
        });
        const steps = Uint32Array.from(values, (value, i) => {
            const [low, high] = [mins[i % size], maxs[i % size]];
            return high > low ? Math.round((most * (value - low)) / (high - low)) : 0;
        });
        return { mins, maxs, steps };
    };
    const means = quantize(
        positions.map((value) => Math.sign(value) * Math.log(Math.abs(value) + 1)),
        3,
        65535,
    );
    const sizes = quantize(
        scales.map((value) => Math.log(value)),
        3,
        255,
    );
    const looks = quantize(
        Float32Array.from(colors, (byte, i) => {
            const value = Math.min(Math.max(byte / 255, 0.002), 0.998);
            return i % 4 === 3 ? Math.log(value / (1 - value)) : (value - 0.5) / SH_C0;
        }),
        4,
        255,
    );
    const turns = new Uint8Array(4 * count);
    for (let i = 0; i < count; i++) {
        const q = [...rotations.subarray(4 * i, 4 * i + 4)];
        const largest = q.reduce((best, value, c) => (Math.abs(value) > Math.abs(q[best]) ? c : best), 0);
        const sign = q[largest] < 0 ? -1 : 1;
        const rest = q.filter((_, c) => c !== largest).map((value) => Byte(255 * ((sign * value) / Math.SQRT2 + 0.5)));
        turns.set([...rest, 252 + largest], 4 * i);
    }
    const { mins, maxs } = means;
    const meta = {
        count,
        means: { mins, maxs, files: ["means_l.webp", "means_u.webp"] },
        scales: { mins: sizes.mins, maxs: sizes.maxs, files: ["scales.webp"] },
        quats: { files: ["quats.webp"] },
        sh0: { mins: looks.mins, maxs: looks.maxs, files: ["sh0.webp"] },
    };
    return {
        "meta.json": new TextEncoder().encode(JSON.stringify(meta)),
        "means_l.webp": picture((i, c) => (c < 3 ? means.steps[3 * i + c] & 255 : 255)),
        "means_u.webp": picture((i, c) => (c < 3 ? means.steps[3 * i + c] >> 8 : 255)),
        "scales.webp": picture((i, c) => (c < 3 ? sizes.steps[3 * i + c] : 255)),
        "quats.webp": picture((i, c) => turns[4 * i + c]),
        "sh0.webp": picture((i, c) => looks.steps[4 * i + c]),
    };
}
