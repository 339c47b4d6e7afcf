import { describe, expect, it } from "vitest";
import { BorderMeasure } from "../../bench/princeton/cutDiscrepancy";
import type { FaceLabels } from "../../bench/princeton/partErrors";
import type { PrincetonShape } from "../../bench/princeton/princetonShapes";

/** A strip of squares along x, each of two triangles. */
function createStrip(squares: number): PrincetonShape {
    const positions: number[] = [];
    const indices: number[] = [];
    for (let x = 0; x <= squares; x++) {
        positions.push(x, 0, 0, x, 1, 0);
    }
    for (let x = 0; x < squares; x++) {
        const v = 2 * x;
        indices.push(v, v + 2, v + 1, v + 1, v + 2, v + 3);
    }
    const entry = { id: 0, category: "strip", faces: 2 * squares, segmentations: 0, parts: [] };
    return { entry, positions: Float32Array.from(positions), indices: Uint32Array.from(indices), segmentations: [] };
}

/** Two parts that meet before a square. */
function cutAt(squares: number, place: number): FaceLabels {
    return { labels: Array.from({ length: 2 * squares }, (_, face) => (face < 2 * place ? 0 : 1)), count: 2 };
}

describe("BorderMeasure", () => {
    const squares = 9;
    const strip = createStrip(squares);
    // Corners lie at the two long sides, half a unit off the axis.
    const radius =
        Array.from({ length: squares + 1 }, (_, x) => Math.hypot(x - squares / 2, 0.5)).reduce((a, b) => a + b) /
        (squares + 1);

    it("is 0 for the same border, and grows with the way between two", () => {
        const measure = new BorderMeasure(strip, [cutAt(squares, 4)]);
        expect(measure.measure(cutAt(squares, 4))).toEqual({ cutDiscrepancy: 0, lengthRatio: 1 });
        const { cutDiscrepancy, lengthRatio } = measure.measure(cutAt(squares, 7));
        expect(cutDiscrepancy).toBeCloseTo(3 / radius, 6);
        expect(lengthRatio).toBeCloseTo(1, 6);
    });

    it("averages both directions", () => {
        const measure = new BorderMeasure(strip, [cutAt(squares, 4)]);
        const both = {
            labels: Array.from({ length: 2 * squares }, (_, face) => (face < 8 ? 0 : face < 12 ? 1 : 2)),
            count: 3,
        };
        const { cutDiscrepancy, lengthRatio } = measure.measure(both);
        // Of the two borders one is right and one is 2 off; the person's own is right.
        expect(cutDiscrepancy).toBeCloseTo(0.5 / radius, 6);
        expect(lengthRatio).toBeCloseTo(2, 6);
    });

    it("compares people with each other, and knows no discrepancy without a border", () => {
        const one = { labels: new Array(2 * squares).fill(0), count: 1 };
        const measure = new BorderMeasure(strip, [cutAt(squares, 4), cutAt(squares, 5), one]);
        expect(measure.measurePeople().cutDiscrepancy).toBeCloseTo(1 / radius, 6);
        expect(measure.measure(one).cutDiscrepancy).toBeNaN();
    });
});
