import { NO_NEIGHBOR } from "../../compute/algorithms/faceNeighbors";
import type { Coroutine } from "../../compute/base/coroutine";
import { CELL, GRID_HEADER, HAS_GRID, HEADER, RECORD } from "./leafMapLayout";
import { type FaceMetric, SampleGrid, SampleGridBuffers } from "./sampleGrid";

/** The side of a cell in sample spacings; below 1, so that two samples rarely fall into one cell. */
const CELL_SIZE = 0.6;
/** The largest number of columns and of rows of a grid. */
const MAX_SIDE = 4096;
/** The number of cells per time slice. */
const CELLS_PER_CHUNK = 1 << 14;

/** The faces of a mesh and the samples on them, which a LeafMap is built from. */
export interface LeafMapInput {
    /** [3 faces, 3] corners of one instance's faces in its own space. */
    readonly corners: Float32Array;
    /** [instances, 9] linear part of each instance's world matrix, row by row for row vectors. */
    readonly frames: Float32Array;
    /** [faces, 3] see FindFaceNeighbors; of one instance. */
    readonly neighbors: Uint32Array;
    /** [instances * faces] the leaf that each face follows. */
    readonly leafOfFace: Uint32Array;
    /** [samples] the face that each sample lies on, ascending: instance * faces + face. */
    readonly faceOfSample: Uint32Array;
    /** [samples, 2] weights of the second and third corner. */
    readonly weights: Float32Array;
    /** The leaf of the first sample; the other samples are the next leaves. */
    readonly firstLeaf: number;
    /** The distance between neighboring samples. */
    readonly spacing: number;
}

/** A face with several samples. */
interface SampledFace {
    readonly face: number;
    /** [start, end) of its samples. */
    readonly start: number;
    readonly end: number;
    readonly grid: SampleGrid;
    /** The index of its grid in the words. */
    readonly at: number;
}

/** Returns the words of a leaf map, see leafMapLayout.ts. Yields every few thousand cells. */
export function* BuildLeafMapCoroutine({
    corners,
    frames,
    neighbors,
    leafOfFace,
    faceOfSample,
    weights,
    firstLeaf,
    spacing,
}: LeafMapInput): Coroutine<Uint32Array<ArrayBuffer>> {
    const faceCount = corners.length / 9;
    const sampledFaces: SampledFace[] = [];
    let size = HEADER + RECORD * leafOfFace.length;
    for (let start = 0; start < faceOfSample.length; ) {
        const face = faceOfSample[start];
        let end = start + 1;
        while (end < faceOfSample.length && faceOfSample[end] === face) {
            end++;
        }
        if (end - start > 1) {
            const instance = Math.floor(face / faceCount);
            const metric = metricOf(corners, face - instance * faceCount, frames, instance);
            const side = (squaredLength: number): number =>
                Math.min(Math.max(Math.ceil(Math.sqrt(squaredLength) / (CELL_SIZE * spacing)), 1), MAX_SIDE);
            const grid = new SampleGrid(side(metric[0]), side(metric[2]), metric);
            sampledFaces.push({ face, start, end, grid, at: size });
            size += GRID_HEADER + CELL * grid.cellCount;
        }
        start = end;
    }
    const words = new Uint32Array(size);
    words[0] = faceCount;
    for (let face = 0; face < leafOfFace.length; face++) {
        const at = HEADER + RECORD * face;
        words[at] = leafOfFace[face];
        const own = face % faceCount;
        for (let edge = 0; edge < 3; edge++) {
            const neighbor = neighbors[3 * own + edge];
            // The neighbor in the same instance.
            words[at + 1 + edge] = neighbor === NO_NEIGHBOR ? NO_NEIGHBOR : neighbor + 8 * (face - own);
        }
    }
    const floats = new Float32Array(words.buffer);
    const buffers = new SampleGridBuffers(sampledFaces.reduce((max, { grid }) => Math.max(max, grid.cellCount), 0));
    let cells = 0;
    for (const { face, start, end, grid, at } of sampledFaces) {
        words[HEADER + RECORD * face] = HAS_GRID + at;
        words[at] = grid.columns;
        words[at + 1] = grid.rows;
        floats.set([grid.metric[0], 2 * grid.metric[1], grid.metric[2]], at + 2);
        cells += grid.cellCount;
        if (cells > CELLS_PER_CHUNK) {
            cells = 0;
            yield;
        }
        yield* grid.fillCoroutine(weights, start, end, buffers);
        for (let cell = 0; cell < grid.cellCount; cell++) {
            const sample = buffers.samples[cell];
            const word = at + GRID_HEADER + CELL * cell;
            words[word] = firstLeaf + sample;
            const u = Math.round(65535 * weights[2 * sample]);
            const v = Math.round(65535 * weights[2 * sample + 1]);
            words[word + 1] = ((v << 16) | u) >>> 0;
        }
    }
    return words;
}

function metricOf(corners: Float32Array, face: number, frames: Float32Array, instance: number): FaceMetric {
    const edge = (corner: number): [number, number, number] => {
        const d = [0, 1, 2].map((axis) => corners[9 * face + 3 * corner + axis] - corners[9 * face + axis]);
        const m = 9 * instance;
        const along = (axis: number): number =>
            d[0] * frames[m + axis] + d[1] * frames[m + 3 + axis] + d[2] * frames[m + 6 + axis];
        return [along(0), along(1), along(2)];
    };
    const a = edge(1);
    const b = edge(2);
    const dot = (p: readonly number[], q: readonly number[]): number => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
    return [dot(a, a), dot(a, b), dot(b, b)];
}
