/** Parents of a vertex without a tree, and of a root. */
const NONE = -1;
const ROOT = -2;

/** The trees that a vertex can belong to. */
const FREE = 0;
const SOURCE = 1;
const SINK = 2;

/**
 * Finds minimum cuts of small graphs between two terminals (Boykov and Kolmogorov 2004, "An experimental comparison of
 * min-cut/max-flow algorithms for energy minimization in vision"): a tree grows from each terminal, flow is pushed
 * where they meet, and vertices that this cuts off find a new parent. Buffers are reused by the next cut.
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
    /** The edges as they were added. */
    private _ends = new Uint32Array(256);
    private _costs = new Float64Array(128);
    /** [n + 1] the arcs of vertex i are `_start[i]` .. `_start[i + 1] - 1`, one for each of its edges. */
    private _start = new Uint32Array(65);
    /** The vertex that an arc leads to, its remaining capacity, and the arc back. */
    private _heads = new Uint32Array(256);
    private _capacity = new Float64Array(256);
    private _back = new Uint32Array(256);

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

    /**
     * Adds the cost of a vertex on the other side: a positive one ties it to the source, a negative one to the sink.
     */
    public addTerminal(vertex: number, capacity: number): void {
        this._terminal[vertex] += capacity;
    }

    /** Adds the cost of separating two vertices. */
    public addEdge(a: number, b: number, capacity: number): void {
        const edge = this._edgeCount++;
        if (edge === this._costs.length) {
            this._growEdges();
        }
        this._ends[2 * edge] = a;
        this._ends[2 * edge + 1] = b;
        this._costs[edge] = capacity;
    }

    /** Finds the minimum cut; {@link isSink} has the result. */
    public run(): void {
        this._sortArcs();
        this._pushShortPaths();
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

    /** Sorts the arcs by their vertex, so that those of one vertex are near each other in memory. */
    private _sortArcs(): void {
        const { _ends: ends, _edgeCount: edges, _vertexCount: vertices } = this;
        if (2 * edges > this._heads.length) {
            const size = 4 * edges;
            this._heads = new Uint32Array(size);
            this._capacity = new Float64Array(size);
            this._back = new Uint32Array(size);
        }
        const { _heads: heads, _capacity: capacity, _back: back, _costs: costs } = this;
        const start = this._start.fill(0, 0, vertices + 1);
        for (let i = 0; i < 2 * edges; i++) {
            start[ends[i]]++;
        }
        for (let vertex = 0; vertex < vertices; vertex++) {
            start[vertex + 1] += start[vertex];
        }
        // Filled backward, after which `start` is the first arc of each vertex.
        for (let edge = 0; edge < edges; edge++) {
            const a = ends[2 * edge];
            const b = ends[2 * edge + 1];
            const there = --start[a];
            const away = --start[b];
            heads[there] = b;
            heads[away] = a;
            capacity[there] = costs[edge];
            capacity[away] = costs[edge];
            back[there] = away;
            back[away] = there;
        }
    }

    /** Pushes the flow that fits from the source over a single edge to the sink, before any tree grows. */
    private _pushShortPaths(): void {
        const { _heads: heads, _capacity: capacity, _back: back, _terminal: terminal } = this;
        for (let vertex = 0; vertex < this._vertexCount; vertex++) {
            const end = this._start[vertex + 1];
            for (let arc = this._start[vertex]; terminal[vertex] > 0 && arc < end; arc++) {
                const amount = Math.min(terminal[vertex], capacity[arc], -terminal[heads[arc]]);
                if (amount > 0) {
                    capacity[arc] -= amount;
                    capacity[back[arc]] += amount;
                    terminal[vertex] -= amount;
                    terminal[heads[arc]] += amount;
                }
            }
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

    /**
     * Adds the neighbors of a vertex to its tree.
     * @returns an arc from the source tree to the sink tree; -1 for none
     */
    private _grow(vertex: number): number {
        const { _heads: heads, _capacity: capacity, _back: back, _side: sides } = this;
        const { _parent: parent, _distance: distances, _stamp: stamps } = this;
        const side = sides[vertex];
        const end = this._start[vertex + 1];
        for (let arc = this._start[vertex]; arc < end; arc++) {
            if (capacity[side === SOURCE ? arc : back[arc]] <= 0) {
                continue;
            }
            const other = heads[arc];
            if (sides[other] === FREE) {
                sides[other] = side;
                parent[other] = back[arc];
                stamps[other] = stamps[vertex];
                distances[other] = distances[vertex] + 1;
                this._activate(other);
            } else if (sides[other] !== side) {
                return side === SOURCE ? arc : back[arc];
            } else if (stamps[other] <= stamps[vertex] && distances[other] > distances[vertex] + 1) {
                // A shorter path to the terminal.
                parent[other] = back[arc];
                stamps[other] = stamps[vertex];
                distances[other] = distances[vertex] + 1;
            }
        }
        return -1;
    }

    /** Pushes the flow that fits along the path through an arc. */
    private _augment(meeting: number): void {
        this._time++;
        const { _parent: parent, _heads: heads, _capacity: capacity, _back: back, _terminal: terminal } = this;
        let amount = capacity[meeting];
        let source = heads[back[meeting]];
        for (; parent[source] !== ROOT; source = heads[parent[source]]) {
            amount = Math.min(amount, capacity[back[parent[source]]]);
        }
        let sink = heads[meeting];
        for (; parent[sink] !== ROOT; sink = heads[parent[sink]]) {
            amount = Math.min(amount, capacity[parent[sink]]);
        }
        amount = Math.min(amount, terminal[source], -terminal[sink]);
        capacity[meeting] -= amount;
        capacity[back[meeting]] += amount;
        for (let v = heads[back[meeting]]; parent[v] !== ROOT; ) {
            const arc = parent[v];
            capacity[arc] += amount;
            capacity[back[arc]] -= amount;
            if (capacity[back[arc]] === 0) {
                this._orphan(v);
            }
            v = heads[arc];
        }
        for (let v = heads[meeting]; parent[v] !== ROOT; ) {
            const arc = parent[v];
            capacity[arc] -= amount;
            capacity[back[arc]] += amount;
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

    private _orphan(vertex: number): void {
        this._parent[vertex] = NONE;
        this._orphans.push(vertex);
    }

    /** Gives orphans the parent nearest to the terminal, or releases them. */
    private _adopt(): void {
        const { _heads: heads, _capacity: capacity, _back: back, _side: sides } = this;
        const { _parent: parent, _orphans: orphans, _start: start } = this;
        for (let i = 0; i < orphans.length; i++) {
            const vertex = orphans[i];
            const side = sides[vertex];
            const end = start[vertex + 1];
            let best = NONE;
            let least = Number.POSITIVE_INFINITY;
            for (let arc = start[vertex]; arc < end; arc++) {
                const other = heads[arc];
                if (sides[other] === side && capacity[side === SOURCE ? back[arc] : arc] > 0) {
                    const distance = this._measureWay(other);
                    if (distance < least) {
                        least = distance;
                        best = arc;
                    }
                }
            }
            parent[vertex] = best;
            if (best !== NONE) {
                this._stamp[vertex] = this._time;
                this._distance[vertex] = least + 1;
                continue;
            }
            sides[vertex] = FREE;
            for (let arc = start[vertex]; arc < end; arc++) {
                const other = heads[arc];
                if (sides[other] !== side) {
                    continue;
                }
                if (capacity[side === SOURCE ? back[arc] : arc] > 0) {
                    this._activate(other);
                }
                if (parent[other] === back[arc]) {
                    this._orphan(other);
                }
            }
        }
        orphans.length = 0;
    }

    /** Returns the steps from a vertex to its terminal; infinity if the path ends at an orphan. */
    private _measureWay(vertex: number): number {
        const { _parent: parent, _heads: heads, _stamp: stamps, _distance: distances, _time: time } = this;
        let steps = 0;
        let v = vertex;
        while (stamps[v] !== time && parent[v] !== ROOT) {
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
            stamps[v] = time;
            distances[v] = 0;
        }
        const distance = steps + distances[v];
        for (let w = vertex, d = distance; w !== v; w = heads[parent[w]], d--) {
            stamps[w] = time;
            distances[w] = d;
        }
        return distance;
    }

    private _growEdges(): void {
        const ends = new Uint32Array(2 * this._ends.length);
        ends.set(this._ends);
        this._ends = ends;
        const costs = new Float64Array(2 * this._costs.length);
        costs.set(this._costs);
        this._costs = costs;
    }
}
