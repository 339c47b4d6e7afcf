/** Leaves per block: sums are kept at the ends of blocks, and the leaves between are added. */
const BLOCK = 64;
/** The sums of a leaf: x, y, z, and the square of their length. */
const SUMS = 4;

/** The centroid of an interval of the leaf order, and its mean squared distance from it. */
export interface LeafSpread {
    readonly x: number;
    readonly y: number;
    readonly z: number;
    /** The mean squared distance of the leaves from the centroid. */
    readonly variance: number;
}

/** The centroids and spreads of all intervals of a leaf order, each in constant time and a few bytes per leaf. */
export class LeafMoments {
    /** [blocks + 1, 4] the sums of all leaves before each block. */
    private readonly _before: Float64Array;

    /**
     * @param _order [n] the leaf at each order index
     * @param _positions [n, 3]
     */
    public constructor(
        private readonly _order: Uint32Array,
        private readonly _positions: Float32Array,
    ) {
        const blocks = Math.ceil(_order.length / BLOCK);
        this._before = new Float64Array(SUMS * (blocks + 1));
        const sums = new Float64Array(SUMS);
        for (let block = 0; block < blocks; block++) {
            this._before.set(sums, SUMS * block);
            this._add(sums, block * BLOCK, Math.min(_order.length, (block + 1) * BLOCK), 1);
        }
        this._before.set(sums, SUMS * blocks);
    }

    /** Returns the spread of the leaves in disjoint intervals [start, end), which are not all empty. */
    public spreadOf(intervals: readonly { readonly start: number; readonly end: number }[]): LeafSpread {
        const sums = new Float64Array(SUMS);
        let count = 0;
        for (const { start, end } of intervals) {
            this._addBefore(sums, end, 1);
            this._addBefore(sums, start, -1);
            count += end - start;
        }
        const [x, y, z] = [sums[0] / count, sums[1] / count, sums[2] / count];
        return { x, y, z, variance: Math.max(0, sums[3] / count - (x * x + y * y + z * z)) };
    }

    private _addBefore(sums: Float64Array, orderIndex: number, sign: number): void {
        const block = Math.floor(orderIndex / BLOCK);
        for (let i = 0; i < SUMS; i++) {
            sums[i] += sign * this._before[SUMS * block + i];
        }
        this._add(sums, block * BLOCK, orderIndex, sign);
    }

    private _add(sums: Float64Array, from: number, to: number, sign: number): void {
        for (let orderIndex = from; orderIndex < to; orderIndex++) {
            const p = 3 * this._order[orderIndex];
            const [x, y, z] = [this._positions[p], this._positions[p + 1], this._positions[p + 2]];
            sums[0] += sign * x;
            sums[1] += sign * y;
            sums[2] += sign * z;
            sums[3] += sign * (x * x + y * y + z * z);
        }
    }
}
