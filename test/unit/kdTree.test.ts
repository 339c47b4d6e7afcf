import { describe, expect, it } from "vitest";
import { CreateBridges } from "../../src/compute/algorithms/bridges";
import { KdTree } from "../../src/compute/algorithms/kdTree";
import { CreateNeighborGraph } from "../../src/compute/algorithms/neighborGraph";
import { CreateRandom } from "../../src/compute/base/random";
import { ExpectCloseElements } from "../support/arrays";
import { CountRuns } from "../support/countRuns";

const SEED = 23;
const random = CreateRandom(SEED);

const SHAPES: Record<string, () => [number, number, number]> = {
    "a cube": () => [random(), random(), random()],
    "a plane": () => [random(), random(), 0.5],
    "a line": () => [random(), 0, 0],
    "a few positions": () => [Math.floor(3 * random()), Math.floor(2 * random()), 0],
};

function points(n: number, shape: () => [number, number, number]): Float32Array {
    return Float32Array.from(Array.from({ length: n }, shape).flat());
}

function squaredDistance(p: Float32Array, i: number, q: Float32Array, j: number): number {
    return (p[3 * i] - q[3 * j]) ** 2 + (p[3 * i + 1] - q[3 * j + 1]) ** 2 + (p[3 * i + 2] - q[3 * j + 2]) ** 2;
}

describe.each(Object.entries(SHAPES))(`the k-d tree on points of %s (seed ${SEED})`, (_, shape) => {
    it.each([
        [1, 1],
        [2, 3],
        [11, 5],
        [257, 16],
        [1500, 5],
    ])("finds what a brute-force search finds: %i points, k = %i", (n, k) => {
        const positions = points(n, shape);
        const { indices, squaredDistances } = new KdTree(positions).nearest(positions, k, true);
        const expected = new Float64Array(n * k);
        const actual = new Float64Array(n * k);
        for (let i = 0; i < n; i++) {
            const all = new Float64Array(n);
            for (let j = 0; j < n; j++) {
                all[j] = j === i ? Infinity : squaredDistance(positions, i, positions, j);
            }
            all.sort();
            const found = indices.subarray(i * k, i * k + Math.min(k, n - 1));
            expect(new Set(found).size).toBe(found.length);
            expect(found.includes(i)).toBe(false);
            expect(indices.subarray(i * k + found.length, i * k + k).every((j) => j === -1)).toBe(true);
            found.forEach((j, s) => {
                expected[i * k + s] = all[s];
                actual[i * k + s] = squaredDistance(positions, i, positions, j);
            });
        }
        // Ties may come in any order, so distances are compared: those returned, and those of the points returned.
        ExpectCloseElements(actual, expected, { absolute: 1e-6 });
        ExpectCloseElements(
            Array.from(squaredDistances, (distance, at) => (indices[at] === -1 ? 0 : distance)),
            expected,
            { absolute: 1e-6 },
        );
    });

    it("is built in time slices", () => {
        const positions = points(100_000, shape);
        const { runs, value: tree } = CountRuns(KdTree.CreateCoroutine(positions));
        // A slice handles 32,768 points at most: the box, the passes and the split of each large node.
        expect(runs).toBeGreaterThan(20);
        const queries = points(500, shape);
        const { squaredDistances } = tree.nearest(queries, 1);
        for (let q = 0; q < 500; q += 50) {
            let nearest = Infinity;
            for (let i = 0; i < 100_000; i++) {
                nearest = Math.min(nearest, squaredDistance(queries, q, positions, i));
            }
            expect(squaredDistances[q]).toBeCloseTo(nearest, 6);
        }
    });

    it("finds the nearest point to a query outside, near or far", () => {
        const positions = points(300, shape);
        const tree = new KdTree(positions);
        const queries = Float32Array.from({ length: 300 }, (_, i) => (random() - 0.5) * 10 ** (i % 5));
        const { indices, squaredDistances } = tree.nearest(queries, 1);
        for (let q = 0; q < 100; q++) {
            const all = Array.from({ length: 300 }, (_, j) => squaredDistance(queries, q, positions, j));
            const nearest = Math.min(...all);
            expect(all[indices[q]]).toBe(nearest);
            expect(squaredDistances[q] / nearest).toBeCloseTo(1, 6);
        }
    });

    it("finds the nearest point with another label", () => {
        const positions = points(300, shape);
        const labels = Uint32Array.from({ length: 300 }, () => Math.floor(4 * random()));
        const tree = new KdTree(positions);
        for (let i = 0; i < 300; i += 7) {
            const nearest = Math.min(
                ...Array.from(labels.keys())
                    .filter((j) => labels[j] !== labels[i])
                    .map((j) => squaredDistance(positions, i, positions, j)),
            );
            const p = positions.subarray(3 * i, 3 * i + 3);
            const found = tree.nearestOfOtherLabel(p[0], p[1], p[2], labels, labels[i]);
            // The bound itself does not count: nothing is nearer than the nearest.
            expect(found.squaredDistance).toBeCloseTo(nearest, 6);
            expect(labels[found.index]).not.toBe(labels[i]);
        }
    });
});

describe("the neighbor graph", () => {
    it("has every pair in which one point is among the other's k nearest, once and sorted", () => {
        const positions = points(400, SHAPES["a cube"]);
        const k = 6;
        const graph = CreateNeighborGraph(positions, k);
        const expected = new Set<number>();
        for (let i = 0; i < 400; i++) {
            const near = Array.from({ length: 400 }, (_, j) => j)
                .filter((j) => j !== i)
                .sort(
                    (a, b) => squaredDistance(positions, i, positions, a) - squaredDistance(positions, i, positions, b),
                );
            for (const j of near.slice(0, k)) {
                expected.add(Math.min(i, j) * 400 + Math.max(i, j));
            }
        }
        const edges = Array.from(graph.from, (a, e) => a * 400 + graph.to[e]);
        expect(edges).toEqual([...expected].sort((a, b) => a - b));
    });

    it("is bridged where its components are nearest", () => {
        // Three clusters on a line, far apart.
        const clusters = [0, 10, 25].flatMap((x) =>
            Array.from({ length: 20 }, () => [x + random(), random(), random()]),
        );
        const positions = Float32Array.from(clusters.flat());
        const graph = CreateNeighborGraph(positions, 4);
        const bridges = CreateBridges(graph, positions);
        const clusterOf = (i: number): number => Math.floor(i / 20);
        const pairs = Array.from(bridges.from, (a, e) => [a, bridges.to[e]]).filter(
            ([a, b]) => clusterOf(a) !== clusterOf(b),
        );
        expect(pairs.map(([a, b]) => `${clusterOf(a)}-${clusterOf(b)}`).sort()).toEqual(["0-1", "1-2"]);
        for (const [a, b] of pairs) {
            for (let i = 0; i < 60; i++) {
                for (let j = 0; j < 60; j++) {
                    if (clusterOf(i) === clusterOf(a) && clusterOf(j) === clusterOf(b)) {
                        expect(squaredDistance(positions, a, positions, b)).toBeLessThanOrEqual(
                            squaredDistance(positions, i, positions, j),
                        );
                    }
                }
            }
        }
    });

    it.each([0, 1, 2])("has its edges for %i points", (n) => {
        const positions = points(n, SHAPES["a cube"]);
        const graph = CreateNeighborGraph(positions, 16);
        expect(graph.from.length).toBe(n === 2 ? 1 : 0);
        expect(CreateBridges(graph, positions).from.length).toBe(0);
    });
});
