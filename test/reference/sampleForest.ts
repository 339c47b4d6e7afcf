import { NO_EDGE } from "../../src/compute/fields/feature/sampleForest";

/**
 * Reference implementation of SampleForest: Kruskal's algorithm, and a walk along the tree for every pair. Edges
 * compare by weight, then index.
 */
export function BottleneckEdges(
    neighbors: ArrayLike<number>,
    degree: number,
    weights: ArrayLike<number>,
    pairs: ArrayLike<number>,
): Uint32Array {
    const vertices = neighbors.length / degree;
    const order = Array.from({ length: neighbors.length }, (_, edge) => edge);
    order.sort((a, b) => weights[a] - weights[b] || a - b);
    const rank = new Uint32Array(order.length);
    order.forEach((edge, place) => {
        rank[edge] = place;
    });
    const component = Array.from({ length: vertices }, (_, v) => v);
    const tree: { to: number; edge: number }[][] = component.map(() => []);
    for (const edge of order) {
        const a = Math.floor(edge / degree);
        const b = neighbors[edge];
        const [from, to] = [component[a], component[b]];
        if (from !== to) {
            tree[a].push({ to: b, edge });
            tree[b].push({ to: a, edge });
            component.forEach((c, v) => {
                component[v] = c === from ? to : c;
            });
        }
    }
    return Uint32Array.from({ length: pairs.length / 2 }, (_, i) => {
        const [start, end] = [pairs[2 * i], pairs[2 * i + 1]];
        const heaviest = new Map<number, number>([[start, NO_EDGE]]);
        const open = [start];
        while (open.length > 0 && !heaviest.has(end)) {
            const at = open.pop()!;
            const before = heaviest.get(at)!;
            for (const { to, edge } of tree[at]) {
                if (!heaviest.has(to)) {
                    heaviest.set(to, before === NO_EDGE || rank[edge] > rank[before] ? edge : before);
                    open.push(to);
                }
            }
        }
        return heaviest.get(end) ?? NO_EDGE;
    });
}
