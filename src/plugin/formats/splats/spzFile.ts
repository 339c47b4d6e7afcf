import { Pacer } from "../../../compute/base/pacer";
import {
    AllocateSplats,
    HarmonicValues,
    SH_C0,
    SPLAT_BYTES,
    SPLATS_PER_CHUNK,
    type SplatCloud,
    ToByte,
} from "../../../compute/splats/splatCloud";
import { DecodeHalf } from "../base/halfFloat";
import { ReadSpzStreamsAsync } from "./spzStreams";

/** The factor of SPZ's colors: harmonics of 1 / 0.15 / 2 fit into a byte. */
export const SPZ_COLOR_SCALE = 0.15;
/** The smallest three components of a rotation are at most this. */
const SMALL_COMPONENT = Math.SQRT1_2;
const COMPONENT_MASK = 511;

/** Scales are stored as 16 (log + 10). */
const SCALE_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => Math.exp(byte / 16 - 10));
const COLOR_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) =>
    ToByte(255 * (0.5 + (SH_C0 * (byte / 255 - 0.5)) / SPZ_COLOR_SCALE)),
);
/** SPZ stores 128 (value + 1), and memory 127.5 (value + 1). */
const HARMONIC_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => ToByte((127.5 * byte) / 128));

/**
 * Reads an SPZ file of version 1 to 4 in time slices.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" for a damaged file, "unsupported" for an unknown version, "limits", "aborted"
 */
export async function ReadSpzAsync(bytes: Uint8Array, file: string, signal?: AbortSignal): Promise<SplatCloud> {
    const streams = await ReadSpzStreamsAsync(bytes, file, signal);
    const { count, harmonicDegree, frame, isAntialiased } = streams;
    const cloud = AllocateSplats(count, harmonicDegree, frame, file);
    const pacer = new Pacer(`Reading ${file}`, signal);
    const floats = new Float32Array(cloud.rows.buffer);
    const fixed = new DataView(streams.positions.buffer, streams.positions.byteOffset, streams.positions.length);
    const unit = 2 ** -streams.fractionalBits;
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            await pacer.yieldIfDueAsync();
        }
        const row = SPLAT_BYTES * i;
        for (let axis = 0; axis < 3; axis++) {
            const value = 3 * i + axis;
            floats[8 * i + axis] =
                streams.version === 1
                    ? DecodeHalf(fixed.getUint16(2 * value, true))
                    : unit * (fixed.getUint16(3 * value, true) + (fixed.getInt8(3 * value + 2) << 16));
            floats[8 * i + 3 + axis] = SCALE_OF_BYTE[streams.scales[3 * i + axis]];
            cloud.rows[row + 24 + axis] = COLOR_OF_BYTE[streams.colors[3 * i + axis]];
        }
        cloud.rows[row + 27] = streams.alphas[i];
        if (streams.version < 3) {
            readRotation(streams.rotations, 3 * i, cloud.rows, row + 28);
        } else {
            readSmallestThree(streams.rotations, 4 * i, cloud.rows, row + 28);
        }
    }
    const values = HarmonicValues(harmonicDegree);
    for (let i = 0; i < values * count; i++) {
        if (i % (4 * SPLATS_PER_CHUNK) === 0) {
            await pacer.yieldIfDueAsync();
        }
        cloud.harmonics[i] = HARMONIC_OF_BYTE[streams.harmonics[i]];
    }
    return { ...cloud, isAntialiased };
}

/** Reads x, y, z as bytes; w is not negative. */
function readRotation(from: Uint8Array, at: number, rows: Uint8Array, row: number): void {
    let squared = 0;
    for (let c = 0; c < 3; c++) {
        const value = from[at + c] / 127.5 - 1;
        squared += value * value;
        rows[row + 1 + c] = from[at + c];
    }
    rows[row] = ToByte(127.5 * (1 + Math.sqrt(Math.max(0, 1 - squared))));
}

/** Reads the index of the largest component (2 bits), and sign and magnitude of the others (10 bits each), x to w. */
function readSmallestThree(from: Uint8Array, at: number, rows: Uint8Array, row: number): void {
    let bits = (from[at] | (from[at + 1] << 8) | (from[at + 2] << 16) | (from[at + 3] << 24)) >>> 0;
    const largest = bits >>> 30;
    let squared = 0;
    for (let c = 3; c >= 0; c--) {
        if (c !== largest) {
            const magnitude = (SMALL_COMPONENT * (bits & COMPONENT_MASK)) / COMPONENT_MASK;
            const value = bits & (COMPONENT_MASK + 1) ? -magnitude : magnitude;
            squared += value * value;
            rows[row + ((c + 1) & 3)] = ToByte(127.5 * (1 + value)); // memory has w first
            bits >>>= 10;
        }
    }
    rows[row + ((largest + 1) & 3)] = ToByte(127.5 * (1 + Math.sqrt(Math.max(0, 1 - squared))));
}
