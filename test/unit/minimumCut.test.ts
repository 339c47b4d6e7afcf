import { describe, expect, it } from "vitest";
import { MinimumCut } from "../../src/compute/algorithms/minimumCut";
import { CreateRandom } from "../../src/compute/base/random";
import { type CapacityEdge, ReferenceCutCost, ReferenceMinimumCut } from "../reference/minimumCut";

function fill(cut: MinimumCut, terminals: readonly number[], edges: readonly CapacityEdge[]): void {
    cut.reset(terminals.length);
    terminals.forEach((terminal, vertex) => {
        cut.addTerminal(vertex, terminal);
    });
    for (const [a, b, capacity] of edges) {
        cut.addEdge(a, b, capacity);
    }
    cut.run();
}

describe("MinimumCut", () => {
    it("costs no more than any other way to part the vertices", () => {
        const cut = new MinimumCut();
        for (let seed = 1; seed <= 300; seed++) {
            const random = CreateRandom(seed);
            const count = Math.floor(random() * 12);
            const terminals = Array.from({ length: count }, () => {
                return random() < 0.4 ? 0 : Math.round(8 * (random() - 0.5)) / 2;
            });
            const edges: CapacityEdge[] = [];
            for (let e = 0; count > 1 && e < 3 * count; e++) {
                const a = Math.floor(random() * count);
                const b = (a + 1 + Math.floor(random() * (count - 1))) % count;
                edges.push([a, b, random() < 0.2 ? 0 : Math.round(4 * random()) / 2]);
            }
            fill(cut, terminals, edges);
            const cost = ReferenceCutCost(terminals, edges, (vertex) => cut.isSink(vertex));
            expect(cost, `seed ${seed}`).toBe(ReferenceMinimumCut(terminals, edges));
        }
    });

    it("finds the neck of a long chain, past the size of its buffers", () => {
        const count = 257;
        const terminals = Array.from({ length: count }, (_, i) => (i === 0 ? 9 : i === count - 1 ? -9 : 0));
        const edges = Array.from({ length: count - 1 }, (_, i): CapacityEdge => [i, i + 1, i === 100 ? 1 : 2]);
        const cut = new MinimumCut();
        fill(cut, terminals, edges);
        expect(Array.from(terminals.keys()).filter((vertex) => cut.isSink(vertex)).length).toBe(count - 101);
    });
});
