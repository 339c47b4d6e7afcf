/** Parents of a vertex without a tree, and of a root. */
const NONE = -1;
const ROOT = -2;

/** The trees that a vertex can belong to. */
const FREE = 0;
const SOURCE = 1;
const SINK = 2;

/**
 * Finds minimum cuts of small graphs between two terminals (Boykov and Kolmogorov 2004, "An experimental comparison of
 * min-cut/max-flow algorithms for energy minimization in vision"): a tree grows from each terminal, flow is pushed where
 * they meet, and vertices that this cuts off find a new parent. Buffers are reused by the next cut.
 */
export class MinimumCut {
    private _vertexCount = 0;
    private _edgeCount = 0;
    /** Remaining capacity from the source or, if negative, to the sink. */
    private _terminal = new Float64Array(64);
    private _side = new Uint8Array(64);
    /** The arc to the parent, ROOT, or NONE. */
    private _parent = new Int32Array(64);
    /** Steps to the terminal at the time `_stamp`. */
    private _distance = new Uint32Array(64);
    private _stamp = new Uint32Array(64);
    private _time = 0;
    /** A ring of vertices that may still grow, each at most once. */
    private _active = new Uint32Array(64);
    private _isActive = new Uint8Array(64);
    private _activeStart = 0;
    private _activeCount = 0;
    private readonly _orphans: number[] = [];
    private _start = new Uint32Array(65);
    /** Arcs by their vertex; arc 2 e leads from edge e's first end to its second, arc 2 e + 1 back. */
    private _arcs = new Uint32Array(256);
    private _heads = new Uint32Array(256);
    private _capacity = new Float64Array(256);

    /** Starts a new graph without edges. */
    public reset(vertexCount: number): void {
        this._vertexCount = vertexCount;
        this._edgeCount = 0;
        if (vertexCount > this._terminal.length) {
            const size = 2 * vertexCount;
            this._terminal = new Float64Array(size);
            this._side = new Uint8Array(size);
            this._parent = new Int32Array(size);
            this._distance = new Uint32Array(size);
            this._stamp = new Uint32Array(size);
            this._active = new Uint32Array(size);
            this._isActive = new Uint8Array(size);
            this._start = new Uint32Array(size + 1);
        }
        this._terminal.fill(0, 0, vertexCount);
    }

    /** Adds the cost of a vertex on the other side: a positive one ties it to the source, a negative one to the sink. */
    public addTerminal(vertex: number, capacity: number): void {
        this._terminal[vertex] += capacity;
    }

    /** Adds the cost of separating two vertices. */
    public addEdge(a: number, b: number, capacity: number): void {
        const arc = 2 * this._edgeCount++;
        if (arc + 2 > this._heads.length) {
            this._growArcs();
        }
        this._heads[arc] = b;
        this._heads[arc + 1] = a;
        this._capacity[arc] = capacity;
        this._capacity[arc + 1] = capacity;
    }

    /** Finds the minimum cut; {@link isSink} has the result. */
    public run(): void {
        this._sortArcs();
        this._plant();
        while (this._activeCount > 0) {
            const vertex = this._active[this._activeStart];
            if (this._side[vertex] !== FREE) {
                const meeting = this._grow(vertex);
                if (meeting >= 0) {
                    this._augment(meeting);
                    this._adopt();
                    // It may meet the other tree again.
                    continue;
                }
            }
            this._isActive[vertex] = 0;
            this._activeStart = (this._activeStart + 1) % this._vertexCount;
            this._activeCount--;
        }
    }

    /** Returns whether a vertex is on the side of the sink, in the minimum cut with the fewest such vertices. */
    public isSink(vertex: number): boolean {
        return this._side[vertex] === SINK;
    }

    private _sortArcs(): void {
        const start = this._start.fill(0, 0, this._vertexCount + 1);
        const arcs = 2 * this._edgeCount;
        for (let arc = 0; arc < arcs; arc++) {
            start[this._heads[arc]]++;
        }
        for (let vertex = 0; vertex < this._vertexCount; vertex++) {
            start[vertex + 1] += start[vertex];
        }
        // Filled backward, after which `start` is the first arc of each vertex. Arc ^ 1 starts where the arc ends.
        for (let arc = 0; arc < arcs; arc++) {
            this._arcs[--start[this._heads[arc]]] = arc ^ 1;
        }
    }

    private _plant(): void {
        this._time = 0;
        this._activeStart = 0;
        this._activeCount = 0;
        for (let vertex = 0; vertex < this._vertexCount; vertex++) {
            const terminal = this._terminal[vertex];
            this._side[vertex] = terminal > 0 ? SOURCE : terminal < 0 ? SINK : FREE;
            this._parent[vertex] = terminal === 0 ? NONE : ROOT;
            this._distance[vertex] = 0;
            this._stamp[vertex] = 0;
            this._isActive[vertex] = 0;
            if (terminal !== 0) {
                this._activate(vertex);
            }
        }
    }

    private _activate(vertex: number): void {
        if (this._isActive[vertex] === 0) {
            this._isActive[vertex] = 1;
            this._active[(this._activeStart + this._activeCount++) % this._vertexCount] = vertex;
        }
    }

