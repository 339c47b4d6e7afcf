import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { NO_EDGE, SampleForest } from "../../src/compute/fields/feature/sampleForest";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { BottleneckEdges } from "../reference/sampleForest";
import { ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";

const engine = UseEngine();

interface IGraph {
    readonly vertices: number;
    readonly degree: number;
    readonly neighbors: Uint32Array<ArrayBuffer>;
    readonly weights: Uint32Array<ArrayBuffer>;
}

/** @param distinct number of different weights; few give many ties */
function RandomGraph(
    random: () => number,
    vertices: number,
    degree: number,
    distinct: number,
    isLocal: boolean,
): IGraph {
    const below = (count: number): number => Math.floor(random() * count);
    const neighbors = Uint32Array.from({ length: vertices * degree }, (_, edge) => {
        const v = Math.floor(edge / degree);
        return isLocal ? Math.min(vertices - 1, Math.max(0, v - 3 + below(7))) : below(vertices);
    });
    return { vertices, degree, neighbors, weights: neighbors.map(() => below(distinct)) };
}

async function CompareAsync(graph: IGraph, pairs: Uint32Array<ArrayBuffer>, note: string): Promise<Uint32Array> {
    const { vertices, degree } = graph;
    const neighbors = GpuArray.From(engine(), "u32", graph.neighbors, [vertices, degree]);
    const weights = GpuArray.From(engine(), "u32", graph.weights, [vertices, degree]);
    const queries = GpuArray.From(engine(), "u32", pairs, [pairs.length / 2, 2]);
    const forest = await SampleForest.CreateAsync(engine(), neighbors, weights, queries);
    forest.dispatch();
    const first = await forest.bottlenecks.readAsync();
    ExpectSameElements(first, BottleneckEdges(graph.neighbors, degree, graph.weights, pairs), note);
    forest.dispatch(); // the state of one run does not affect the next
    ExpectSameElements(await forest.bottlenecks.readAsync(), first, `${note}, again`);
    for (const resource of [forest, neighbors, weights, queries]) {
        resource.dispose();
    }
    return first;
}

function RandomPairs(random: () => number, vertices: number, count: number): Uint32Array<ArrayBuffer> {
    return Uint32Array.from({ length: 2 * count }, () => Math.floor(random() * vertices));
}

describe("SampleForest", () => {
    it.each([
        { vertices: 2, degree: 1, distinct: 1, isLocal: false },
        { vertices: 3, degree: 2, distinct: 2, isLocal: false },
        { vertices: 64, degree: 3, distinct: 1, isLocal: false },
        { vertices: 65, degree: 4, distinct: 3, isLocal: true },
        { vertices: 255, degree: 3, distinct: 1000, isLocal: true },
        { vertices: 256, degree: 1, distinct: 50, isLocal: false },
        { vertices: 257, degree: 11, distinct: 20, isLocal: true },
        { vertices: 600, degree: 2, distinct: 5, isLocal: true },
    ])("finds bottlenecks like Kruskal: $vertices vertices, degree $degree, $distinct weights", async (shape) => {
        for (let seed = 0; seed < 3; seed++) {
            const random = CreateRandom(seed);
            const graph = RandomGraph(random, shape.vertices, shape.degree, shape.distinct, shape.isLocal);
            await CompareAsync(graph, RandomPairs(random, shape.vertices, 301), `seed ${seed}`);
        }
    });

    it("needs all rounds on a path whose weights halve the components each time", async () => {
        const vertices = 128;
        // Edge i joins i and i + 1; its weight is the number of times that 2 divides i + 1, so each round only joins
        // pairs.
        const weights = Uint32Array.from(
            { length: vertices },
            (_, i) => Math.clz32(1) - Math.clz32((i + 1) & -(i + 1)),
        );
        const neighbors = Uint32Array.from({ length: vertices }, (_, i) => Math.min(i + 1, vertices - 1));
        const pairs = Uint32Array.of(0, 127, 0, 1, 5, 5, 63, 64, 64, 127, 31, 95);
        const found = await CompareAsync({ vertices, degree: 1, neighbors, weights }, pairs, "path");
        expect([...found]).toEqual([63, 0, NO_EDGE, 63, 95, 63]);
    });

    it("follows a long chain of picks", async () => {
        const vertices = 500;
        // Falling weights: every vertex picks the next one, so the first round ends in a walk of 499 hops.
        const neighbors = Uint32Array.from({ length: vertices }, (_, i) => Math.min(i + 1, vertices - 1));
        const weights = Uint32Array.from({ length: vertices }, (_, i) => 1000 - i);
        const found = await CompareAsync(
            { vertices, degree: 1, neighbors, weights },
            Uint32Array.of(3, 400, 499, 0),
            "chain",
        );
        expect([...found]).toEqual([3, 0]);
    });

    it("finds no path between separate vertices", async () => {
        const neighbors = Uint32Array.of(1, 0, 3, 2, 4);
        const weights = Uint32Array.of(5, 5, 7, 6, 1);
        const pairs = Uint32Array.of(0, 1, 0, 2, 2, 3, 4, 0, 4, 4);
        const found = await CompareAsync({ vertices: 5, degree: 1, neighbors, weights }, pairs, "separate");
        expect([...found]).toEqual([0, NO_EDGE, 3, NO_EDGE, NO_EDGE]);
    });
});
