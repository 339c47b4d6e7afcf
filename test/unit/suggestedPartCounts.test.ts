import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, CutAtHeight, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { CutWithoutSmallFragments, SuggestPartCounts } from "../../src/compute/hierarchy/cut/suggestedPartCounts";
import { RandomMerges } from "../support/randomMerges";

/** Random merges at heights between 0 and 1. */
function randomTree(leafCount: number, seed: number) {
    const merges = RandomMerges(leafCount, 1, CreateRandom(seed));
    return CreateDendrogram({ ...merges, height: merges.height.map((height) => height / leafCount) });
}

/** Merges of leaves 0..n-1, given as [first, second, height]. */
function tree(leafCount: number, merges: readonly (readonly [number, number, number])[]) {
    return CreateDendrogram({
        leafCount,
        first: Uint32Array.from(merges, ([first]) => first),
        second: Uint32Array.from(merges, ([, second]) => second),
        height: Float64Array.from(merges, ([, , height]) => height),
    });
}

describe("CutWithoutSmallFragments", () => {
    it.each([1, 2, 255, 256, 257])("is the cut at the height where every leaf is enough, n = %i", (leaves) => {
        const dendrogram = randomTree(leaves, leaves);
        for (const height of [-1, 0.2, 0.5, 2]) {
            const found = CutWithoutSmallFragments(dendrogram, height, 1);
            const expected = CutAtHeight(dendrogram, height);
            expect([...found.starts], `height ${height}`).toEqual([...expected.starts]);
        }
    });

    it.each([2, 5, 40])(
        "has no part of fewer leaves, where there are as many, and covers all; at least %i",
        (least) => {
            const dendrogram = randomTree(200, 7);
            const { starts, partCount } = CutWithoutSmallFragments(dendrogram, 0, least);
            expect(starts[0]).toBe(0);
            expect(starts[partCount]).toBe(200);
            for (let part = 0; part < partCount; part++) {
                expect(starts[part + 1] - starts[part]).toBeGreaterThanOrEqual(least);
            }
        },
    );

    it("leaves a small fragment with what it merges with", () => {
        // Leaves 0 1 2 | 3 4 5 and the small fragment 6, which joins the first three.
        const dendrogram = tree(7, [
            [0, 1, 0.1],
            [0, 2, 0.1],
            [3, 4, 0.1],
            [3, 5, 0.1],
            [0, 6, 0.5],
            [0, 3, 0.9],
        ]);
        const labels = LabelLeaves(CutWithoutSmallFragments(dendrogram, 0.3, 2));
        expect([...labels]).toEqual([0, 0, 0, 1, 1, 1, 0]);
    });
});

describe("SuggestPartCounts", () => {
    it("has more parts the finer, and counts no small fragments", () => {
        const { coarse, natural, fine } = SuggestPartCounts(randomTree(2000, 3));
        expect(coarse.parts).toBeLessThanOrEqual(natural.parts);
        expect(natural.parts).toBeLessThanOrEqual(fine.parts);
        for (const suggested of [coarse, natural, fine]) {
            expect(suggested.parts).toBeLessThanOrEqual(suggested.count);
            expect(suggested.parts).toBeGreaterThanOrEqual(1);
        }
    });

    it("cuts where the least changes", () => {
        // Four pairs; the heights of their merges leave the widest gap between 0.36 and 0.53.
        const pairs = [0, 2, 4, 6].map((leaf) => [leaf, leaf + 1, 0.1] as const);
        const dendrogram = tree(8, [...pairs, [0, 2, 0.35], [4, 6, 0.36], [0, 4, 0.53]]);
        const { natural } = SuggestPartCounts(dendrogram);
        expect(natural.height).toBeCloseTo(0.445, 6);
        expect(natural.parts).toBe(2);
    });

    it("prefers gaps near the heights at which people divide", () => {
        // The gap from 0.5 to 0.85 is wider than the one from 0.3 to 0.5, but far from them.
        const dendrogram = tree(3, [
            [0, 1, 0.5],
            [0, 2, 0.85],
        ]);
        const { coarse, natural, fine } = SuggestPartCounts(dendrogram);
        expect([coarse, natural, fine].map(({ parts }) => parts)).toEqual([2, 3, 3]);
    });

    it("has a coarse cut no finer than the natural one, and a fine one no coarser, for any heights", () => {
        for (let seed = 1; seed <= 30; seed++) {
            const { coarse, natural, fine } = SuggestPartCounts(randomTree(40, seed), { fragmentShare: 0 });
            expect(coarse.height).toBeGreaterThanOrEqual(natural.height);
            expect(fine.height).toBeLessThanOrEqual(natural.height);
        }
    });

    it.each([0, 1, 2])("answers for %i leaves that merge at once", (leaves) => {
        const merges = leaves === 2 ? [[0, 1, 0.01] as const] : [];
        const dendrogram = tree(leaves, merges);
        const { natural } = SuggestPartCounts(dendrogram);
        expect(natural.parts).toBe(Math.min(leaves, 1));
        expect(CutAtCount(dendrogram, natural.count).partCount).toBe(Math.min(leaves, 1));
    });
});