    /** Adds the neighbors of a vertex to its tree. @returns an arc from the source tree to the sink tree; -1 for none */
    private _grow(vertex: number): number {
        const side = this._side[vertex];
        for (let a = this._start[vertex]; a < this._start[vertex + 1]; a++) {
            const arc = this._arcs[a];
            if (this._capacity[side === SOURCE ? arc : arc ^ 1] <= 0) {
                continue;
            }
            const other = this._heads[arc];
            if (this._side[other] === FREE) {
                this._side[other] = side;
                this._parent[other] = arc ^ 1;
                this._stamp[other] = this._stamp[vertex];
                this._distance[other] = this._distance[vertex] + 1;
                this._activate(other);
            } else if (this._side[other] !== side) {
                return side === SOURCE ? arc : arc ^ 1;
            } else if (
                this._stamp[other] <= this._stamp[vertex] &&
                this._distance[other] > this._distance[vertex] + 1
            ) {
                // A shorter path to the terminal.
                this._parent[other] = arc ^ 1;
                this._stamp[other] = this._stamp[vertex];
                this._distance[other] = this._distance[vertex] + 1;
            }
        }
        return -1;
    }

    /** Pushes the flow that fits along the path through an arc. */
    private _augment(meeting: number): void {
        this._time++;
        const { _parent: parent, _heads: heads, _capacity: capacity, _terminal: terminal } = this;
        let amount = capacity[meeting];
        let source = heads[meeting ^ 1];
        for (; parent[source] !== ROOT; source = heads[parent[source]]) {
            amount = Math.min(amount, capacity[parent[source] ^ 1]);
        }
        let sink = heads[meeting];
        for (; parent[sink] !== ROOT; sink = heads[parent[sink]]) {
            amount = Math.min(amount, capacity[parent[sink]]);
        }
        amount = Math.min(amount, terminal[source], -terminal[sink]);
        this._shift(meeting, amount);
        for (let v = heads[meeting ^ 1]; parent[v] !== ROOT; ) {
            const arc = parent[v];
            this._shift(arc ^ 1, amount);
            if (capacity[arc ^ 1] === 0) {
                this._orphan(v);
            }
            v = heads[arc];
        }
        for (let v = heads[meeting]; parent[v] !== ROOT; ) {
            const arc = parent[v];
            this._shift(arc, amount);
            if (capacity[arc] === 0) {
                this._orphan(v);
            }
            v = heads[arc];
        }
        terminal[source] -= amount;
        terminal[sink] += amount;
        if (terminal[source] === 0) {
            this._orphan(source);
        }
        if (terminal[sink] === 0) {
            this._orphan(sink);
        }
    }

    private _shift(arc: number, amount: number): void {
        this._capacity[arc] -= amount;
        this._capacity[arc ^ 1] += amount;
    }

    private _orphan(vertex: number): void {
        this._parent[vertex] = NONE;
        this._orphans.push(vertex);
    }

    /** Gives orphans the parent nearest to the terminal, or releases them. */
    private _adopt(): void {
        for (let i = 0; i < this._orphans.length; i++) {
            const vertex = this._orphans[i];
            const side = this._side[vertex];
            let best = NONE;
            let least = Number.POSITIVE_INFINITY;
            for (let a = this._start[vertex]; a < this._start[vertex + 1]; a++) {
                const arc = this._arcs[a];
                const other = this._heads[arc];
                if (this._side[other] === side && this._capacity[side === SOURCE ? arc ^ 1 : arc] > 0) {
                    const distance = this._measureWay(other);
                    if (distance < least) {
                        least = distance;
                        best = arc;
                    }
                }
            }
            this._parent[vertex] = best;
            if (best !== NONE) {
                this._stamp[vertex] = this._time;
                this._distance[vertex] = least + 1;
                continue;
            }
            this._side[vertex] = FREE;
            for (let a = this._start[vertex]; a < this._start[vertex + 1]; a++) {
                const arc = this._arcs[a];
                const other = this._heads[arc];
                if (this._side[other] !== side) {
                    continue;
                }
                if (this._capacity[side === SOURCE ? arc ^ 1 : arc] > 0) {
                    this._activate(other);
                }
                if (this._parent[other] === (arc ^ 1)) {
                    this._orphan(other);
                }
            }
        }
        this._orphans.length = 0;
    }

    /** Returns the steps from a vertex to its terminal; infinity if the path ends at an orphan. */
    private _measureWay(vertex: number): number {
        const { _parent: parent, _heads: heads } = this;
        let steps = 0;
        let v = vertex;
        while (this._stamp[v] !== this._time && parent[v] !== ROOT) {
            if (parent[v] === NONE) {
                return Number.POSITIVE_INFINITY;
            }
            steps++;
            v = heads[parent[v]];
        }
        if (parent[v] === NONE) {
            return Number.POSITIVE_INFINITY;
        }
        if (parent[v] === ROOT) {
            this._stamp[v] = this._time;
            this._distance[v] = 0;
        }
        const distance = steps + this._distance[v];
        for (let w = vertex, d = distance; w !== v; w = heads[parent[w]], d--) {
            this._stamp[w] = this._time;
            this._distance[w] = d;
        }
        return distance;
    }

    private _growArcs(): void {
        const size = 2 * this._heads.length;
        const heads = new Uint32Array(size);
        heads.set(this._heads);
        this._heads = heads;
        const capacity = new Float64Array(size);
        capacity.set(this._capacity);
        this._capacity = capacity;
        this._arcs = new Uint32Array(size);
    }
}
