import type { EdgeList } from "./edgeList";
import { KdTree } from "./kdTree";

/** The k-nearest-neighbor graph that a hierarchy over points is built on. */
export interface NeighborGraph extends EdgeList {
    /** Number of neighbors of each point. */
    readonly k: number;
    /** [n, k] exact nearest neighbors, nearest first; -1 where there are too few points. */
    readonly neighbors: Int32Array;
}

/**
 * Creates the undirected k-nearest-neighbor graph (He et al. 2024, section 4.2): i and j share an edge if one is among
 * the k nearest of the other. Each edge appears once, with from < to; edges are sorted by from, then to.
 *
 * @param positions [n, 3]
 * @param tree over the same positions. Default: a new one
 */
export function CreateNeighborGraph(
    positions: Float32Array,
    k = 16,
    tree: KdTree = new KdTree(positions),
): NeighborGraph {
    const count = positions.length / 3;
    const neighbors = tree.nearest(positions, k, true).indices;
    // An edge belongs to its lower vertex, whether it comes from that vertex's list or only from the higher one's.
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
        // Insertion sort of each vertex's short list.
        let slot = filled[a]++;
        while (slot > start[a] && to[slot - 1] > b) {
            to[slot] = to[slot - 1];
            slot--;
        }
        to[slot] = b;
        from[filled[a] - 1] = a;
    });
    return { vertexCount: count, from, to, k, neighbors };
}
