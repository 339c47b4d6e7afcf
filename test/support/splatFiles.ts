import { encode } from "fast-png";
import type { SplatCloud } from "../../src/compute/splats/splatCloud";
import type { SplatData } from "../../src/plugin/content/splatData";
import { HalfBits } from "./halfBits";

/** Constant term of the spherical harmonics. */
const SH_C0 = 0.28209479177387814;
/** Fractional bits of SPZ's positions. */
const FRACTION_BITS = 12;

const Byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/** Writes splats as an SPZ file of version 1 or 2, without harmonics. */
export async function WriteSpzAsync(
    { count, positions, scales, rotations, colors }: SplatData,
    version: 1 | 2 = 2,
): Promise<Uint8Array<ArrayBuffer>> {
    const file = new Uint8Array(16 + (version === 1 ? 16 : 19) * count);
    const view = new DataView(file.buffer);
    view.setUint32(0, 0x5053474e, true);
    view.setUint32(4, version, true);
    view.setUint32(8, count, true);
    file[13] = FRACTION_BITS;
    let at = 16;
    for (const value of version === 1 ? positions : []) {
        view.setUint16(at, HalfBits(value), true);
        at += 2;
    }
    for (const value of version === 1 ? [] : positions) {
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

/** Writes splats with harmonics of degree 0 to 2 as a .ksplat file with two sections, full and partial buckets. */
export function WriteKsplat(cloud: SplatCloud, level: 0 | 1 | 2): Uint8Array<ArrayBuffer> {
    const [header, sectionHeader, bucketSize, range, blockSize] = [4096, 1024, 64, 32767, 5];
    const half = cloud.count >> 1;
    const sections = [
        { first: 0, count: half },
        { first: half, count: cloud.count - half },
    ];
    const values = (3 * (cloud.harmonicDegree + 1) ** 2 - 3) | 0;
    const [centerBytes, floatBytes, harmonicBytes] = [level === 0 ? 4 : 2, level === 0 ? 4 : 2, [4, 2, 1][level]];
    const splatBytes = 3 * centerBytes + 7 * floatBytes + 4 + values * harmonicBytes;
    const floats = new Float32Array(cloud.rows.buffer);
    const bytes: number[] = new Array<number>(header + sectionHeader * sections.length).fill(0);
    const put = (at: number, size: 1 | 2 | 4, value: number, isFloat = false): void => {
        const view = new DataView(new ArrayBuffer(4));
        if (isFloat) {
            size === 4 ? view.setFloat32(0, value, true) : view.setUint16(0, HalfBits(value), true);
        } else {
            view.setUint32(0, value, true);
        }
        for (let i = 0; i < size; i++) {
            bytes[at + i] = view.getUint8(i);
        }
    };
    put(1, 1, 1);
    put(4, 4, sections.length);
    put(8, 4, sections.length);
    put(12, 4, cloud.count);
    put(16, 4, cloud.count);
    put(20, 2, level);
    put(36, 4, -1, true);
    put(40, 4, 1, true);
    sections.forEach(({ first, count }, s) => {
        const at = header + sectionHeader * s;
        const full = Math.floor(count / bucketSize);
        const rest = count - full * bucketSize;
        const buckets = level === 0 ? 0 : full + (rest > 0 ? 1 : 0);
        const partial = level === 0 || rest === 0 ? 0 : 1;
        for (const [i, value] of [count, count, bucketSize, buckets].entries()) {
            put(at + 4 * i, 4, value);
        }
        put(at + 16, 4, blockSize, true);
        put(at + 20, 2, 12);
        put(at + 24, 4, range);
        put(at + 32, 4, level === 0 ? 0 : full);
        put(at + 36, 4, partial);
        put(at + 40, 2, cloud.harmonicDegree);
        if (partial) {
            put(bytes.length, 4, rest);
        }
        const centers = Array.from({ length: buckets }, (_, b) =>
            [0, 1, 2].map((axis) => Math.fround(floats[8 * (first + b * bucketSize) + axis])),
        );
        for (const value of centers.flat()) {
            put(bytes.length, 4, value, true);
        }
        for (let i = 0; i < count; i++) {
            const start = bytes.length;
            const row = first + i;
            for (let axis = 0; axis < 3; axis++) {
                const value = floats[8 * row + axis];
                const steps =
                    level > 0 ? Math.round(((value - centers[Math.floor(i / bucketSize)][axis]) * range) / 2.5) : 0;
                level === 0 ? put(bytes.length, 4, value, true) : put(bytes.length, 2, steps + range);
            }
            for (let axis = 0; axis < 3; axis++) {
                put(bytes.length, floatBytes as 2 | 4, floats[8 * row + 3 + axis], true);
            }
            for (let c = 0; c < 4; c++) {
                put(bytes.length, floatBytes as 2 | 4, cloud.rows[32 * row + 28 + c] / 127.5 - 1, true);
            }
            for (let c = 0; c < 4; c++) {
                put(bytes.length, 1, cloud.rows[32 * row + 24 + c]);
            }
            // Each degree has its values for red, then green, then blue.
            for (let degree = 1; degree <= cloud.harmonicDegree; degree++) {
                for (let channel = 0; channel < 3; channel++) {
                    for (let k = degree ** 2 - 1; k < (degree + 1) ** 2 - 1; k++) {
                        const value = cloud.harmonics[values * row + 3 * k + channel] / 127.5 - 1;
                        harmonicBytes === 1
                            ? put(bytes.length, 1, Math.round((255 * (value + 1)) / 2))
                            : put(bytes.length, harmonicBytes as 2 | 4, value, true);
                    }
                }
            }
            if (bytes.length - start !== splatBytes) {
                throw new Error(`A splat has ${bytes.length - start} bytes instead of ${splatBytes}.`);
            }
        }
    });
    return Uint8Array.from(bytes);
}
