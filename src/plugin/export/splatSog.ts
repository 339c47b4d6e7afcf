import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { type Coroutine, RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { HarmonicValues, SH_C0, SPLAT_BYTES, SPLATS_PER_CHUNK, ToByte } from "../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../compute/splats/splatFrame";
import { SOG_CENTROIDS_PER_ROW } from "../formats/splats/sogFile";
import { FindHarmonicPalette } from "./harmonicPalette";
import { FindCodebook } from "./scaleCodebook";
import { type SplatsToWrite, SplatsToWriteCoroutine } from "./splatsToWrite";
import { MAX_WEBP_SIZE, WebpImage } from "./webpImage";

const VERSION = 2;
/** The highest degree of harmonics in the format. */
const MAX_DEGREE = 3;
/** The most vectors of harmonics, whose labels have 16 bits. */
const MAX_CENTROIDS = 1 << 16;
const MIN_SCALE = 1e-20;
/** The alpha of a rotation whose first component, w, is the largest; those of x, y and z follow. */
const FIRST_LARGEST = 252;

/** A file of a SOG, and the part of meta.json that describes it. */
interface SogPart {
    readonly files: readonly { readonly name: string; readonly width: number; readonly data: Uint8Array }[];
    readonly meta: Record<string, unknown>;
}

/**
 * Writes splats of a mesh as a bundled SOG of version 2: images in WebP without loss, in an archive. Harmonics are kept
 * up to degree 3, in 8 bits; those of more than 65,536 different splats are replaced by similar ones. The splats keep
 * their order. A reader that follows the axes of such files (right, down, front) shows the splats as the mesh does.
 *
 * @param labels [splats of the mesh] a whole number from 0 to 2^24 - 1 per splat, written as `labels.webp` (red, green
 * and blue are the bytes of the label, the lowest first), which other readers ignore; null writes none
 * @param splats indices of the splats; null for all
 * @throws UltrametricError "input" when the mesh does not have its splats in memory (keepInRam), an index is out of
 * range, labels and splats differ in number, or there are no splats; "unsupported" for compounds, whose splats have no
 * common coordinates; "limits" for more than 2^28 splats; "aborted"
 */
export async function WriteSplatSogAsync(
    mesh: GaussianSplattingMesh,
    labels: ArrayLike<number> | null = null,
    splats: ArrayLike<number> | null = null,
    options: Partial<RunOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
    const { onProgress, signal } = options;
    const pacer = new Pacer(`Writing ${mesh.name}`, signal);
    const cloud = await RunCoroutineAsync(SplatsToWriteCoroutine(mesh, SPLAT_FRAMES.ply, labels, splats), pacer);
    const side = 4 * Math.ceil(Math.sqrt(cloud.count) / 4);
    if (cloud.count === 0 || side > MAX_WEBP_SIZE) {
        throw new UltrametricError(
            cloud.count === 0 ? "input" : "limits",
            `A SOG holds 1 to ${MAX_WEBP_SIZE ** 2} splats, not ${cloud.count}. Write fewer splats to a file.`,
        );
    }
    const makers: readonly ((cloud: SplatsToWrite, side: number) => Coroutine<SogPart>)[] = [
        meansPart,
        scalesPart,
        rotationsPart,
        colorsPart,
        ...(cloud.harmonicDegree > 0 ? [harmonicsPart] : []),
        ...(cloud.labels ? [labelsPart] : []),
    ];
    const meta: Record<string, unknown> = {
        version: VERSION,
        asset: { generator: "babylon-ultrametric" },
        count: cloud.count,
        ...(cloud.isAntialiased ? { antialias: true } : {}),
    };
    const files = new Map<string, Uint8Array>();
    for (const [done, make] of makers.entries()) {
        onProgress?.(StageProgress("writeSplats", done / makers.length));
        const part = await RunCoroutineAsync(make(cloud, side), pacer);
        for (const { name, width, data } of part.files) {
            files.set(name, await RunCoroutineAsync(WebpImage(data, width, data.length / (4 * width)), pacer));
        }
        Object.assign(meta, part.meta);
        await pacer.yieldIfDueAsync();
    }
    files.set("meta.json", new TextEncoder().encode(JSON.stringify(meta)));
    return bundleAsync(files, pacer);
}

/** Creates an image with a pixel per splat: bytes by splat and channel; the rest is opaque black. */
function* perSplat(
    name: string,
    { count }: SplatsToWrite,
    side: number,
    byte: (splat: number, channel: number) => number,
): Coroutine<SogPart["files"][number]> {
    const height = Math.ceil(count / side);
    const data = new Uint8Array(4 * side * height);
    for (let i = 0; i < side * height; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        for (let c = 0; c < 4; c++) {
            data[4 * i + c] = i < count ? byte(i, c) : c < 3 ? 0 : 255;
        }
    }
    return { name, width: side, data };
}

function* meansPart(cloud: SplatsToWrite, side: number): Coroutine<SogPart> {
    const floats = new Float32Array(cloud.rows.buffer);
    const logs = new Float64Array(3 * cloud.count);
    const [mins, maxs] = [[0, 0, 0].fill(Infinity), [0, 0, 0].fill(-Infinity)];
    for (let i = 0; i < logs.length; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        const axis = i % 3;
        const value = floats[8 * Math.floor(i / 3) + axis];
        logs[i] = Math.sign(value) * Math.log1p(Math.abs(value));
        mins[axis] = Math.min(mins[axis], logs[i]);
        maxs[axis] = Math.max(maxs[axis], logs[i]);
    }
    const step = (i: number): number => {
        const range = maxs[i % 3] - mins[i % 3];
        return range > 0 ? Math.round((65535 * (logs[i] - mins[i % 3])) / range) : 0;
    };
    return {
        files: [
            yield* perSplat("means_l.webp", cloud, side, (i, c) => (c < 3 ? step(3 * i + c) & 255 : 255)),
            yield* perSplat("means_u.webp", cloud, side, (i, c) => (c < 3 ? step(3 * i + c) >> 8 : 255)),
        ],
        meta: { means: { mins, maxs, files: ["means_l.webp", "means_u.webp"] } },
    };
}

function* scalesPart(cloud: SplatsToWrite, side: number): Coroutine<SogPart> {
    const floats = new Float32Array(cloud.rows.buffer);
    const logs = new Float32Array(3 * cloud.count);
    for (let i = 0; i < logs.length; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        logs[i] = Math.log(Math.max(MIN_SCALE, floats[8 * Math.floor(i / 3) + 3 + (i % 3)]));
    }
    const { entries, indices } = yield* FindCodebook(logs);
    return {
        files: [yield* perSplat("scales.webp", cloud, side, (i, c) => (c < 3 ? indices[3 * i + c] : 255))],
        meta: { scales: { codebook: [...entries], files: ["scales.webp"] } },
    };
}

function* rotationsPart(cloud: SplatsToWrite, side: number): Coroutine<SogPart> {
    const bytes = new Uint8Array(4 * cloud.count);
    const q = new Float64Array(4);
    for (let i = 0; i < cloud.count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        let largest = 0;
        let squared = 0;
        for (let c = 0; c < 4; c++) {
            q[c] = cloud.rows[SPLAT_BYTES * i + 28 + c] / 127.5 - 1;
            squared += q[c] * q[c];
            largest = Math.abs(q[c]) > Math.abs(q[largest]) ? c : largest;
        }
        const scale = Math.sign(q[largest]) / Math.sqrt(squared);
        for (let c = 0, stored = 0; c < 4; c++) {
            if (c !== largest) {
                bytes[4 * i + stored++] = ToByte(255 * ((scale * q[c]) / Math.SQRT2 + 0.5));
            }
        }
        bytes[4 * i + 3] = FIRST_LARGEST + largest;
    }
    return {
        files: [yield* perSplat("quats.webp", cloud, side, (i, c) => bytes[4 * i + c])],
        meta: { quats: { files: ["quats.webp"] } },
    };
}

/** Colors in memory are bytes, so a codebook of all bytes keeps them exactly. */
function* colorsPart(cloud: SplatsToWrite, side: number): Coroutine<SogPart> {
    const codebook = Array.from({ length: 256 }, (_, byte) => (byte / 255 - 0.5) / SH_C0);
    return {
        files: [yield* perSplat("sh0.webp", cloud, side, (i, c) => cloud.rows[SPLAT_BYTES * i + 24 + c])],
        meta: { sh0: { codebook, files: ["sh0.webp"] } },
    };
}

function* harmonicsPart(cloud: SplatsToWrite, side: number): Coroutine<SogPart> {
    const bands = Math.min(cloud.harmonicDegree, MAX_DEGREE);
    const values = HarmonicValues(bands);
    const stored = HarmonicValues(cloud.harmonicDegree);
    const harmonics = stored === values ? cloud.harmonics : cloud.harmonics.filter((_, i) => i % stored < values);
    const palette = yield* FindHarmonicPalette(harmonics, values, MAX_CENTROIDS);
    const width = (SOG_CENTROIDS_PER_ROW * values) / 3;
    const data = new Uint8Array(4 * width * Math.ceil(palette.count / SOG_CENTROIDS_PER_ROW)).fill(255);
    for (let i = 0; i < palette.vectors.length; i++) {
        if (i % (4 * SPLATS_PER_CHUNK) === 0) {
            yield;
        }
        data[4 * Math.floor(i / 3) + (i % 3)] = palette.vectors[i];
    }
    const labels = yield* perSplat("shN_labels.webp", cloud, side, (i, c) =>
        c === 0 ? palette.labels[i] & 255 : c === 1 ? palette.labels[i] >> 8 : c === 2 ? 0 : 255,
    );
    const codebook = Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);
    const files = ["shN_centroids.webp", "shN_labels.webp"];
    return {
        files: [{ name: files[0], width, data }, labels],
        meta: { shN: { count: palette.count, bands, codebook, files } },
    };
}

function* labelsPart(cloud: SplatsToWrite, side: number): Coroutine<SogPart> {
    return {
        files: [
            yield* perSplat("labels.webp", cloud, side, (i, c) => (c < 3 ? (cloud.labels![i] >> (8 * c)) & 255 : 255)),
        ],
        meta: { labels: { files: ["labels.webp"] } },
    };
}

/** Puts files into an archive, without compression, as the images have their own. */
async function bundleAsync(files: ReadonlyMap<string, Uint8Array>, pacer: Pacer): Promise<Uint8Array<ArrayBuffer>> {
    const { Zip, ZipPassThrough } = await import("fflate");
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const archive = new Zip((error, chunk) => {
        if (error) {
            throw error;
        }
        chunks.push(chunk as Uint8Array<ArrayBuffer>);
    });
    for (const [name, bytes] of files) {
        const entry = new ZipPassThrough(name);
        archive.add(entry);
        entry.push(bytes, true);
        await pacer.yieldIfDueAsync();
    }
    archive.end();
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
