import type { EdgeList } from "./edgeList";
import { KdTree } from "./kdTree";
import { UnionFind } from "./unionFind";

/**
 * Creates the edges that connect the components of a graph, one fewer than there are components: a minimum spanning
 * tree of the components by the distance between their nearest points.
 *
 * @param positions [n, 3] of the graph's vertices
 * @param tree over the same positions. Default: a new one
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
        // A round of Boruvka: each component but the largest finds its nearest point in another component.
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
            const found = tree.nearestOfOtherLabel(
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
