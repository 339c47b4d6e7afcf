import type { Coroutine } from "../../compute/base/coroutine";

const EMPTY = 0xffffffff;
/** The number of steps per time slice. */
const STEPS_PER_CHUNK = 1 << 14;

/** The dot products of a face's first two edges, aa, ab and bb: a*du^2 + 2*b*du*dv + c*dv^2 is a squared distance. */
export type FaceMetric = readonly [a: number, b: number, c: number];

/** The buffers that grids are filled in, one after the other. */
export class SampleGridBuffers {
    /** The sample of each cell. */
    public readonly samples: Uint32Array;
    /** The squared distance of each cell's center from its sample. */
    public readonly distances: Float64Array;
    /** 1 for cells with a sample inside. */
    public readonly isFixed: Uint8Array;

    /** @param cellCount of the largest grid */
    public constructor(cellCount: number) {
        this.samples = new Uint32Array(cellCount);
        this.distances = new Float64Array(cellCount);
        this.isFixed = new Uint8Array(cellCount);
    }
}

/** A grid over the weights of a face's second and third corner that finds a nearby sample for each cell. */
export class SampleGrid {
    public constructor(
        public readonly columns: number,
        public readonly rows: number,
        public readonly metric: FaceMetric,
    ) {}

    public get cellCount(): number {
        return this.columns * this.rows;
    }

    /**
     * Puts each sample into its cell, and propagates samples to the empty cells from cell to cell (Danielsson 1980,
     * "Euclidean distance mapping").
     *
     * @param weights [samples, 2] weights of the second and third corner
     * @param start the first sample on the face
     * @param end one past the last one
     * @param buffers whose `samples` receive the sample of each cell
     */
    public *fillCoroutine(
        weights: Float32Array,
        start: number,
        end: number,
        buffers: SampleGridBuffers,
    ): Coroutine<void> {
        const { rows, cellCount } = this;
        const { samples, distances, isFixed } = buffers;
        samples.fill(EMPTY, 0, cellCount);
        distances.fill(Infinity, 0, cellCount);
        isFixed.fill(0, 0, cellCount);
        let steps = 0;
        for (let sample = start; sample < end; sample++) {
            const cell = this._freeCellOf(weights[2 * sample], weights[2 * sample + 1], isFixed);
            if (cell >= 0) {
                samples[cell] = sample;
                isFixed[cell] = 1;
            }
            if (++steps % STEPS_PER_CHUNK === 0) {
                yield;
            }
        }
        // Forward and back, twice: the second round reaches cells that other samples shielded in the first.
        for (let pass = 0; pass < 4; pass++) {
            const direction = pass % 2 === 0 ? 1 : -1;
            for (let i = 0; i < rows; i++) {
                const row = direction > 0 ? i : rows - 1 - i;
                steps += this._propagateRow(row, direction, weights, buffers);
                if (steps > STEPS_PER_CHUNK) {
                    steps = 0;
                    yield;
                }
            }
        }
        for (let cell = 0; cell < cellCount; cell++) {
            if (samples[cell] === EMPTY) {
                samples[cell] = start;
            }
        }
    }

    /**
     * Returns the cell of a sample; if another sample has it, the nearest free one beside it, which lookups of the cell
     * search, too. -1 if there is none.
     */
    private _freeCellOf(u: number, v: number, isFixed: Uint8Array): number {
        const { columns, rows } = this;
        const column = Math.min(Math.floor(u * columns), columns - 1);
        const row = Math.min(Math.floor(v * rows), rows - 1);
        let best = -1;
        let nearest = Infinity;
        for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r++) {
            for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, columns - 1); c++) {
                const distance =
                    r === row && c === column ? -1 : (u * columns - c - 0.5) ** 2 + (v * rows - r - 0.5) ** 2;
                if (isFixed[r * columns + c] === 0 && distance < nearest) {
                    nearest = distance;
                    best = r * columns + c;
                }
            }
        }
        return best;
    }

    /**
     * Gives the cells of a row the samples of the cells before them, where those are nearer.
     *
     * @param direction 1 from the first cell on, -1 from the last
     * @returns the number of cells visited
     */
    private _propagateRow(
        row: number,
        direction: number,
        weights: Float32Array,
        { samples, distances, isFixed }: SampleGridBuffers,
    ): number {
        const {
            columns,
            rows,
            metric: [a, b, c],
        } = this;
        // The columns that the face reaches in the row, and one more.
        const columnCount = Math.min(columns, Math.ceil(columns * (1 - (row - 1) / rows)) + 1);
        const previousRow = row - direction;
        const hasPreviousRow = previousRow >= 0 && previousRow < rows;
        const v = (row + 0.5) / rows;
        for (let j = 0; j < columnCount; j++) {
            const column = direction > 0 ? j : columnCount - 1 - j;
            const cell = row * columns + column;
            if (isFixed[cell] === 1) {
                continue;
            }
            const u = (column + 0.5) / columns;
            let best = samples[cell];
            let nearest = distances[cell];
            // Three cells of the previous row, from column - 1 on, and the previous cell of this row.
            for (let k = hasPreviousRow ? 0 : 3; k < 4; k++) {
                const from = k < 3 ? column - 1 + k : column - direction;
                if (from < 0 || from >= columns) {
                    continue;
                }
                const sample = samples[k < 3 ? previousRow * columns + from : row * columns + from];
                if (sample === EMPTY || sample === best) {
                    continue;
                }
                const du = weights[2 * sample] - u;
                const dv = weights[2 * sample + 1] - v;
                const distance = a * du * du + 2 * b * du * dv + c * dv * dv;
                if (distance < nearest) {
                    nearest = distance;
                    best = sample;
                }
            }
            samples[cell] = best;
            distances[cell] = nearest;
        }
        return columnCount;
    }
}
