import { describe, expect, it } from "vitest";
import { CellGraph } from "../../src/compute/hierarchy/prompt/cellGraph";

const SIDE = 15;

/** A square of cells in a plane. */
const centers = Float32Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
    const cell = Math.floor(i / 3);
    return [cell % SIDE, Math.floor(cell / SIDE), 0][i % 3];
});
const cellAt = (x: number, y: number): number => SIDE * y + x;

/** Returns 1 for cells in a rectangle. */
function createRectangle(left: number, top: number, right: number, bottom: number): Uint8Array {
    return Uint8Array.from({ length: SIDE * SIDE }, (_, cell) => {
        const [x, y] = [cell % SIDE, Math.floor(cell / SIDE)];
        return x >= left && x < right && y >= top && y < bottom ? 1 : 0;
    });
}

describe("CellGraph", () => {
    const graph = new CellGraph(centers);

    it("finds the middle of a set deepest, and its border least deep", () => {
        const inside = createRectangle(4, 4, 11, 11);
        expect(graph.depthOf(cellAt(7, 7), inside)).toBe(1);
        expect(graph.depthOf(cellAt(4, 7), inside)).toBeLessThanOrEqual(1 / 3);
        const row = [4, 5, 6, 7].map((x) => graph.depthOf(cellAt(x, 7), inside));
        expect([...row].sort((a, b) => a - b)).toEqual(row);
    });

    it("counts from the border to the rest alone, so that the tip of a limb is deepest", () => {
        const inside = createRectangle(0, 0, 5, SIDE);
        expect(graph.depthOf(cellAt(0, 7), inside)).toBe(1);
        expect(graph.depthOf(cellAt(4, 7), inside)).toBeLessThan(0.5);
    });

    it("has no depth in small sets and in the whole", () => {
        expect(graph.depthOf(cellAt(3, 3), createRectangle(3, 3, 4, 6))).toBe(1);
        expect(graph.depthOf(cellAt(0, 0), createRectangle(0, 0, SIDE, SIDE))).toBe(1);
        const single = new CellGraph(new Float32Array(3));
        expect(single.depthOf(0, Uint8Array.of(1))).toBe(1);
    });
});
