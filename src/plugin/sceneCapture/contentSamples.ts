import type { Pacer } from "../../compute/base/pacer";
import { CreateRandom } from "../../compute/base/random";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { FaceNormals } from "./faceNormals";
import type { ContentPiece } from "./sceneContent";

/** What of a piece its samples are made from. */
export type SampledPiece = Pick<
    ContentPiece,
    "kind" | "firstElement" | "elementCount" | "positions" | "normals" | "colors" | "baseUvs" | "emissiveUvs"
>;

/** Points on the content: samples of its faces, all of its points, and the centers of its splats but for the faint ones. */
export interface ContentSamples<T extends SampledPiece> {
    /** [n, 3] */
    readonly positions: Float32Array;
    /** [n, 3] unit normals, those of the vertices blended; null where points or splats have none. */
    readonly normals: Float32Array | null;
    /** [n, 3] unit normals of the flat faces, of either sign; null where there are points or splats. */
    readonly faceNormals: Float32Array | null;
    /** [n] the face, point or splat each lies on, in the content's numbering. */
    readonly elements: Uint32Array;
    /** [n, 2] weights of the face's second and third corner, the first has the rest; 0 for points and splats. */
    readonly barycentrics: Float32Array;
    readonly runs: readonly SampleRun<T>[];
}

/** The samples of one piece, what their color depends on. */
export interface SampleRun<T extends SampledPiece> {
    readonly piece: T;
    readonly first: number;
    readonly count: number;
    /** [count, 4] */
    readonly colors: Float32Array | null;
    /** [count, 2] */
    readonly baseUvs: Float32Array | null;
    /** [count, 2] */
    readonly emissiveUvs: Float32Array | null;
}

// The R2 sequence (Roberts 2018): points of a row that fall on one face are spread evenly over it.
const R2 = [0.7548776662466927, 0.5698402909980532];

/**
 * Samples faces uniformly by area, and takes points and splats as they are.
 *
 * Sample i stands for the i-th of `count` equal shares of the whole area, so that a face gets its expected number of samples, rounded
 * up or down, wherever it is in the row. The same seed gives the same samples.
 *
 * @param count of samples on faces; 0 where only points are wanted
 * @param splatOpacity splats fainter than this give no sample
 * @throws UltrametricError "input" when all faces have no area, "aborted"
 */
export async function SampleContentAsync<T extends SampledPiece>(
    pieces: readonly T[],
    count: number,
    seed: number,
    pacer: Pick<Pacer, "yieldIfDueAsync">,
    splatOpacity = 0,
): Promise<ContentSamples<T>> {
    if (!Number.isInteger(count) || count < 0) {
        throw new UltrametricError("input", `The number of samples is ${count}; it is a whole number of at least 0.`);
    }
    const hasFaces = pieces.some(({ kind }) => kind === "faces");
    const faceSamples = hasFaces ? count : 0;
    let area = 0;
    for (const piece of pieces) {
        if (piece.kind === "faces") {
            for (let face = 0; face < piece.elementCount; face++) {
                area += areaOf(piece.positions, face);
            }
            await pacer.yieldIfDueAsync();
        }
    }
    if (faceSamples > 0 && !(area > 0)) {
        throw new UltrametricError(
            "input",
            "The faces of the meshes given have no area; there is no surface to sample.",
        );
    }
    const isLeaf = (piece: T, element: number): boolean =>
        piece.kind === "points" || piece.colors === null || piece.colors[4 * element + 3] >= splatOpacity;
    let pointCount = 0;
    for (const piece of pieces) {
        for (let element = 0; piece.kind !== "faces" && element < piece.elementCount; element++) {
            pointCount += isLeaf(piece, element) ? 1 : 0;
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

    const random = CreateRandom(seed);
    const offset = [random(), random()];
    const share = area / Math.max(faceSamples, 1);
    let drawn = 0;
    let passed = 0;
    let next = random() * share;
    let filled = 0;
    for (const piece of pieces) {
        const first = filled;
        if (piece.kind !== "faces") {
            for (let point = 0; point < piece.elementCount; point++) {
                if (isLeaf(piece, point)) {
                    elements[filled++] = piece.firstElement + point;
                }
            }
        } else {
            for (let face = 0; face < piece.elementCount; face++) {
                passed += areaOf(piece.positions, face);
                while (drawn < faceSamples && next < passed) {
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
                    next = (drawn + random()) * share;
                }
            }
        }
        if (filled > first) {
            const blend = (values: Float32Array | null, size: number): Float32Array | null =>
                values && blendCorners(piece, values, size, elements, barycentrics, first, filled);
            positions.set(blend(piece.positions, 3)!, 3 * first);
            normals?.set(normalized(blend(piece.normals, 3)!), 3 * first);
            if (faceNormals) {
                const own = FaceNormals(piece.positions);
                for (let s = first; s < filled; s++) {
                    const corner = 9 * (elements[s] - piece.firstElement);
                    faceNormals.set(own.subarray(corner, corner + 3), 3 * s);
                }
            }
            runs.push({
                piece,
                first,
                count: filled - first,
                colors: blend(piece.colors, 4),
                baseUvs: blend(piece.baseUvs, 2),
                emissiveUvs: blend(piece.emissiveUvs, 2),
            });
        }
        await pacer.yieldIfDueAsync();
    }
    // Rounding may leave the last shares of the area a hair beyond the last face.
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

/** The values of the corners, blended at samples `first..end`. */
function blendCorners(
    piece: SampledPiece,
    values: Float32Array,
    size: number,
    elements: Uint32Array,
    barycentrics: Float32Array,
    first: number,
    end: number,
): Float32Array {
    const blended = new Float32Array(size * (end - first));
    for (let s = first; s < end; s++) {
        const to = size * (s - first);
        const element = elements[s] - piece.firstElement;
        if (piece.kind !== "faces") {
            for (let i = 0; i < size; i++) {
                blended[to + i] = values[size * element + i];
            }
            continue;
        }
        const u = barycentrics[2 * s];
        const v = barycentrics[2 * s + 1];
        const from = 3 * size * element;
        for (let i = 0; i < size; i++) {
            blended[to + i] =
                (1 - u - v) * values[from + i] + u * values[from + size + i] + v * values[from + 2 * size + i];
        }
    }
    return blended;
}

function normalized(vectors: Float32Array): Float32Array {
    for (let i = 0; i < vectors.length; i += 3) {
        const length = Math.hypot(vectors[i], vectors[i + 1], vectors[i + 2]) || 1;
        vectors[i] /= length;
        vectors[i + 1] /= length;
        vectors[i + 2] /= length;
    }
    return vectors;
}
