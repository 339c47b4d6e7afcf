import { describe, expect, it } from "vitest";
import { Ciede2000, PackedToLab } from "../../src/compute/base/colorDifference";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import { PackOklch } from "../../src/compute/base/oklab";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateCartesianTree } from "../../src/compute/hierarchy/cut/cartesianTree";
import { CreateDendrogram, type Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount } from "../../src/compute/hierarchy/cut/partition";
import { PartAdjacency } from "../../src/plugin/display/partAdjacency";
import type { PartPalette } from "../../src/plugin/display/partPalette";
import { CreatePartStartColors } from "../../src/plugin/display/partStartColors";
import { RandomMerges } from "../support/randomMerges";

const bytes = (packed: number): number[] => [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255, packed >>> 24];

/** Returns the relative luminance of sRGB bytes, the gray of a color. */
function Luminance(packed: number): number {
    const [r, g, b] = bytes(packed).map((value) => {
        const v = value / 255;
        return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("PackOklch", () => {
    it("returns known colors", () => {
        // Ottosson's values for the corners of sRGB.
        expect(bytes(PackOklch(1, 0, 0))).toEqual([255, 255, 255, 255]);
        expect(bytes(PackOklch(0, 0, 0))).toEqual([0, 0, 0, 255]);
        expect(bytes(PackOklch(0.62796, 0.25768, 29.234))).toEqual([255, 0, 0, 255]);
        expect(bytes(PackOklch(0.45201, 0.31321, 264.052))).toEqual([0, 0, 255, 255]);
    });

    it("reduces the chroma outside sRGB, and keeps the lightness", () => {
        expect(bytes(PackOklch(0.9, 0.4, 264))[2]).toBeGreaterThan(bytes(PackOklch(0.9, 0.4, 264))[0]);
        expect(Luminance(PackOklch(0.8, 0.4, 264))).toBeCloseTo(Luminance(PackOklch(0.8, 0, 0)), 1);
    });
});

/**
 * Linear RGB -> linear RGB as people without one kind of cones see it (Machado, Oliveira & Fernandes 2009, "A
 * physiologically-based model for simulation of color vision deficiency", severity 1).
 */
const DICHROMATS = {
    protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
    none: [1, 0, 0, 0, 1, 0, 0, 0, 1],
} as const;

/** Returns a packed color as seen with a color vision deficiency, in Oklab (Ottosson 2020). */
function Seen(packed: number, m: readonly number[]): [number, number, number] {
    const rgb = bytes(packed)
        .slice(0, 3)
        .map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    const [r, g, b] = [0, 3, 6].map((row) =>
        Math.min(Math.max(m[row] * rgb[0] + m[row + 1] * rgb[1] + m[row + 2] * rgb[2], 0), 1),
    );
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const c = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
        0.2104542553 * l + 0.793617785 * c - 0.0040720468 * s,
        1.9779984951 * l - 2.428592205 * c + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * c - 0.808675766 * s,
    ];
}

/** Returns the smallest and the mean difference in Oklab between the two sides of a split. */
function SplitDifferences(palette: PartPalette, eyes: keyof typeof DICHROMATS): { least: number; mean: number } {
    const dendrogram = CreateDendrogram(RandomMerges(2000, 3, CreateRandom(23)));
    const colors = CreatePartStartColors(dendrogram, null, palette);
    const { start, roots } = CreateCartesianTree(dendrogram.rank);
    const componentStarts = new Set(roots.map((root) => root.start));
    const differences: number[] = [];
    for (let gap = 0; gap < 2000; gap++) {
        if (!componentStarts.has(gap)) {
            const a = Seen(colors[gap], DICHROMATS[eyes]);
            const b = Seen(colors[start[gap]], DICHROMATS[eyes]);
            differences.push(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
        }
    }
    return {
        least: Math.min(...differences),
        mean: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    };
}

describe("CreatePartStartColors", () => {
    it.each(["protan", "deutan", "tritan", "none"] as const)(
        "gives the sides of every split different colors for %s vision, with the color-blind-safe palette",
        (eyes) => {
            const safe = SplitDifferences("colorBlindSafe", eyes);
            const full = SplitDifferences("full", eyes);
            // 0.02 is about the just noticeable difference side by side.
            expect(safe.least, JSON.stringify({ safe, full })).toBeGreaterThan(0.08);
            if (eyes !== "none") {
                expect(safe.least).toBeGreaterThan(full.least);
                expect(safe.mean).toBeGreaterThan(full.mean);
            }
        },
    );

    it.each(["full", "colorBlindSafe"] as const)(
        "keeps the colors of other parts when a part splits (%s)",
        (palette) => {
            const dendrogram = CreateDendrogram(RandomMerges(300, 2, CreateRandom(24)));
            const colors = CreatePartStartColors(dendrogram, null, palette);
            // The colors of a cut: for each order index the color of its part.
            const shown = (count: number): { start: number; end: number; color: number }[] => {
                const { starts, partCount } = CutAtCount(dendrogram, count);
                return Array.from({ length: partCount }, (_, p) => ({
                    start: starts[p],
                    end: starts[p + 1],
                    color: colors[starts[p]],
                }));
            };
            for (let count = 2; count < 300; count++) {
                const after = new Map(shown(count + 1).map((part) => [`${part.start}-${part.end}`, part.color]));
                const gone = shown(count).filter(({ start, end, color }) => after.get(`${start}-${end}`) !== color);
                expect(gone.length, `${count} parts`).toBe(1); // the part that splits
            }
        },
    );

    it("gives the sides of every split different colors, also in gray", () => {
        const seed = 21;
        const dendrogram = CreateDendrogram(RandomMerges(2000, 3, CreateRandom(seed)));
        const colors = CreatePartStartColors(dendrogram, null);
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

    it("returns the same colors for the same tree, and colors for no leaves", () => {
        const dendrogram = CreateDendrogram(RandomMerges(100, 1, CreateRandom(22)));
        expect(CreatePartStartColors(dendrogram, null)).toEqual(CreatePartStartColors(dendrogram, null));
        expect(CreatePartStartColors(CreateDendrogram(RandomMerges(0, 0, CreateRandom(1))), null).length).toBe(0);
    });

    it("gives parts that touch different colors at every cut, unlike the tree alone", () => {
        // Unbalanced merges, which alone give all parts similar hues: columns of a lattice merge one by one.
        const seed = 25;
        const { dendrogram, positions } = LatticeColumns(12, CreateRandom(seed));
        const difference = (colors: Uint32Array, count: number): number => {
            const { starts } = CutAtCount(dendrogram, count);
            const labs = Array.from(starts.subarray(0, count), (start) => PackedToLab(colors[start]));
            const adjacency = RunCoroutineSync(PartAdjacency.CreateCoroutine(dendrogram, positions, count));
            return Math.min(
                ...labs.flatMap((lab, part) =>
                    adjacency.neighborsOf(part, part + 1).map((other) => Ciede2000(lab, labs[other])),
                ),
            );
        };
        const colors = CreatePartStartColors(dendrogram, positions);
        const byTreeAlone = CreatePartStartColors(dendrogram, null);
        for (let count = 2; count <= 144; count++) {
            expect(difference(colors, count), `seed ${seed}, ${count} parts`).toBeGreaterThanOrEqual(15);
        }
        expect(difference(byTreeAlone, 144)).toBeLessThan(15);
    });
});

/** Creates a side x side x 4 lattice whose columns of 4 merge first, and then one by one in random order. */
function LatticeColumns(side: number, random: () => number): { dendrogram: Dendrogram; positions: Float32Array } {
    const columns = Array.from({ length: side * side }, (_, column) => column);
    const positions = Float32Array.from(
        columns.flatMap((column) =>
            [0, 1, 2, 3].flatMap((z) => [column % side, Math.floor(column / side), z].map((value) => value / side)),
        ),
    );
    const shuffled = columns.map((column) => ({ column, key: random() })).sort((a, b) => a.key - b.key);
    const merges = [
        ...columns.flatMap((column) => [1, 2, 3].map((z) => [4 * column, 4 * column + z])),
        ...shuffled.slice(1).map(({ column }) => [4 * shuffled[0].column, 4 * column]),
    ];
    return {
        dendrogram: CreateDendrogram({
            leafCount: 4 * columns.length,
            first: Uint32Array.from(merges, ([first]) => first),
            second: Uint32Array.from(merges, ([, second]) => second),
            height: Float64Array.from(merges, (_, i) => i),
        }),
        positions,
    };
}

describe("PartAdjacency", () => {
    it("finds the same parts as a slow search", () => {
        const seed = 26;
        const { dendrogram, positions } = LatticeColumns(9, CreateRandom(seed));
        const { starts } = CutAtCount(dendrogram, 81);
        const adjacency = RunCoroutineSync(PartAdjacency.CreateCoroutine(dendrogram, positions, 81));
        const column = (part: number): [number, number] => {
            const leaf = dendrogram.order[starts[part]];
            return [9 * positions[3 * leaf], 9 * positions[3 * leaf + 1]];
        };
        for (let part = 0; part < 81; part++) {
            const found = new Set(adjacency.neighborsOf(part, part + 1));
            for (let other = 0; other < 81; other++) {
                const [[x, y], [u, v]] = [column(part), column(other)];
                const distance = Math.max(Math.abs(x - u), Math.abs(y - v));
                if (part !== other && distance < 1.5) {
                    expect(found.has(other), `seed ${seed}, parts ${part} and ${other}`).toBe(true);
                } else if (distance > 3.5) {
                    expect(found.has(other), `seed ${seed}, parts ${part} and ${other}`).toBe(false);
                }
            }
        }
    });
});
