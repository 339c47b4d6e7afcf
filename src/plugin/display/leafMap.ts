import { type Coroutine, RunCoroutineAsync } from "../../compute/base/coroutine";
import type { Pacer } from "../../compute/base/pacer";
import { NO_NEIGHBOR } from "../../compute/views/faceNeighbors";

/** Words before the faces' records: the number of faces of one instance. */
const HEADER = 1;
/** Words of a face: its leaf, or HAS_GRID + where its grid is; its three neighbors (see FindFaceNeighbors). */
const RECORD = 4;
/** Words before a grid's cells: columns, rows, and as 32-bit floats what distances on the face are computed from. */
const GRID_HEADER = 5;
/** Words of a cell: a leaf, and where its sample is on the face, 16 bits for each weight. */
const CELL = 2;
const HAS_GRID = 0x80000000;
const EMPTY = 0xffffffff;
/** Cells are this many times closer than samples: hardly ever do two samples fall into one. */
const CELL_SIZE = 0.6;
/** Columns and rows of a grid at most. */
const MAX_SIDE = 4096;

/** Steps between two chances for a pause: a few milliseconds. */
const CELLS_PER_CHUNK = 1 << 14;

/** Faces and the samples on them, what a {@link LeafMap} is made of. */
export interface LeafMapInput {
    /** [3 faces, 3] corners of one instance's faces in its own space. */
    readonly corners: Float32Array;
    /** [instances, 9] linear part of where each instance stands, row by row for row vectors. */
    readonly frames: Float32Array;
    /** [faces, 3] see FindFaceNeighbors; of one instance. */
    readonly neighbors: Uint32Array;
    /** [instances * faces] the leaf that each face follows. */
    readonly leafOfFace: Uint32Array;
    /** [samples] ascending, the face that each sample lies on: instance * faces + face. */
    readonly faceOfSample: Uint32Array;
    /** [samples, 2] weights of the second and third corner there. */
    readonly weights: Float32Array;
    /** Leaf of the first sample; the others follow. */
    readonly firstLeaf: number;
    /** How far samples lie from each other. */
    readonly spacing: number;
}

/**
 * The leaf at every place of a mesh's faces, for the shaders that color meshes, and for picking.
 *
 * A face with one sample or none has one leaf. On a face with more, every place has the leaf of the nearest sample: borders are sharp at every
 * distance, and faces need not be cut. The samples are found by a grid over the face, each cell of which knows one sample that is near.
 */
export class LeafMap {
    private readonly _floats: Float32Array;

    private constructor(
        /** What the shaders read. */
        public readonly words: Uint32Array<ArrayBuffer>,
    ) {
        this._floats = new Float32Array(words.buffer);
    }

    /** In short runs. @throws UltrametricError "aborted" */
    public static async CreateAsync(input: LeafMapInput, pacer: Pick<Pacer, "yieldIfDueAsync">): Promise<LeafMap> {
        return new LeafMap(await RunCoroutineAsync(build(input), pacer));
    }

    /**
     * The leaf at a place.
     *
     * @param face instance * faces of one + face
     * @param u weight of the face's second corner
     * @param v weight of its third corner
     */
    public leafAt(face: number, u: number, v: number): number {
        const { words, _floats: floats } = this;
        const first = words[HEADER + RECORD * face];
        if (first < HAS_GRID) {
            return first;
        }
        const at = first - HAS_GRID;
        const [columns, rows] = [words[at], words[at + 1]];
        const column = Math.min(Math.max(Math.floor(u * columns), 0), columns - 1);
        const row = Math.min(Math.max(Math.floor(v * rows), 0), rows - 1);
        let leaf = 0;
        let nearest = Infinity;
        for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r++) {
            for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, columns - 1); c++) {
                const cell = at + GRID_HEADER + CELL * (r * columns + c);
                const du = (words[cell + 1] & 0xffff) / 65535 - u;
                const dv = (words[cell + 1] >>> 16) / 65535 - v;
                const distance = floats[at + 2] * du * du + floats[at + 3] * du * dv + floats[at + 4] * dv * dv;
                if (distance < nearest) {
                    nearest = distance;
                    leaf = words[cell];
                }
            }
        }
        return leaf;
    }
}

