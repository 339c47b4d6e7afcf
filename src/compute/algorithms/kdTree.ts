import { type Coroutine, RunCoroutineSync } from "../base/coroutine";

const LEAF_SIZE = 10;
/** Points that one time slice handles. */
const POINTS_PER_CHUNK = 1 << 15;

/**
 * A k-d tree over points in space, for exact nearest neighbors. Points are stored in tree order, so that a leaf is
 * contiguous. Building takes O(n log n), a query O(log n) for points on curves, on surfaces or in volumes.
 */
export class KdTree {
    /** Point indices in tree order. */
    private _order = new Uint32Array(0);
    /** [n, 3] positions in tree order. */
    private _sorted = new Float32Array(0);
    /**
     * Per node, whose children are 2i + 1 and 2i + 2: split axis (0..2) or 3 for a leaf, split value, range of slots.
     */
    private _axis = new Uint8Array(0);
    private _split = new Float32Array(0);
    private _first = new Uint32Array(0);
    private _last = new Uint32Array(0);
    /** Bounding box of all points. */
    private readonly _rootLow = new Float64Array(3);
    private readonly _rootHigh = new Float64Array(3);
    /** Of the node that is being split: its bounding box, and the range of slots that contains the median. */
    private readonly _low = new Float64Array(3);
    private readonly _high = new Float64Array(3);
    private _left = 0;
    private _right = 0;
    private readonly _stackNode = new Int32Array(64);
    private readonly _stackBound = new Float64Array(64);
    private readonly _stackOffset = new Float64Array(64 * 3);
    private _nearestDistance = new Float64Array(0);
    private _nearestSlot = new Uint32Array(0);

    /** @param positions [n, 3], finite */
    public constructor(positions: Float32Array) {
        RunCoroutineSync(this._fill(positions));
    }

    /** Builds the same tree as the constructor, in time slices. */
    public static *CreateCoroutine(positions: Float32Array): Coroutine<KdTree> {
        const tree = new KdTree(new Float32Array(0));
        yield* tree._fill(positions);
        return tree;
    }

    private *_fill(positions: Float32Array): Coroutine<void> {
        const count = positions.length / 3;
        this._order = new Uint32Array(count);
        for (let i = 0; i < count; i++) {
            this._order[i] = i;
        }
        yield* this._growBoxCoroutine(positions, 0, count);
        this._rootLow.set(this._low);
        this._rootHigh.set(this._high);
        let depth = 0;
        while (count > LEAF_SIZE * 2 ** depth) {
            depth++;
        }
        const nodes = 2 ** (depth + 1) - 1;
        this._axis = new Uint8Array(nodes).fill(3);
        this._split = new Float32Array(nodes);
        this._first = new Uint32Array(nodes);
        this._last = new Uint32Array(nodes);
        yield* this._buildCoroutine(positions, 0, 0, count, depth);
        this._sorted = new Float32Array(3 * count);
        for (let slot = 0; slot < count; slot++) {
            if (slot % POINTS_PER_CHUNK === 0) {
                yield;
            }
            const p = 3 * this._order[slot];
            this._sorted[3 * slot] = positions[p];
            this._sorted[3 * slot + 1] = positions[p + 1];
            this._sorted[3 * slot + 2] = positions[p + 2];
        }
    }

    /** Number of points. */
    public get count(): number {
        return this._order.length;
    }

    /**
     * Finds the k nearest points of each query, nearest first; points at the same distance come in any order.
     *
     * @param queries [q, 3]
     * @param k number of points; missing ones have index -1 and an infinite distance
     * @param skipSelf excludes the point with the index of the query (for queries that are the points themselves)
     * @param begin index of the first query
     * @param end index after the last query
     * @returns indices [end - begin, k] and squared distances [end - begin, k]
     */
    public nearest(
        queries: Float32Array,
        k: number,
        skipSelf = false,
        begin = 0,
        end = queries.length / 3,
    ): { indices: Int32Array; squaredDistances: Float32Array } {
        const indices = new Int32Array((end - begin) * k).fill(-1);
        const squaredDistances = new Float32Array((end - begin) * k).fill(Number.POSITIVE_INFINITY);
        this._reserve(k);
        if (skipSelf && begin === 0 && end === this.count) {
            // In tree order, consecutive queries are close in space, which keeps the caches warm.
            for (let slot = 0; slot < end; slot++) {
                const q = this._order[slot];
                const found = this._query(
                    queries[3 * q],
                    queries[3 * q + 1],
                    queries[3 * q + 2],
                    k,
                    q,
                    null,
                    -1,
                    Infinity,
                );
                this._store(indices, squaredDistances, q * k, found);
            }
            return { indices, squaredDistances };
        }
        for (let q = begin; q < end; q++) {
            const skip = skipSelf ? q : -1;
            const found = this._query(
                queries[3 * q],
                queries[3 * q + 1],
                queries[3 * q + 2],
                k,
                skip,
                null,
                -1,
                Infinity,
            );
            this._store(indices, squaredDistances, (q - begin) * k, found);
        }
        return { indices, squaredDistances };
    }

