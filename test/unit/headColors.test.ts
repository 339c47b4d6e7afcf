import { describe, expect, it } from "vitest";
import { CreateCartesianTree } from "../../src/compute/hierarchy/cartesianTree";
import { CreateDendrogram } from "../../src/compute/hierarchy/dendrogram";
import { CreateRandom } from "../../src/compute/random";
import { CreateHeadColors } from "../../src/plugin/materials/headColors";
import { PackOklch } from "../../src/plugin/materials/oklch";
import { RandomMerges } from "../support/randomMerges";

const bytes = (packed: number): number[] => [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255, packed >>> 24];

/** Relative luminance of sRGB bytes, what is left of a colour in grey. */
function Luminance(packed: number): number {
    const [r, g, b] = bytes(packed).map((value) => {
        const v = value / 255;
        return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("PackOklch", () => {
    it("gives the known colours", () => {
        // Ottosson's values for the corners of sRGB.
        expect(bytes(PackOklch(1, 0, 0))).toEqual([255, 255, 255, 255]);
        expect(bytes(PackOklch(0, 0, 0))).toEqual([0, 0, 0, 255]);
        expect(bytes(PackOklch(0.62796, 0.25768, 29.234))).toEqual([255, 0, 0, 255]);
        expect(bytes(PackOklch(0.45201, 0.31321, 264.052))).toEqual([0, 0, 255, 255]);
    });

    it("lowers the chroma where sRGB ends, and keeps the lightness", () => {
        expect(bytes(PackOklch(0.9, 0.4, 264))[2]).toBeGreaterThan(bytes(PackOklch(0.9, 0.4, 264))[0]);
        expect(Luminance(PackOklch(0.8, 0.4, 264))).toBeCloseTo(Luminance(PackOklch(0.8, 0, 0)), 1);
    });
});

describe("CreateHeadColors", () => {
    it("tells the two sides of every split apart, in grey too", () => {
        const seed = 21;
        const dendrogram = CreateDendrogram(RandomMerges(2000, 3, CreateRandom(seed)));
        const colors = CreateHeadColors(dendrogram);
        const { start, roots } = CreateCartesianTree(dendrogram.rank);
        const componentStarts = new Set(roots.map((root) => root.start));
        for (let gap = 0; gap < 2000; gap++) {
            if (!componentStarts.has(gap)) {
                const ratio =
                    (Math.max(Luminance(colors[gap]), Luminance(colors[start[gap]])) + 0.05) /
                    (Math.min(Luminance(colors[gap]), Luminance(colors[start[gap]])) + 0.05);
                expect(ratio, `seed ${seed}, the split at place ${gap}`).toBeGreaterThan(1.2);
            }
        }
    });

    it("has the same colours for the same tree, and some for no leaves", () => {
        const dendrogram = CreateDendrogram(RandomMerges(100, 1, CreateRandom(22)));
        expect(CreateHeadColors(dendrogram)).toEqual(CreateHeadColors(dendrogram));
        expect(CreateHeadColors(CreateDendrogram(RandomMerges(0, 0, CreateRandom(1)))).length).toBe(0);
    });
});
