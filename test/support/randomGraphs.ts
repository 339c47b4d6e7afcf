import type { EdgeList } from "../../src/compute/algorithms/edgeList";

/** Creates a graph of random edges between vertices of similar index; parallel edges occur. */
export function RandomGraph(random: () => number, vertexCount: number, edgeCount: number): EdgeList {
    const from: number[] = [];
    const to: number[] = [];
    while (vertexCount > 1 && from.length < edgeCount) {
        const a = Math.floor(random() * vertexCount);
        const b = Math.min(vertexCount - 1, a + 1 + Math.floor(random() * random() * 12));
        if (a !== b) {
            from.push(a);
            to.push(b);
        }
    }
    return { vertexCount, from: Uint32Array.from(from), to: Uint32Array.from(to) };
}
