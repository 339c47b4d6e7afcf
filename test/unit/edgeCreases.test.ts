import { describe, expect, it } from "vitest";
import { CreateNeighborGraph } from "../../src/compute/algorithms/neighborGraph";
import { EstimateNormals } from "../../src/compute/algorithms/normals";
import { CreateRandom } from "../../src/compute/base/random";
import { FindOutwardDirections, MeasureEdgeCreases } from "../../src/compute/hierarchy/build/edgeCreases";
import { UNSEEN, type ViewObservation } from "../../src/compute/hierarchy/build/observations";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";

const SEED = 171;

/** Creates a view from `eye` that sees the points for which `sees` returns true. */
function viewFrom(eye: [number, number, number], points: number, sees: (point: number) => boolean): ViewObservation {
    return {
        eye,
        cells: Uint16Array.from({ length: points }, (_, i) => (sees(i) ? 0 : UNSEEN)),
        arrangement: CreateMaskArrangement([], 1, 1),
        confidence: new Float32Array(0),
    };
}

/**
 * Creates two square sheets that meet at a right angle along the y axis: the ground x >= 0, and a wall up or down (z).
 */
function fold(up: boolean): Float32Array {
    const random = CreateRandom(SEED);
    const points: number[] = [];
    for (let i = 0; i < 600; i++) {
        const [along, off] = [random(), random()];
        points.push(...(i % 2 === 0 ? [off, along, 0] : [0, along, up ? off : -off]));
    }
    return Float32Array.from(points);
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);

describe(`MeasureEdgeCreases (seed ${SEED})`, () => {
    const bendsOf = (positions: Float32Array, eye: [number, number, number], flip = false) => {
        const graph = CreateNeighborGraph(positions, 12);
        const sides = FindOutwardDirections(positions, [viewFrom(eye, positions.length / 3, () => true)]);
        const random = CreateRandom(SEED + 1);
        const normals = EstimateNormals(positions, graph, 8);
        for (let i = 0; flip && i < normals.length; i += 3) {
            const sign = random() < 0.5 ? -1 : 1;
            normals.set([sign * normals[i], sign * normals[i + 1], sign * normals[i + 2]], i);
        }
        return { graph, ...MeasureEdgeCreases(graph, positions, [normals], sides) };
    };

    it("tells the corner of a room from the edge of a box by the directions to the cameras", () => {
        const room = bendsOf(fold(true), [5, 0.5, 5]);
        expect(sum(room.concave)).toBeGreaterThan(20 * sum(room.convex));
        const box = bendsOf(fold(false), [-5, 0.5, 5]);
        expect(sum(box.convex)).toBeGreaterThan(20 * sum(box.concave));
        // The same sheets from behind are the edge of a box.
        const behind = bendsOf(fold(true), [-5, 0.5, -5]);
        expect(sum(behind.convex)).toBeGreaterThan(20 * sum(behind.concave));
    });

    it("does not depend on the normals' signs", () => {
        const positions = fold(true);
        const given = bendsOf(positions, [5, 0.5, 5]);
        const flipped = bendsOf(positions, [5, 0.5, 5], true);
        expect(flipped.concave).toEqual(given.concave);
        expect(flipped.convex).toEqual(given.convex);
    });

    it("returns 1 - |cosine| of the normals, for concave or convex only, as the mean of several scales", () => {
        const positions = Float32Array.of(0, 0, 0, 1, 0, 0);
        const edges = { vertexCount: 2, from: Uint32Array.of(0), to: Uint32Array.of(1) };
        const half = Math.SQRT1_2;
        // A valley from above: the normals point toward each other.
        const valley = Float32Array.of(half, 0, half, -half, 0, half);
        const flat = Float32Array.of(0, 0, 1, 0, 0, -1);
        const above = Float32Array.of(0, 0, 1, 0, 0, 1);
        const one = MeasureEdgeCreases(edges, positions, [valley], above);
        expect(one.concave[0]).toBeCloseTo(1, 6);
        expect(one.convex[0]).toBe(0);
        const two = MeasureEdgeCreases(edges, positions, [valley, flat], above);
        expect(two.concave[0]).toBeCloseTo(0.5, 6);
        expect(two.convex[0]).toBe(0);
        const below = MeasureEdgeCreases(
            edges,
            positions,
            [valley],
            above.map((x) => -x),
        );
        expect(below.concave[0]).toBe(0);
        expect(below.convex[0]).toBeCloseTo(1, 6);
    });

    it("returns nothing without normals or edges", () => {
        const none = { vertexCount: 0, from: new Uint32Array(0), to: new Uint32Array(0) };
        expect(MeasureEdgeCreases(none, new Float32Array(0), [], new Float32Array(0)).convex.length).toBe(0);
        const edges = { vertexCount: 2, from: Uint32Array.of(0), to: Uint32Array.of(1) };
        expect(MeasureEdgeCreases(edges, new Float32Array(6), [], new Float32Array(6)).concave[0]).toBe(0);
    });
});

describe("FindOutwardDirections", () => {
    it("sums the directions to the cameras that see a point, and returns 0 when none does", () => {
        const positions = Float32Array.of(0, 0, 0, 1, 1, 1);
        const sides = FindOutwardDirections(positions, [
            viewFrom([1, 2, 3], 2, (point) => point === 0),
            viewFrom([0, 0, 5], 2, (point) => point === 0),
        ]);
        expect([...sides]).toEqual([1, 2, 8, 0, 0, 0]);
    });
});
