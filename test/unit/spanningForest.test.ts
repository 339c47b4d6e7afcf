import { describe, expect, it } from "vitest";
import type { EdgeList } from "../../src/compute/algorithms/edgeList";
import { CreateSpanningForest } from "../../src/compute/algorithms/spanningForest";
import { UnionFind } from "../../src/compute/algorithms/unionFind";
import { CreateWatershed } from "../../src/compute/algorithms/watershed";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram, type Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { ReferencePersistence } from "../reference/persistence";
import { ReferenceForest, ReferenceUltrametric } from "../reference/spanningForest";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { RandomGraph } from "../support/randomGraphs";

/** Returns the [n, n] ultrametric distances of a dendrogram; -Infinity on the diagonal. */
function distancesOf({ leafCount, order, height }: Dendrogram): Float64Array {
    const distances = new Float64Array(leafCount * leafCount).fill(Number.NEGATIVE_INFINITY);
    for (let i = 0; i < leafCount; i++) {
        let highest = Number.NEGATIVE_INFINITY;
        for (let j = i + 1; j < leafCount; j++) {
            highest = Math.max(highest, height[j]);
            distances[order[i] * leafCount + order[j]] = highest;
            distances[order[j] * leafCount + order[i]] = highest;
        }
    }
    return distances;
}

const WEIGHTS = {
    "few levels": (random: () => number) => Math.floor(random() * 4),
    "negative and all different": (random: () => number) => Math.fround(random() - 0.7),
};

describe("UnionFind", () => {
    it.each([1, 2, 255, 256, 257, 3000])("agrees with relabeling, n = %i", (count) => {
        const seed = 91 + count;
        const random = CreateRandom(seed);
        const sets = new UnionFind(count);
        const label = Array.from({ length: count }, (_, i) => i);
        for (let round = 0; round < Math.min(count, 400); round++) {
            const [a, b] = [Math.floor(random() * count), Math.floor(random() * count)];
            const [x, y] = [label[a], label[b]];
            expect(sets.union(a, b), `seed ${seed}, round ${round}`).toBe(x !== y);
            label.forEach((own, i) => {
                label[i] = own === y ? x : own;
            });
        }
        expect(sets.count).toBe(new Set(label).size);
        for (let i = 0; i < count; i += 7) {
            expect(sets.sizeOf(i), `seed ${seed}`).toBe(label.filter((own) => own === label[i]).length);
            expect(label[sets.find(i)]).toBe(label[i]);
        }
    });

    it("can be empty", () => {
        expect(new UnionFind(0).count).toBe(0);
    });
});

describe.each(Object.entries(WEIGHTS))("CreateSpanningForest with weights that are %s", (_, weigh) => {
    it.each([
        [0, 0],
        [1, 0],
        [2, 0],
        [2, 3],
        [255, 500],
        [256, 200],
        [257, 1000],
        [3000, 9000],
    ])("has the edges of Kruskal's algorithm, ties by index: %i vertices, %i edges", (vertices, count) => {
        const seed = 101 + vertices;
        const random = CreateRandom(seed);
        const graph = RandomGraph(random, vertices, count);
        const weights = Float32Array.from(graph.from, () => weigh(random));
        const forest = CreateSpanningForest(graph, weights);
        ExpectSameElements(forest.edges, ReferenceForest(graph, weights), `seed ${seed}`);
        ExpectSameElements(
            forest.merges.height,
            Array.from(forest.edges, (e) => weights[e]),
            `seed ${seed}`,
        );
    });

    it.each([
        [2, 1],
        [60, 50],
        [60, 300],
    ])("gives the smallest maximum weight of all paths: %i vertices, %i edges", (vertices, count) => {
        const seed = 111 + count;
        const random = CreateRandom(seed);
        const graph = RandomGraph(random, vertices, count);
        const weights = Float32Array.from(graph.from, () => weigh(random));
        const distances = distancesOf(CreateDendrogram(CreateSpanningForest(graph, weights).merges));
        ExpectSameElements(distances, ReferenceUltrametric(graph, weights), `seed ${seed}`);
    });

    it.each(["area", "dynamics", "volume"] as const)(
        "matches the reference watershed by %s of leaves of different area",
        (criterion) => {
            for (const [vertices, count] of [
                [2, 1],
                [60, 45],
                [60, 150],
                [257, 900],
            ]) {
                const seed = 121 + count;
                const random = CreateRandom(seed);
                const graph = RandomGraph(random, vertices, count);
                const weights = Float32Array.from(graph.from, () => weigh(random));
                const areas = Float32Array.from({ length: vertices }, () => 1 + Math.floor(random() * 5));
                const watershed = CreateWatershed(graph, CreateSpanningForest(graph, weights), criterion, areas);
                const twin = ReferencePersistence(graph, weights, criterion, areas);
                const tree: EdgeList = {
                    vertexCount: vertices,
                    from: Uint32Array.from(twin, ({ edge }) => graph.from[edge]),
                    to: Uint32Array.from(twin, ({ edge }) => graph.to[edge]),
                };
                const expected = ReferenceUltrametric(
                    tree,
                    twin.map(({ persistence }) => persistence),
                );
                const actual = distancesOf(CreateDendrogram(watershed));
                // Persistence is 0 or more.
                const finite = (x: number): number => (Number.isFinite(x) ? x : -1);
                // Heights are in single precision; volumes are sums of many terms.
                ExpectCloseElements(
                    actual.map(finite),
                    expected.map(finite),
                    { relative: 2e-7, absolute: 1e-6 },
                    `seed ${seed}`,
                );
            }
        },
    );
});

describe("CreateWatershed by hand", () => {
    it("measures the smaller side of each merge", () => {
        // A path of five leaves with weights 1, 4, 2, 3; minima at the edges 0-1 and 2-3.
        const graph = { vertexCount: 5, from: Uint32Array.of(0, 1, 2, 3), to: Uint32Array.of(1, 2, 3, 4) };
        const forest = CreateSpanningForest(graph, Float32Array.of(1, 4, 2, 3));
        const heights = (criterion: "area" | "dynamics" | "volume") => [
            ...CreateWatershed(graph, forest, criterion).height,
        ];
        // Leaves count 0. The merge at 4 joins {0, 1}, minimum 1, and {2, 3, 4}, minimum 2:
        // areas 2 and 3, dynamics 3 and 2, volumes 2 * 3 and 2 * 1 + 3 * 1.
        expect(heights("area")).toEqual([0, 0, 0, 2]);
        expect(heights("dynamics")).toEqual([0, 0, 0, 2]);
        expect(heights("volume")).toEqual([0, 0, 0, 5]);
    });

    it("is empty without edges", () => {
        const graph = { vertexCount: 3, from: new Uint32Array(0), to: new Uint32Array(0) };
        const forest = CreateSpanningForest(graph, new Float32Array(0));
        expect(CreateWatershed(graph, forest, "volume").height.length).toBe(0);
        expect(CreateDendrogram(forest.merges).componentCount).toBe(3);
    });
});
