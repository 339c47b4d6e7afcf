import { KdTree } from "./kdTree";
import { UnionFind } from "./unionFind";

/** An undirected graph as a list of edges. */
export interface EdgeList {
    readonly vertexCount: number;
    /** [m] the smaller vertex of each edge. */
    readonly from: Uint32Array;
    /** [m] the larger vertex of each edge. */
    readonly to: Uint32Array;
}

/** The graph that a hierarchy over points is built on. */
export interface NeighborGraph extends EdgeList {
    /** Number of neighbors asked for. */
    readonly k: number;
    /** [n, k] exact nearest neighbors, nearest first; -1 where there are fewer points. */
    readonly neighbors: Int32Array;
}

/**
 * The undirected k-nearest-neighbor graph (paper, section 4.2): i and j share an edge when either is among the other's
 * k nearest. Each edge stands once, with from < to, sorted by from, then to.
 *
 * @param positions [n, 3]
 * @param tree over the same positions, where there is one already
 */
export function CreateNeighborGraph(
    positions: Float32Array,
    k = 16,
    tree: KdTree = new KdTree(positions),
): NeighborGraph {
    const count = positions.length / 3;
    const neighbors = tree.nearest(positions, k, true).indices;
    // An edge belongs to its smaller vertex: from its own list, or from the larger vertex's list where its own lacks it.
    const start = new Uint32Array(count + 1);
    const has = (i: number, j: number): boolean => {
        for (let s = i * k; s < i * k + k; s++) {
            if (neighbors[s] === j) {
                return true;
            }
        }
        return false;
    };
    const visit = (edge: (a: number, b: number) => void): void => {
        for (let i = 0; i < count; i++) {
            for (let s = i * k; s < i * k + k; s++) {
                const j = neighbors[s];
                if (j > i) {
                    edge(i, j);
                } else if (j >= 0 && !has(j, i)) {
                    edge(j, i);
                }
            }
        }
    };
    visit((a) => {
        start[a + 1]++;
    });
    for (let i = 0; i < count; i++) {
        start[i + 1] += start[i];
    }
    const edgeCount = start[count];
    const from = new Uint32Array(edgeCount);
    const to = new Uint32Array(edgeCount);
    const filled = start.slice(0, count);
    visit((a, b) => {
        // Insertion keeps each vertex' short list sorted.
        let place = filled[a]++;
        while (place > start[a] && to[place - 1] > b) {
            to[place] = to[place - 1];
            place--;
        }
        to[place] = b;
        from[filled[a] - 1] = a;
    });
    return { vertexCount: count, from, to, k, neighbors };
}

/**
 * Edges that join what the graph leaves apart, one fewer than it has components: a minimum spanning tree of the
 * components by the distance between their nearest points, so that separate pieces are linked where they almost touch.
 *
 * @param positions [n, 3] of the graph's vertices
 * @param tree over the same positions, where there is one already
 */
export function CreateBridges(
    graph: EdgeList,
    positions: Float32Array,
    tree: KdTree = new KdTree(positions),
): EdgeList {
    const count = graph.vertexCount;
    const sets = new UnionFind(count);
    for (let e = 0; e < graph.from.length; e++) {
        sets.union(graph.from[e], graph.to[e]);
    }
    const from: number[] = [];
    const to: number[] = [];
    while (sets.count > 1) {
        // A round of Boruvka over components: each but the largest finds its nearest stranger.
        const labels = new Uint32Array(count);
        let largest = 0;
        for (let i = 0; i < count; i++) {
            labels[i] = sets.find(i);
            largest = sets.sizeOf(i) > sets.sizeOf(largest) ? i : largest;
        }
        const nearest = new Map<number, { a: number; b: number; distance: number }>();
        for (let i = 0; i < count; i++) {
            if (labels[i] === labels[largest]) {
                continue;
            }
            const best = nearest.get(labels[i]);
            const p = 3 * i;
            const found = tree.nearestForeign(
                positions[p],
                positions[p + 1],
                positions[p + 2],
                labels,
                labels[i],
                best?.distance,
            );
            if (found.index >= 0) {
                nearest.set(labels[i], { a: i, b: found.index, distance: found.squaredDistance });
            }
        }
        const candidates = [...nearest.values()].sort((p, q) => p.distance - q.distance || p.a - q.a);
        for (const { a, b } of candidates) {
            if (sets.union(a, b)) {
                from.push(Math.min(a, b));
                to.push(Math.max(a, b));
            }
        }
    }
    return { vertexCount: count, from: Uint32Array.from(from), to: Uint32Array.from(to) };
}

/** The edges of both lists, `first`'s before `second`'s. */
export function ConcatenateEdges(first: EdgeList, second: EdgeList): EdgeList {
    const join = (a: Uint32Array, b: Uint32Array): Uint32Array => {
        const all = new Uint32Array(a.length + b.length);
        all.set(a);
        all.set(b, a.length);
        return all;
    };
    return { vertexCount: first.vertexCount, from: join(first.from, second.from), to: join(first.to, second.to) };
}