interface Grid {
    readonly face: number;
    readonly first: number;
    readonly end: number;
    /** Products of the edges from the first corner: second with itself, second with third, third with itself. */
    readonly metric: readonly [number, number, number];
    readonly columns: number;
    readonly rows: number;
    /** Where it is in the words. */
    readonly at: number;
}

/** The words of a map. Yields every few thousand steps. */
function* build({
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
    const grids: Grid[] = [];
    let size = HEADER + RECORD * leafOfFace.length;
    for (let first = 0; first < faceOfSample.length; ) {
        const face = faceOfSample[first];
        let end = first + 1;
        while (end < faceOfSample.length && faceOfSample[end] === face) {
            end++;
        }
        if (end - first > 1) {
            const instance = Math.floor(face / faceCount);
            const metric = MetricOf(corners, face - instance * faceCount, frames, instance);
            const side = (square: number): number =>
                Math.min(Math.max(Math.ceil(Math.sqrt(square) / (CELL_SIZE * spacing)), 1), MAX_SIDE);
            const grid = { face, first, end, metric, columns: side(metric[0]), rows: side(metric[2]), at: size };
            size += GRID_HEADER + CELL * grid.columns * grid.rows;
            grids.push(grid);
        }
        first = end;
    }
    const words = new Uint32Array(size);
    words[0] = faceCount;
    for (let face = 0; face < leafOfFace.length; face++) {
        const at = HEADER + RECORD * face;
        words[at] = leafOfFace[face];
        const own = face % faceCount;
        for (let edge = 0; edge < 3; edge++) {
            const neighbor = neighbors[3 * own + edge];
            // Of the same instance.
            words[at + 1 + edge] = neighbor === NO_NEIGHBOR ? NO_NEIGHBOR : neighbor + 8 * (face - own);
        }
    }
    const floats = new Float32Array(words.buffer);
    const scratch = new Scratch(grids.reduce((most, { columns, rows }) => Math.max(most, columns * rows), 0));
    let cells = 0;
    for (const grid of grids) {
        words[HEADER + RECORD * grid.face] = HAS_GRID + grid.at;
        words[grid.at] = grid.columns;
        words[grid.at + 1] = grid.rows;
        floats.set([grid.metric[0], 2 * grid.metric[1], grid.metric[2]], grid.at + 2);
        cells += grid.columns * grid.rows;
        if (cells > CELLS_PER_CHUNK) {
            cells = 0;
            yield;
        }
        yield* fillGrid(words, grid, weights, firstLeaf, scratch);
    }
    return words;
}

function MetricOf(corners: Float32Array, face: number, frames: Float32Array, instance: number): Grid["metric"] {
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

/** Puts each sample into its cell, then gives every cell a sample that is near, carried from cell to cell (Danielsson 1980). */
function* fillGrid(
    words: Uint32Array,
    grid: Grid,
    weights: Float32Array,
    firstLeaf: number,
    { samples, distances, held }: Scratch,
): Coroutine<void> {
    const { columns, rows, at, first, end } = grid;
    const cellCount = columns * rows;
    samples.fill(EMPTY, 0, cellCount);
    distances.fill(Infinity, 0, cellCount);
    held.fill(0, 0, cellCount);
    const take = (cell: number, sample: number): void => {
        samples[cell] = sample;
        held[cell] = 1; // it stays
    };
    let done = 0;
    for (let sample = first; sample < end; sample++) {
        const column = Math.min(Math.floor(weights[2 * sample] * columns), columns - 1);
        const row = Math.min(Math.floor(weights[2 * sample + 1] * rows), rows - 1);
        // Where two fall into one cell, the second has one beside it: who looks there looks here, too.
        let best = -1;
        let nearest = Infinity;
        for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r++) {
            for (let k = Math.max(column - 1, 0); k <= Math.min(column + 1, columns - 1); k++) {
                const distance =
                    r === row && k === column
                        ? -1
                        : (weights[2 * sample] * columns - k - 0.5) ** 2 +
                          (weights[2 * sample + 1] * rows - r - 0.5) ** 2;
                if (held[r * columns + k] === 0 && distance < nearest) {
                    nearest = distance;
                    best = r * columns + k;
                }
            }
        }
        if (best >= 0) {
            take(best, sample);
        }
        if (++done % CELLS_PER_CHUNK === 0) {
            yield;
        }
    }
    // There and back, twice: samples that are hidden behind others in the first round arrive in the second.
    for (let pass = 0; pass < 4; pass++) {
        const step = pass % 2 === 0 ? 1 : -1;
        for (let i = 0; i < rows; i++) {
            const row = step > 0 ? i : rows - 1 - i;
            const near = nearColumns(grid, row);
            carryAlongRow(grid, row, near, step, weights, samples, distances, held);
            done += near;
            if (done > CELLS_PER_CHUNK) {
                done = 0;
                yield;
            }
        }
    }
    for (let cell = 0; cell < cellCount; cell++) {
        const sample = samples[cell] === EMPTY ? first : samples[cell];
        const word = at + GRID_HEADER + CELL * cell;
        words[word] = firstLeaf + sample;
        const u = Math.round(65535 * weights[2 * sample]);
        const v = Math.round(65535 * weights[2 * sample + 1]);
        words[word + 1] = ((v << 16) | u) >>> 0;
    }
}

/** Columns of a row that the face reaches, and one more: what lies farther out is not looked at. */
function nearColumns({ columns, rows }: Grid, row: number): number {
    return Math.min(columns, Math.ceil(columns * (1 - (row - 1) / rows)) + 1);
}

/** Gives the cells of a row what their neighbors behind have, where it is nearer. @param step 1 from the first cell on, -1 from the last */
function carryAlongRow(
    { columns, rows, metric: [a, b, c] }: Grid,
    row: number,
    near: number,
    step: number,
    weights: Float32Array,
    samples: Uint32Array,
    distances: Float64Array,
    held: Uint8Array,
): void {
    const behind = row - step;
    const hasBehind = behind >= 0 && behind < rows;
    const v = (row + 0.5) / rows;
    for (let j = 0; j < near; j++) {
        const column = step > 0 ? j : near - 1 - j;
        const cell = row * columns + column;
        if (held[cell] === 1) {
            continue;
        }
        const u = (column + 0.5) / columns;
        let own = samples[cell];
        let nearest = distances[cell];
        // Three cells of the row behind, from column - 1 on, and the one behind in this row.
        for (let k = hasBehind ? 0 : 3; k < 4; k++) {
            const from = k < 3 ? column - 1 + k : column - step;
            if (from < 0 || from >= columns) {
                continue;
            }
            const sample = samples[k < 3 ? behind * columns + from : row * columns + from];
            if (sample === EMPTY || sample === own) {
                continue;
            }
            const du = weights[2 * sample] - u;
            const dv = weights[2 * sample + 1] - v;
            const distance = a * du * du + 2 * b * du * dv + c * dv * dv;
            if (distance < nearest) {
                nearest = distance;
                own = sample;
            }
        }
        samples[cell] = own;
        distances[cell] = nearest;
    }
}

/** What grids are filled by, the largest and all others after each other. */
class Scratch {
    /** Samples by cell. */
    public readonly samples: Uint32Array;
    public readonly distances: Float64Array;
    /** 1 for cells with a sample in them. */
    public readonly held: Uint8Array;

    public constructor(cellCount: number) {
        this.samples = new Uint32Array(cellCount);
        this.distances = new Float64Array(cellCount);
        this.held = new Uint8Array(cellCount);
    }
}