    /**
     * Finds the nearest point with a label other than `ownLabel`.
     *
     * @param labels [n] label of each point
     * @param bound squared distance that the point must be below
     * @returns index -1 if there is none
     */
    public nearestOfOtherLabel(
        x: number,
        y: number,
        z: number,
        labels: Uint32Array,
        ownLabel: number,
        bound = Number.POSITIVE_INFINITY,
    ): { index: number; squaredDistance: number } {
        this._reserve(1);
        const found = this._query(x, y, z, 1, -1, labels, ownLabel, bound);
        return found === 0
            ? { index: -1, squaredDistance: Number.POSITIVE_INFINITY }
            : { index: this._order[this._nearestSlot[0]], squaredDistance: this._nearestDistance[0] };
    }

    /** Returns true if point i has another one at a distance of at most `radius`. @param positions of the tree */
    public hasNeighborWithin(positions: Float32Array, i: number, radius: number): boolean {
        this._reserve(1);
        const bound = radius * radius * (1 + 1e-6);
        return this._query(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2], 1, i, null, -1, bound) > 0;
    }

    /** Allocates the result buffers for k points; they are reused by later queries. */
    private _reserve(k: number): void {
        if (this._nearestSlot.length < k) {
            this._nearestDistance = new Float64Array(k);
            this._nearestSlot = new Uint32Array(k);
        }
    }

    private _store(indices: Int32Array, squaredDistances: Float32Array, offset: number, found: number): void {
        for (let j = 0; j < found; j++) {
            indices[offset + j] = this._order[this._nearestSlot[j]];
            squaredDistances[offset + j] = this._nearestDistance[j];
        }
    }

    private _query(
        x: number,
        y: number,
        z: number,
        k: number,
        skip: number,
        labels: Uint32Array | null,
        ownLabel: number,
        bound: number,
    ): number {
        const { _order, _sorted, _axis, _split, _stackNode, _stackBound, _stackOffset } = this;
        const distance = this._nearestDistance;
        const slot = this._nearestSlot;
        let found = 0;
        let worst = bound;
        let top = 0;
        _stackNode[0] = 0;
        // Starts with the distance to the bounding box; otherwise a query far outside of it visits nearly all points.
        const { _rootLow: low, _rootHigh: high } = this;
        _stackOffset[0] = Math.max(low[0] - x, 0, x - high[0]);
        _stackOffset[1] = Math.max(low[1] - y, 0, y - high[1]);
        _stackOffset[2] = Math.max(low[2] - z, 0, z - high[2]);
        _stackBound[0] = _stackOffset[0] ** 2 + _stackOffset[1] ** 2 + _stackOffset[2] ** 2;
        while (top >= 0) {
            let node = _stackNode[top];
            const lowest = _stackBound[top];
            if (lowest > worst) {
                top--;
                continue;
            }
            const ox = _stackOffset[3 * top];
            const oy = _stackOffset[3 * top + 1];
            const oz = _stackOffset[3 * top + 2];
            top--;
            let axis = _axis[node];
            while (axis < 3) {
                // Descend into the near side; push the far side with its distance.
                const delta = (axis === 0 ? x : axis === 1 ? y : z) - _split[node];
                const old = axis === 0 ? ox : axis === 1 ? oy : oz;
                const farBound = lowest - old * old + delta * delta;
                const near = delta < 0 ? 2 * node + 1 : 2 * node + 2;
                if (farBound <= worst) {
                    top++;
                    _stackNode[top] = delta < 0 ? 2 * node + 2 : 2 * node + 1;
                    _stackBound[top] = farBound;
                    _stackOffset[3 * top] = axis === 0 ? delta : ox;
                    _stackOffset[3 * top + 1] = axis === 1 ? delta : oy;
                    _stackOffset[3 * top + 2] = axis === 2 ? delta : oz;
                }
                node = near;
                axis = _axis[node];
            }
            const last = this._last[node];
            for (let i = this._first[node]; i < last; i++) {
                const dx = _sorted[3 * i] - x;
                const dy = _sorted[3 * i + 1] - y;
                const dz = _sorted[3 * i + 2] - z;
                const d = dx * dx + dy * dy + dz * dz;
                if (d < worst && _order[i] !== skip && (labels === null || labels[_order[i]] !== ownLabel)) {
                    let j = found < k ? found++ : k - 1;
                    while (j > 0 && distance[j - 1] > d) {
                        distance[j] = distance[j - 1];
                        slot[j] = slot[j - 1];
                        j--;
                    }
                    distance[j] = d;
                    slot[j] = i;
                    if (found === k) {
                        worst = distance[k - 1];
                    }
                }
            }
        }
        return found;
    }

    private *_buildCoroutine(
        positions: Float32Array,
        node: number,
        first: number,
        last: number,
        depth: number,
    ): Coroutine<void> {
        yield;
        if (last - first <= POINTS_PER_CHUNK) {
            this._build(positions, node, first, last, depth);
            return;
        }
        const middle = (first + last) >> 1;
        yield* this._growBoxCoroutine(positions, first, last);
        const axis = this._beginSplit(first, last);
        while (this._selectPass(positions, axis, middle)) {
            yield;
        }
        this._endSplit(positions, node, axis, first, last);
        yield* this._buildCoroutine(positions, 2 * node + 1, first, middle, depth - 1);
        yield* this._buildCoroutine(positions, 2 * node + 2, middle, last, depth - 1);
    }

    private _build(positions: Float32Array, node: number, first: number, last: number, depth: number): void {
        if (depth === 0 || last - first < 2) {
            this._first[node] = first;
            this._last[node] = last;
            return;
        }
        const middle = (first + last) >> 1;
        this._emptyBox();
        this._growBox(positions, first, last);
        const axis = this._beginSplit(first, last);
        while (this._selectPass(positions, axis, middle)) {
            // until the median is in its slot
        }
        this._endSplit(positions, node, axis, first, last);
        this._build(positions, 2 * node + 1, first, middle, depth - 1);
        this._build(positions, 2 * node + 2, middle, last, depth - 1);
    }

    /** Starts to split a node with a known bounding box. @returns the axis to split, the longest one */
    private _beginSplit(first: number, last: number): number {
        const [low, high] = [this._low, this._high];
        let axis = 0;
        for (let a = 1; a < 3; a++) {
            if (high[a] - low[a] > high[axis] - low[axis]) {
                axis = a;
            }
        }
        this._left = first;
        this._right = last - 1;
        return axis;
    }

    private _endSplit(positions: Float32Array, node: number, axis: number, first: number, last: number): void {
        this._first[node] = first;
        this._last[node] = last;
        this._axis[node] = axis;
        this._split[node] = positions[3 * this._order[(first + last) >> 1] + axis];
    }

    private _emptyBox(): void {
        this._low.fill(Infinity);
        this._high.fill(-Infinity);
    }

    private *_growBoxCoroutine(positions: Float32Array, first: number, last: number): Coroutine<void> {
        this._emptyBox();
        for (let start = first; start < last; start += POINTS_PER_CHUNK) {
            this._growBox(positions, start, Math.min(last, start + POINTS_PER_CHUNK));
            yield;
        }
    }

    private _growBox(positions: Float32Array, first: number, last: number): void {
        const [low, high] = [this._low, this._high];
        for (let i = first; i < last; i++) {
            const p = 3 * this._order[i];
            for (let a = 0; a < 3; a++) {
                const value = positions[p + a];
                if (value < low[a]) {
                    low[a] = value;
                }
                if (value > high[a]) {
                    high[a] = value;
                }
            }
        }
    }

    /**
     * Runs a pass of quickselect over the slots `_left .. _right`, and narrows them to those that contain the median.
     * After the last pass, no value before `middle` is larger than the one there, and no value after it is smaller.
     *
     * @returns whether another pass is needed
     */
    private _selectPass(positions: Float32Array, axis: number, middle: number): boolean {
        const order = this._order;
        const [left, right] = [this._left, this._right];
        if (left >= right) {
            return false;
        }
        const a = positions[3 * order[left] + axis];
        const b = positions[3 * order[(left + right) >> 1] + axis];
        const c = positions[3 * order[right] + axis];
        const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
        let i = left;
        let j = right;
        while (i <= j) {
            while (positions[3 * order[i] + axis] < pivot) {
                i++;
            }
            while (positions[3 * order[j] + axis] > pivot) {
                j--;
            }
            if (i <= j) {
                const swap = order[i];
                order[i] = order[j];
                order[j] = swap;
                i++;
                j--;
            }
        }
        if (middle <= j) {
            this._right = j;
        } else if (middle >= i) {
            this._left = i;
        } else {
            return false;
        }
        return true;
    }
}
