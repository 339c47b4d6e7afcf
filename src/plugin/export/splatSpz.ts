import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { HarmonicValues, SH_C0, SPLAT_BYTES, SPLATS_PER_CHUNK, ToByte } from "../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../compute/splats/splatFrame";
import { SPZ_COLOR_SCALE } from "../formats/splats/spzFile";
import { SPZ_FLAG_ANTIALIASED, SPZ_HEADER_BYTES, SPZ_MAGIC } from "../formats/splats/spzStreams";
import { type SplatsToWrite, SplatsToWriteCoroutine } from "./splatsToWrite";

const VERSION = 3;
/** The highest degree of harmonics in version 3. */
const MAX_DEGREE = 3;
/** Bytes of a splat without harmonics: center, opacity, color, scales, rotation. */
const BYTES_PER_SPLAT = 20;
/** Bits after the point of centers, at least, and bits for the largest coordinate. */
const MIN_FRACTION = 12;
const FRACTION_OF_EXTENT = 16;
/** The byte in a file for that in memory: 128 (value + 1) for 127.5 (value + 1). */
const HARMONIC_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => ToByte((128 * byte) / 127.5));
const COLOR_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
    ToByte(255 * ((SPZ_COLOR_SCALE * (byte / 255 - 0.5)) / SH_C0 + 0.5)),
);
/** Magnitudes of centers have this many bits. */
const FIXED_BITS = 23;

/**
 * Writes splats of a mesh as an SPZ file of version 3, which is compressed. The harmonics are kept up to degree 3, in
 * 8 bits. The splats keep their order, so that labels can go into a file of their own.
 *
 * A reader that follows the format's axes (right, up, back) shows the splats as the mesh does; see the guide about
 * splats.
 *
 * @param splats indices of the splats; null for all
 * @throws UltrametricError "input" when the mesh does not have its splats in memory (keepInRam) or an index is out of
 * range; "unsupported" for compounds, whose splats have no common coordinates; "aborted"
 */
export async function WriteSplatSpzAsync(
    mesh: GaussianSplattingMesh,
    splats: ArrayLike<number> | null = null,
    options: Partial<RunOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
    const pacer = new Pacer(`Writing ${mesh.name}`, options.signal);
    const cloud = await RunCoroutineAsync(SplatsToWriteCoroutine(mesh, SPLAT_FRAMES.spz, null, splats), pacer);
    const packed = await packAsync(cloud, pacer, options.onProgress);
    const zipped = new Blob([packed]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(zipped).arrayBuffer());
}

async function packAsync(
    cloud: SplatsToWrite,
    pacer: Pacer,
    onProgress: RunOptions["onProgress"],
): Promise<Uint8Array<ArrayBuffer>> {
    const { count, rows, harmonics } = cloud;
    const degree = Math.min(cloud.harmonicDegree, MAX_DEGREE);
    const values = HarmonicValues(degree);
    const stored = HarmonicValues(cloud.harmonicDegree);
    const file = new Uint8Array(SPZ_HEADER_BYTES + (BYTES_PER_SPLAT + values) * count);
    const view = new DataView(file.buffer);
    const floats = new Float32Array(rows.buffer);
    const fraction = fractionalBits(floats);
    view.setUint32(0, SPZ_MAGIC, true);
    view.setUint32(4, VERSION, true);
    view.setUint32(8, count, true);
    file.set([degree, fraction, cloud.isAntialiased ? SPZ_FLAG_ANTIALIASED : 0], 12);
    // Each attribute of all splats is one block.
    const alphas = SPZ_HEADER_BYTES + 9 * count;
    const colors = alphas + count;
    const scales = colors + 3 * count;
    const rotations = scales + 3 * count;
    const rest = rotations + 4 * count;
    const most = 2 ** FIXED_BITS - 1;
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            onProgress?.(StageProgress("writeSplats", i / count));
            await pacer.yieldIfDueAsync();
        }
        const row = SPLAT_BYTES * i;
        for (let axis = 0; axis < 3; axis++) {
            const fixed = Math.min(most, Math.max(-most, Math.round(floats[8 * i + axis] * 2 ** fraction)));
            const at = SPZ_HEADER_BYTES + 9 * i + 3 * axis;
            view.setUint16(at, fixed & 0xffff, true);
            view.setInt8(at + 2, fixed >> 16);
            file[colors + 3 * i + axis] = COLOR_BYTES[rows[row + 24 + axis]];
            file[scales + 3 * i + axis] = ToByte(16 * (Math.log(floats[8 * i + 3 + axis]) + 10));
        }
        file[alphas + i] = rows[row + 27];
        view.setUint32(rotations + 4 * i, smallestThree(rows, row + 28), true);
        for (let k = 0; k < values; k++) {
            file[rest + values * i + k] = HARMONIC_BYTES[harmonics[stored * i + k]];
        }
    }
    return file;
}

/** Returns as many bits as the largest coordinate leaves, within reason: more bits compress less. */
function fractionalBits(floats: Float32Array): number {
    let largest = 2 ** -8;
    for (let i = 0; i < floats.length; i += SPLAT_BYTES / 4) {
        largest = Math.max(largest, Math.abs(floats[i]), Math.abs(floats[i + 1]), Math.abs(floats[i + 2]));
    }
    const exponent = Math.floor(Math.log2(largest)) + 1;
    return Math.max(0, Math.min(FIXED_BITS - exponent, Math.max(MIN_FRACTION, FRACTION_OF_EXTENT - exponent)));
}

/** Packs a rotation (w, x, y, z bytes) as the index of the largest of x, y, z, w and the other three. */
function smallestThree(rows: Uint8Array, row: number): number {
    let largest = 0;
    let squared = 0;
    for (let c = 0; c < 4; c++) {
        const value = component(rows, row, c);
        squared += value * value;
        largest = Math.abs(value) > Math.abs(component(rows, row, largest)) ? c : largest;
    }
    const scale = (Math.sign(component(rows, row, largest)) * 511) / (Math.SQRT1_2 * Math.sqrt(squared));
    let bits = largest;
    for (let c = 0; c < 4; c++) {
        if (c !== largest) {
            const value = Math.round(scale * component(rows, row, c));
            bits = (bits << 10) | (value < 0 ? 512 : 0) | Math.min(511, Math.abs(value));
        }
    }
    return bits >>> 0;
}

/** Returns x, y, z or w, up to the length of the rotation. */
function component(rows: Uint8Array, row: number, c: number): number {
    return rows[row + ((c + 1) & 3)] / 127.5 - 1;
}
