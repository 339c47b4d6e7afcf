import { describe, expect, it } from "vitest";
import { MeasureSuperpointBends } from "../../src/compute/hierarchy/build/superpointBends";

/** Edges of a path through all points. */
function path(count: number): { vertexCount: number; from: Uint32Array; to: Uint32Array } {
    const from = Uint32Array.from({ length: count - 1 }, (_, i) => i);
    return { vertexCount: count, from, to: from.map((i) => i + 1) };
}

describe("MeasureSuperpointBends", () => {
    // A profile in the plane y = 0: up a wall, over an edge onto a top, into a hollow, up a neck.
    const positions = Float32Array.of(0, 0, 0, 0, 0, 1, 0.5, 0, 1.5, 1.5, 0, 1.5, 2, 0, 2, 2, 0, 3);
    const left = [-1, 0, 0];
    const up = [0, 0, 1];
    const normals = Float32Array.from([left, left, up, up, left, left].flat());
    const region = Uint32Array.of(0, 0, 1, 1, 2, 2);
    const measure = (values: Float32Array, side: (point: number) => number): number[] => [
        ...MeasureSuperpointBends(path(6), positions, values, side, { region, count: 3 }),
    ];

    it("is the angle at a hollow, and nothing within a superpoint or over an edge", () => {
        const bends = measure(normals, () => 1);
        expect(bends[3]).toBeCloseTo(Math.PI / 2, 6);
        expect(bends.filter((_, e) => e !== 3)).toEqual([0, 0, 0, 0]);
    });

    it("does not depend on the signs of the normals, only on the outer side", () => {
        const signs = [1, -1, -1, 1, 1, -1];
        const flipped = normals.map((x, i) => x * signs[Math.floor(i / 3)]);
        const bends = measure(flipped, (point) => signs[point]);
        expect(bends[3]).toBeCloseTo(Math.PI / 2, 6);
        // Seen from the other side, the edge is the hollow.
        expect(measure(normals, () => -1)[1]).toBeCloseTo(Math.PI / 2, 6);
    });

    it("is nothing on a sheet, which has no outer side, and for no edges", () => {
        expect(measure(normals, (point) => (region[point] === 2 ? 0 : 1))).toEqual([0, 0, 0, 0, 0]);
        const none = { vertexCount: 6, from: new Uint32Array(0), to: new Uint32Array(0) };
        const bends = MeasureSuperpointBends(none, positions, normals, () => 1, { region, count: 3 });
        expect(bends.length).toBe(0);
    });
});
