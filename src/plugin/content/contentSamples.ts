import type { Pacer } from "../../compute/base/pacer";
import { CreateRandom } from "../../compute/base/random";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { type SampledArea, WeighBackdropAsync } from "./contentBackdrop";
import { FaceNormals } from "./faceNormals";
import type { ContentPiece } from "./sceneContent";

/** The fields of a piece that its samples are made from. */
export type SampledPiece = Pick<
    ContentPiece,
    "kind" | "firstElement" | "elementCount" | "positions" | "normals" | "colors" | "baseUvs" | "emissiveUvs"
>;

/** Options of {@link SampleContentAsync}. */
export interface ContentSampleOptions {
    /** The number of samples on faces. */
    readonly count: number;
    /** Seed of the random numbers; the same seed gives the same samples. */
    readonly seed: number;
    /** The lowest opacity, 0..1, of a splat that becomes a sample. Default 0. */
    readonly splatOpacity?: number;
}

/** Points on the content: samples of its faces, all of its points, and the centers of its splats except faint ones. */
export interface ContentSamples<T extends SampledPiece> {
    /** [n, 3] positions in the capture's world. */
    readonly positions: Float32Array;
    /** [n, 3] unit normals, interpolated between vertices; null where points or splats have none. */
    readonly normals: Float32Array | null;
    /** [n, 3] unit normals of the flat faces, of either sign; null where there are points or splats. */
    readonly faceNormals: Float32Array | null;
    /** [n] the face, point or splat that each sample lies on, as an element of the whole content. */
    readonly elements: Uint32Array;
    /** [n, 2] barycentric weights of the second and third corner of the face; 0 for points and splats. */
    readonly barycentrics: Float32Array;
    readonly runs: readonly SampleRun<T>[];
}

/** The samples of one piece, with the vertex data that their colors depend on. */
export interface SampleRun<T extends SampledPiece> {
    readonly piece: T;
    /** Index of the first sample. */
    readonly first: number;
    readonly count: number;
    /** [count, 4] linear RGB and opacity; null where the piece has no colors. */
    readonly colors: Float32Array | null;
    /** [count, 2] texture coordinates of the base texture. */
    readonly baseUvs: Float32Array | null;
    /** [count, 2] texture coordinates of the emissive texture. */
    readonly emissiveUvs: Float32Array | null;
}

// The R2 sequence (Roberts 2018): consecutive points that fall on one face are spread evenly over it.
const R2 = [0.7548776662466927, 0.5698402909980532];

/**
 * Samples faces uniformly by area, with at most a third of the samples on a backdrop such as the ground, and returns
 * points and splats as they are.
 *
 * Stratified sampling: sample i lies in the i-th of `count` equal shares of the total area, so that each face gets its
 * expected number of samples, rounded up or down.
 *
 * @throws UltrametricError "input" for a wrong count or when all faces have no area, "aborted"
 */
export async function SampleContentAsync<T extends SampledPiece>(
    pieces: readonly T[],
    { count, seed, splatOpacity = 0 }: ContentSampleOptions,
    pacer: Pick<Pacer, "yieldIfDueAsync">,
): Promise<ContentSamples<T>> {
    if (!Number.isInteger(count) || count < 0) {
        throw new UltrametricError("input", `The number of samples is ${count}; it must be an integer of at least 0.`);
    }
    const hasFaces = pieces.some(({ kind }) => kind === "faces");
    const faceSamples = hasFaces ? count : 0;
    const sampledArea = faceSamples > 0 ? await WeighBackdropAsync(pieces, areaOf, pacer) : areaOf;
    const area = await totalAreaAsync(pieces, sampledArea, pacer);
    if (faceSamples > 0 && !(area > 0)) {
        throw new UltrametricError("input", "The faces of the meshes have no area; there is no surface to sample.");
    }
    let pointCount = 0;
    for (const piece of pieces) {
        for (let element = 0; piece.kind !== "faces" && element < piece.elementCount; element++) {
            pointCount += isOpaque(piece, element, splatOpacity) ? 1 : 0;
        }
        await pacer.yieldIfDueAsync();
    }
    const total = faceSamples + pointCount;
    const positions = new Float32Array(3 * total);
    const hasNormals = pieces.every(({ normals }) => normals !== null);
    const normals = hasNormals ? new Float32Array(3 * total) : null;
    const faceNormals = pointCount === 0 ? new Float32Array(3 * total) : null;
    const elements = new Uint32Array(total);
    const barycentrics = new Float32Array(2 * total);
    const runs: SampleRun<T>[] = [];
    const drawFaceSamples = createFaceSampler(faceSamples, sampledArea, area, seed, elements, barycentrics);
    let filled = 0;
    for (const piece of pieces) {
        const first = filled;
        if (piece.kind === "faces") {
            filled = drawFaceSamples(piece, filled);
        } else {
            for (let element = 0; element < piece.elementCount; element++) {
                if (isOpaque(piece, element, splatOpacity)) {
                    elements[filled++] = piece.firstElement + element;
                }
            }
        }
        if (filled > first) {
            const interpolate = (values: Float32Array | null, size: number): Float32Array | null =>
                values && interpolateCorners(piece, values, size, elements, barycentrics, first, filled);
            positions.set(interpolate(piece.positions, 3)!, 3 * first);
            normals?.set(normalized(interpolate(piece.normals, 3)!), 3 * first);
            if (faceNormals) {
                const cornerNormals = FaceNormals(piece.positions);
                for (let s = first; s < filled; s++) {
                    const corner = 9 * (elements[s] - piece.firstElement);
                    faceNormals.set(cornerNormals.subarray(corner, corner + 3), 3 * s);
                }
            }
            runs.push({
                piece,
                first,
                count: filled - first,
                colors: interpolate(piece.colors, 4),
                baseUvs: interpolate(piece.baseUvs, 2),
                emissiveUvs: interpolate(piece.emissiveUvs, 2),
            });
        }
        await pacer.yieldIfDueAsync();
    }
    // Rounding may put the last sample slightly beyond the last face; it is dropped.
    return filled === total
        ? { positions, normals, faceNormals, elements, barycentrics, runs }
        : {
              positions: positions.slice(0, 3 * filled),
              normals: normals?.slice(0, 3 * filled) ?? null,
              faceNormals: faceNormals?.slice(0, 3 * filled) ?? null,
              elements: elements.slice(0, filled),
              barycentrics: barycentrics.slice(0, 2 * filled),
              runs,
          };
}

