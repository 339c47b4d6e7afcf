import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { SampleGraph } from "../../src/compute/fields/feature/sampleGraph";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { EdgeWeights, NearestNeighbors } from "../reference/sampleGraph";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";

const engine = UseEngine();
const dims = 8;

interface IResult {
    readonly neighbors: Uint32Array;
    readonly weights: Float32Array;
    readonly similarities: Float32Array;
    readonly features: Float32Array;
    readonly cells: Uint32Array;
}

/** Runs the graph twice, since the state of the first run must not matter. */
async function RunAsync(random: () => number, points: Float32Array, count: number): Promise<IResult> {
    const samples = points.length / 3;
    const features = Float32Array.from({ length: samples * dims }, () => random() - 0.5);
    for (let i = 0; i < samples; i++) {
        const row = features.subarray(i * dims, (i + 1) * dims);
        const length = Math.hypot(...row);
        row.forEach((value, d) => {
            row[d] = value / length;
        });
    }
    const cells = Uint32Array.from({ length: samples }, () => Math.floor(random() * 3));
    const quads = Float32Array.from({ length: 4 * samples }, (_, i) =>
        i % 4 < 3 ? points[3 * (i >> 2) + (i % 4)] : 0,
    );
    const arrays = {
        state: new GpuArray(engine(), "u32", [8]),
        points: GpuArray.From(engine(), "f32", quads),
        features: GpuArray.From(engine(), "f32", features, [samples, dims]),
        cells: GpuArray.From(engine(), "u32", cells),
    };
    const graph = await SampleGraph.CreateAsync(engine(), samples, count, dims, arrays);
    for (let run = 0; run < 2; run++) {
        graph.findNeighbors();
        graph.weighEdges();
    }
    const result = {
        neighbors: await graph.neighbors.readAsync(),
        weights: new Float32Array((await graph.weights.readAsync()).buffer),
        similarities: await graph.similarities.readAsync(),
        features,
        cells,
    };
    for (const resource of [graph, ...Object.values(arrays)]) {
        resource.dispose();
    }
    return result;
}

describe("SampleGraph", () => {
    it.each([
        { name: "all over the cube", samples: 300, count: 10, place: (r: () => number) => [r(), r(), r()] },
        { name: "on a plane", samples: 513, count: 10, place: (r: () => number) => [r(), r(), 0.5] },
        {
            name: "in two far clusters",
            samples: 200,
            count: 7,
            place: (r: () => number) =>
                (r() < 0.03 ? [0.99, 0.99, 0.99] : [0.02, 0.03, 0.01]).map((x) => x + 0.01 * r()),
        },
        { name: "as few as there can be", samples: 11, count: 10, place: (r: () => number) => [r(), r(), r()] },
    ])("finds the nearest of samples $name", async ({ samples, count, place }) => {
        const seed = 41;
        const random = CreateRandom(seed);
        const points = Float32Array.from(Array.from({ length: samples }, () => place(random)).flat());
        const { neighbors } = await RunAsync(random, points, count);
        const expected = NearestNeighbors(points, count);
        const distance = (list: Uint32Array, place: number): number => {
            const i = Math.floor(place / (count + 1));
            return Math.hypot(...[0, 1, 2].map((axis) => points[3 * list[place] + axis] - points[3 * i + axis]));
        };
        for (let i = 0; i < samples; i++) {
            const row = [...neighbors.subarray(i * (count + 1), (i + 1) * (count + 1) - 1)];
            expect(new Set(row).size, `seed ${seed}, sample ${i}: ${row}`).toBe(count);
            expect(row).not.toContain(i);
            expect(neighbors[i * (count + 1) + count]).toBe(Math.min(i + 1, samples - 1));
        }
        // Distances, not numbers: the GPU rounds squares its own way, and may swap two that differ in the last bits.
        ExpectCloseElements(
            Float64Array.from(neighbors, (_, place) => distance(neighbors, place)),
            Float64Array.from(expected, (_, place) => distance(expected, place)),
            { absolute: 1e-7, relative: 1e-6 },
            `seed ${seed}`,
        );
    });

    it("prefers lower indices among equally near samples, including copies of the sample", async () => {
        const seed = 42;
        const random = CreateRandom(seed);
        // A lattice whose squared distances are exact, drawn so that many samples coincide.
        const points = Float32Array.from({ length: 3 * 400 }, () => Math.floor(random() * 9) / 8);
        const { neighbors } = await RunAsync(random, points, 10);
        ExpectSameElements(neighbors, NearestNeighbors(points, 10), `seed ${seed}`);
    });

    it("weights edges by similarity, mask borders and connectivity", async () => {
        const seed = 43;
        const random = CreateRandom(seed);
        const count = 5;
        const points = Float32Array.from({ length: 3 * 128 }, random);
        const { neighbors, weights, similarities, features, cells } = await RunAsync(random, points, count);
        const expected = EdgeWeights(neighbors, count + 1, features, dims, cells);
        ExpectCloseElements(similarities, expected.similarities, { absolute: 1e-6 }, `seed ${seed}`);
        const isChain = (edge: number): boolean => edge % (count + 1) === count;
        ExpectCloseElements(
            weights.filter((_, edge) => !isChain(edge)),
            expected.weights.filter((_, edge) => !isChain(edge)),
            { absolute: 2e-6 }, // the rounding of the similarity and of a number near 10
            `seed ${seed}`,
        );
        const chains = weights.filter((_, edge) => isChain(edge));
        expect(chains.every((weight) => weight >= 100 && weight <= 101)).toBe(true);
        expect(new Set(chains).size).toBeGreaterThan(120);
    });
});
