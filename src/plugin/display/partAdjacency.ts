import type { Coroutine } from "../../compute/base/coroutine";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import { CutAtCount } from "../../compute/hierarchy/cut/partition";

/** The number of leaves per time slice. */
const LEAVES_PER_CHUNK = 1 << 15;
/** The bounds of the number of cells along the longest side; within them, a cell holds a few leaves of a surface. */
const MIN_CELLS = 8;
const MAX_CELLS = 128;
/** Half of the 26 cells around a cell; each of the other 13 has the cell in its own half. */
const HALF_NEIGHBORS: readonly (readonly [number, number, number])[] = [
    [1, 0, 0],
    ...[-1, 0, 1].map((x) => [x, 1, 0] as const),
    ...[-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => [x, y, 1] as const)),
];

/** The parts of a cut, and which of them touch: some of their leaves lie in the same or neighboring cells of a grid. */
export class PartAdjacency {
    private constructor(
        /** [parts + 1] the first order index of each part of the cut. */
        public readonly starts: Uint32Array,
        /** [parts, words] the parts that touch each part, one bit each. */
        private readonly _bits: Uint32Array,
        private readonly _words: number,
    ) {}

    /**
     * Finds the parts that touch.
     *
     * @param positions [n, 3] of the leaves
     * @param maxParts the number of parts of the cut, if the dendrogram has as many leaves
     */
    public static *CreateCoroutine(
        dendrogram: Dendrogram,
        positions: Float32Array,
        maxParts: number,
    ): Coroutine<PartAdjacency> {
        const { order, leafCount } = dendrogram;
        const { starts, partCount } = CutAtCount(dendrogram, Math.max(1, Math.min(maxParts, leafCount)));
        const words = Math.ceil(partCount / 32);
        const bits = new Uint32Array(partCount * words);
        const adjacency = new PartAdjacency(starts, bits, words);
        yield;
        const grid = new LeafGrid(positions);
        const cells = new Map<number, number[]>();
        for (let part = 0; part < partCount; part++) {
            for (let i = starts[part]; i < starts[part + 1]; i++) {
                const cell = grid.cellOf(order[i]);
                const parts = cells.get(cell);
                if (!parts) {
                    cells.set(cell, [part]);
                } else if (parts[parts.length - 1] !== part) {
                    parts.push(part); // each part is added once, since they ascend
                }
                if (i % LEAVES_PER_CHUNK === 0) {
                    yield;
                }
            }
        }
        let done = 0;
        for (const [cell, parts] of cells) {
            adjacency._connect(parts, parts);
            for (const step of HALF_NEIGHBORS) {
                const neighbors = cells.get(cell + grid.offsetOf(step));
                if (neighbors) {
                    adjacency._connect(parts, neighbors);
                }
            }
            if (++done % 1024 === 0) {
                yield;
            }
        }
        return adjacency;
    }

    /** The number of parts of the cut. */
    public get partCount(): number {
        return this.starts.length - 1;
    }

    /** Returns the parts outside [first, last) that touch a part inside, ascending. */
    public neighborsOf(first: number, last: number): number[] {
        const { _bits: bits, _words: words } = this;
        const neighbors: number[] = [];
        for (let word = 0; word < words; word++) {
            let union = 0;
            for (let part = first; part < last; part++) {
                union |= bits[part * words + word];
            }
            while (union !== 0) {
                const bit = 31 - Math.clz32(union & -union);
                union &= union - 1;
                const part = 32 * word + bit;
                if (part < first || part >= last) {
                    neighbors.push(part);
                }
            }
        }
        return neighbors;
    }

    private _connect(first: readonly number[], second: readonly number[]): void {
        const { _bits: bits, _words: words } = this;
        for (const a of first) {
            for (const b of second) {
                bits[a * words + (b >> 5)] |= 1 << (b & 31);
                bits[b * words + (a >> 5)] |= 1 << (a & 31);
            }
        }
    }
}

/** A grid of cubes over the bounding box of points, with a border of one cell, so neighbors have unique numbers. */
class LeafGrid {
    private readonly _low = [Infinity, Infinity, Infinity];
    private readonly _scale: number;
    private readonly _side: number;

    public constructor(private readonly _positions: Float32Array) {
        const high = [-Infinity, -Infinity, -Infinity];
        for (let p = 0; p < _positions.length; p++) {
            const axis = p % 3;
            this._low[axis] = Math.min(this._low[axis], _positions[p]);
            high[axis] = Math.max(high[axis], _positions[p]);
        }
        const cells = Math.min(Math.max(Math.round(Math.sqrt(_positions.length / 3) / 4), MIN_CELLS), MAX_CELLS);
        const extent = Math.max(...high.map((value, axis) => value - this._low[axis]));
        this._scale = extent > 0 ? cells / extent : 0;
        this._side = cells + 3;
    }

    public cellOf(leaf: number): number {
        const index = (axis: number): number =>
            1 + Math.floor((this._positions[3 * leaf + axis] - this._low[axis]) * this._scale);
        return index(0) + this._side * (index(1) + this._side * index(2));
    }

    /** Returns the difference between the numbers of two cells. */
    public offsetOf([x, y, z]: readonly [number, number, number]): number {
        return x + this._side * (y + this._side * z);
    }
}
