import type { JsonNode } from "../../../compute/base/jsonNode";
import { Pacer } from "../../../compute/base/pacer";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import {
    AllocateSplats,
    HarmonicValues,
    SPLAT_BYTES,
    SPLATS_PER_CHUNK,
    type SplatCloud,
    ToByte,
} from "../../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../../compute/splats/splatFrame";
import type { ImageDecoder } from "../base/imageDecoder";
import type { RgbaImage } from "../base/pngImage";
import { ReadSogMeta, type SogMeta } from "./sogMeta";

/** The alpha of a rotation whose first component, w, is the largest; those of x, y and z follow. */
const FIRST_LARGEST = 252;
/** Centroids of harmonics in a row of their image. */
export const SOG_CENTROIDS_PER_ROW = 64;

/** Options of ReadSogAsync. */
export interface SogOptions {
    /** Reads a file that meta.json names. */
    readonly readBytesAsync: (name: string) => Promise<Uint8Array>;
    readonly decodeImageAsync: ImageDecoder;
    readonly signal?: AbortSignal;
}

/**
 * Reads the splats of a SOG of version 1 or 2 in time slices. Their axes are those of PLY files.
 *
 * @throws UltrametricError "input" for a damaged or missing file, "limits", "aborted"
 */
export async function ReadSogAsync(metaFile: JsonNode, options: SogOptions): Promise<SplatCloud> {
    const meta = ReadSogMeta(metaFile);
    const { readBytesAsync, decodeImageAsync, signal } = options;
    const pacer = new Pacer(`Reading ${metaFile.file}`, signal);
    /** Reads an image with at least `pixels` pixels. */
    const readAsync = async (name: string, pixels: number): Promise<RgbaImage> => {
        const image = await decodeImageAsync(await readBytesAsync(name), name);
        if (image.width * image.height < pixels) {
            throw new UltrametricError(
                "input",
                `${name} has ${image.width} x ${image.height} pixels, but ${metaFile.file} states ${pixels}. ` +
                    "Copy or export all files again.",
            );
        }
        await pacer.yieldIfDueAsync();
        return image;
    };
    const { count, harmonics } = meta;
    // Every image has a pixel per splat, so the first one tells whether the count is true, before memory is allocated.
    const low = await readAsync(meta.means.low, count);
    const cloud = AllocateSplats(count, harmonics?.degree ?? 0, SPLAT_FRAMES.ply, metaFile.file);
    await readMeansAsync(meta, low, await readAsync(meta.means.high, count), cloud, pacer);
    await readScalesAsync(meta, await readAsync(meta.scales.file, count), cloud, pacer);
    await readRotationsAsync(meta, await readAsync(meta.rotations, count), cloud, pacer);
    await readColorsAsync(meta, await readAsync(meta.colors.file, count), cloud, pacer);
    if (harmonics) {
        const labels = await readAsync(harmonics.labels, count);
        await readHarmonicsAsync(meta, labels, await readAsync(harmonics.centroids, 1), cloud, pacer);
    }
    return { ...cloud, isAntialiased: meta.isAntialiased };
}

/** Calls `set` for each splat, in time slices. */
async function forEachAsync(count: number, pacer: Pacer, set: (splat: number) => void): Promise<void> {
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            await pacer.yieldIfDueAsync();
        }
        set(i);
    }
}

function readMeansAsync(
    { count, means }: SogMeta,
    low: RgbaImage,
    high: RgbaImage,
    cloud: SplatCloud,
    pacer: Pacer,
): Promise<void> {
    const floats = new Float32Array(cloud.rows.buffer);
    return forEachAsync(count, pacer, (i) => {
        for (let axis = 0; axis < 3; axis++) {
            const [from, to] = means.ranges[axis];
            const step = 256 * high.data[4 * i + axis] + low.data[4 * i + axis];
            const value = from + ((to - from) * step) / 65535;
            floats[8 * i + axis] = Math.sign(value) * Math.expm1(Math.abs(value));
        }
    });
}

function readScalesAsync({ count, scales }: SogMeta, image: RgbaImage, cloud: SplatCloud, pacer: Pacer): Promise<void> {
    const floats = new Float32Array(cloud.rows.buffer);
    return forEachAsync(count, pacer, (i) => {
        for (let axis = 0; axis < 3; axis++) {
            floats[8 * i + 3 + axis] = scales.tables[axis][image.data[4 * i + axis]];
        }
    });
}

function readRotationsAsync(
    { count, rotations }: SogMeta,
    image: RgbaImage,
    cloud: SplatCloud,
    pacer: Pacer,
): Promise<void> {
    return forEachAsync(count, pacer, (i) => {
        const largest = image.data[4 * i + 3] - FIRST_LARGEST;
        if (largest < 0) {
            throw new UltrametricError(
                "input",
                `${rotations} is corrupt: the alpha of pixel ${i} is ${largest + FIRST_LARGEST}, below ` +
                    `${FIRST_LARGEST}. Its images must be lossless; export it again.`,
            );
        }
        const row = SPLAT_BYTES * i + 28;
        let squared = 0;
        for (let c = 0, stored = 0; c < 4; c++) {
            if (c !== largest) {
                const value = Math.SQRT2 * (image.data[4 * i + stored++] / 255 - 0.5);
                squared += value * value;
                cloud.rows[row + c] = ToByte(127.5 * (1 + value));
            }
        }
        cloud.rows[row + largest] = ToByte(127.5 * (1 + Math.sqrt(Math.max(0, 1 - squared))));
    });
}

function readColorsAsync({ count, colors }: SogMeta, image: RgbaImage, cloud: SplatCloud, pacer: Pacer): Promise<void> {
    return forEachAsync(count, pacer, (i) => {
        for (let c = 0; c < 4; c++) {
            cloud.rows[SPLAT_BYTES * i + 24 + c] = colors.tables[c][image.data[4 * i + c]];
        }
    });
}

function readHarmonicsAsync(
    { count, harmonics }: SogMeta,
    labels: RgbaImage,
    centroids: RgbaImage,
    cloud: SplatCloud,
    pacer: Pacer,
): Promise<void> {
    const { degree, table, centroids: file } = harmonics!;
    const values = HarmonicValues(degree);
    const size = (4 * values) / 3; // bytes of the pixels of a centroid
    const rowBytes = 4 * centroids.width;
    if (rowBytes < SOG_CENTROIDS_PER_ROW * size) {
        throw new UltrametricError(
            "input",
            `${file} is ${centroids.width} pixels wide, too narrow for ${degree} bands.`,
        );
    }
    return forEachAsync(count, pacer, (i) => {
        const label = labels.data[4 * i] + 256 * labels.data[4 * i + 1];
        const start = rowBytes * Math.floor(label / SOG_CENTROIDS_PER_ROW) + size * (label % SOG_CENTROIDS_PER_ROW);
        if (start + size > centroids.data.length) {
            throw new UltrametricError(
                "input",
                `${harmonics!.labels} is corrupt: pixel ${i} refers to centroid ${label}, which ${file} does not have.`,
            );
        }
        for (let k = 0; k < values; k++) {
            cloud.harmonics[values * i + k] = table[centroids.data[start + 4 * Math.floor(k / 3) + (k % 3)]];
        }
    });
}