async function totalAreaAsync(
    pieces: readonly SampledPiece[],
    sampledArea: SampledArea,
    pacer: Pick<Pacer, "yieldIfDueAsync">,
): Promise<number> {
    let area = 0;
    for (const piece of pieces) {
        if (piece.kind === "faces") {
            for (let face = 0; face < piece.elementCount; face++) {
                area += sampledArea(piece.positions, face);
            }
            await pacer.yieldIfDueAsync();
        }
    }
    return area;
}

/** Checks whether a point or splat becomes a sample; points and splats without colors always do. */
function isOpaque({ kind, colors }: SampledPiece, element: number, splatOpacity: number): boolean {
    return kind === "points" || colors === null || colors[4 * element + 3] >= splatOpacity;
}

/**
 * Returns a function that draws the samples of the next piece of faces, into `elements` and `barycentrics` from an
 * index on, and returns the index after the last one.
 */
function createFaceSampler(
    count: number,
    sampledArea: SampledArea,
    totalArea: number,
    seed: number,
    elements: Uint32Array,
    barycentrics: Float32Array,
): (piece: SampledPiece, first: number) => number {
    const random = CreateRandom(seed);
    const offset = [random(), random()];
    const share = totalArea / Math.max(count, 1);
    let drawn = 0;
    let passedArea = 0;
    let nextArea = random() * share;
    return (piece, first) => {
        let filled = first;
        for (let face = 0; face < piece.elementCount; face++) {
            passedArea += sampledArea(piece.positions, face);
            while (drawn < count && nextArea < passedArea) {
                let u = (offset[0] + drawn * R2[0]) % 1;
                let v = (offset[1] + drawn * R2[1]) % 1;
                if (u + v > 1) {
                    u = 1 - u;
                    v = 1 - v;
                }
                barycentrics[2 * filled] = u;
                barycentrics[2 * filled + 1] = v;
                elements[filled++] = piece.firstElement + face;
                drawn++;
                nextArea = (drawn + random()) * share;
            }
        }
        return filled;
    };
}

function areaOf(positions: Float32Array, face: number): number {
    const p = 9 * face;
    const ax = positions[p + 3] - positions[p];
    const ay = positions[p + 4] - positions[p + 1];
    const az = positions[p + 5] - positions[p + 2];
    const bx = positions[p + 6] - positions[p];
    const by = positions[p + 7] - positions[p + 1];
    const bz = positions[p + 8] - positions[p + 2];
    return Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx) / 2;
}

/** Interpolates corner values [corners, size] at samples `first` to `end`. */
function interpolateCorners(
    piece: SampledPiece,
    values: Float32Array,
    size: number,
    elements: Uint32Array,
    barycentrics: Float32Array,
    first: number,
    end: number,
): Float32Array {
    const interpolated = new Float32Array(size * (end - first));
    for (let s = first; s < end; s++) {
        const to = size * (s - first);
        const element = elements[s] - piece.firstElement;
        if (piece.kind !== "faces") {
            for (let i = 0; i < size; i++) {
                interpolated[to + i] = values[size * element + i];
            }
            continue;
        }
        const u = barycentrics[2 * s];
        const v = barycentrics[2 * s + 1];
        const from = 3 * size * element;
        for (let i = 0; i < size; i++) {
            interpolated[to + i] =
                (1 - u - v) * values[from + i] + u * values[from + size + i] + v * values[from + 2 * size + i];
        }
    }
    return interpolated;
}

function normalized(vectors: Float32Array): Float32Array {
    for (let i = 0; i < vectors.length; i += 3) {
        const length = Math.hypot(vectors[i], vectors[i + 1], vectors[i + 2]) || 1;
        // Exporters write normals that are not finite; a zero vector counts as none.
        const isUsable = Number.isFinite(length);
        for (let c = i; c < i + 3; c++) {
            vectors[c] = isUsable ? vectors[c] / length : 0;
        }
    }
    return vectors;
}
