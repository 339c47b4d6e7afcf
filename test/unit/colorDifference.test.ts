import { describe, expect, it } from "vitest";
import { Ciede2000, type Lab, PackedToLab } from "../../src/compute/base/colorDifference";

/** Pairs of the supplementary test data of Sharma, Wu and Dalal (2005), with their differences. */
const PAIRS: readonly [Lab, Lab, number][] = [
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
    [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
    [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
    [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[50, 2.5, 0], [61, -5, 29], 22.8977],
    [[50, 2.5, 0], [56, -27, -3], 31.903],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
];

describe("Ciede2000", () => {
    it.each(PAIRS)("of %j and %j is %f", (first, second, difference) => {
        expect(Ciede2000(first, second)).toBeCloseTo(difference, 4);
        expect(Ciede2000(second, first)).toBeCloseTo(difference, 4);
    });
});

describe("PackedToLab", () => {
    it("converts the corners of sRGB", () => {
        const rounded = (packed: number): number[] => PackedToLab(packed).map((value) => Math.round(value));
        expect(rounded(0xffffff)).toEqual([100, expect.closeTo(0, 5), expect.closeTo(0, 5)]);
        expect(rounded(0x000000)).toEqual([0, 0, 0]);
        expect(rounded(0x0000ff)).toEqual([53, 80, 67]); // red is lowest
        expect(rounded(0xff0000)).toEqual([32, 79, -108]);
    });
});
