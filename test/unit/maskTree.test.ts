import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RemoveDuplicateMasks } from "../../src/compute/masks/maskDuplicates";
import { type Mask, MaskConfidence } from "../../src/compute/masks/maskSet";
import { CreateMaskTree } from "../../src/compute/masks/maskTree";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import { ReferenceMaskParents } from "../reference/maskTree";
import { RandomMasks } from "../support/randomMasks";

/** Creates a mask of columns first..end-1 of an image. */
function Columns(first: number, end: number, width: number, height: number, stability = 1, predictedIou = 1): Mask {
    const counts = [first * height, (end - first) * height, (width - end) * height];
    return { region: RunLengthMask.FromCounts(counts, width, height), predictedIou, stability };
}

/** Creates a random depth image in which about a third of the pixels have no depth. */
function RandomDepth(random: () => number, pixels: number): Float32Array {
    return Float32Array.from({ length: pixels }, () => (random() < 0.3 ? 0 : 1 + random()));
}

describe("CreateMaskArrangement", () => {
    it("groups pixels by the masks that hold them", () => {
        const arrangement = CreateMaskArrangement([Columns(1, 4, 6, 2), Columns(2, 5, 6, 2)], 6, 2);
        expect([...arrangement.cellOfPixel]).toEqual([0, 1, 2, 2, 3, 0, 0, 1, 2, 2, 3, 0]);
        expect([...arrangement.cellStart]).toEqual([0, 0, 1, 3, 4]);
        expect([...arrangement.cellMasks]).toEqual([0, 0, 1, 1]);
        expect([...arrangement.cellPixels]).toEqual([4, 2, 4, 2]);
        expect([...arrangement.intersections()]).toEqual([6, 4, 4, 6]);
    });

    it("has one cell without masks, and keeps cell 0 when masks cover all pixels", () => {
        const none = CreateMaskArrangement([], 3, 2);
        expect(none.cellCount).toBe(1);
        expect([...none.cellPixels]).toEqual([6]);
        const all = CreateMaskArrangement([Columns(0, 3, 3, 2), Columns(0, 3, 3, 2)], 3, 2);
        expect([...all.cellPixels]).toEqual([0, 6]);
        expect([...all.cellMasks]).toEqual([0, 1]);
    });

    it.each([
        [1, 1, 3],
        [7, 5, 9],
        [33, 20, 40],
        [64, 90, 70],
    ])("agrees with bitmaps of %d x %d pixels and %d masks", (width, height, count) => {
        for (let seed = 1; seed <= 5; seed++) {
            const where = `seed ${seed}`;
            const masks = RandomMasks(CreateRandom(seed), count, width, height);
            const bitmaps = masks.map((mask) => mask.region.toBitmap());
            const arrangement = CreateMaskArrangement(masks, width, height);
            const { cellOfPixel, cellStart, cellMasks, cellPixels, cellCount } = arrangement;
            const pixels = new Uint32Array(cellCount);
            const keys = new Set<string>();
            for (let p = 0; p < width * height; p++) {
                const cell = cellOfPixel[p];
                pixels[cell]++;
                const inside = bitmaps.flatMap((bitmap, m) => (bitmap[p] === 1 ? [m] : []));
                expect([...cellMasks.subarray(cellStart[cell], cellStart[cell + 1])], `${where}, pixel ${p}`).toEqual(
                    inside,
                );
                keys.add(inside.join());
            }
            keys.add("");
            expect(pixels, where).toEqual(cellPixels);
            // Maximal: no two cells with the same masks.
            expect(cellCount, where).toBe(keys.size);
        }
    });

    it("uses 32 bits for more than 65,536 cells", () => {
        // 17 masks that encode the bits of the pixel's index plus one: every pixel is a separate cell, none in cell 0.
        const width = 300;
        const height = 300;
        const masks = Array.from({ length: 17 }, (_, bit) => ({
            region: RunLengthMask.FromBitmap(
                Uint8Array.from({ length: width * height }, (_, p) => ((p + 1) >> bit) & 1),
                width,
                height,
            ),
        }));
        const arrangement = CreateMaskArrangement(masks, width, height);
        expect(arrangement.cellOfPixel).toBeInstanceOf(Uint32Array);
        expect(arrangement.cellCount).toBe(width * height + 1);
        expect(arrangement.cellOfPixel[89_999]).toBe(90_000);
    });

    it("throws on a mask of another size", () => {
        expect(() => CreateMaskArrangement([Columns(0, 1, 3, 2), Columns(0, 1, 2, 3)], 3, 2)).toThrow(
            /Mask 1 has 2 x 3 pixels, but its view has 3 x 2/,
        );
    });

    it("throws on weights of another size", () => {
        expect(() => CreateMaskArrangement([], 3, 2).countPixels([1, 1])).toThrow(/2 pixel weights .* 3 x 2 = 6/);
    });
});

describe("CreateMaskTree", () => {
    it("uses the smallest mask around a mask as its parent", () => {
        const masks = [Columns(0, 10, 40, 3), Columns(0, 40, 40, 3), Columns(0, 20, 40, 3), Columns(25, 30, 40, 3)];
        const tree = CreateMaskTree(CreateMaskArrangement(masks, 40, 3), null);
        expect([...tree.parents]).toEqual([2, -1, 1, 1]);
        expect([...tree.areas]).toEqual([30, 120, 60, 15]);
    });

    it("uses near duplicates neither as parent nor as child", () => {
        const masks = [Columns(0, 38, 40, 3), Columns(0, 40, 40, 3), Columns(0, 4, 40, 3)];
        const arrangement = CreateMaskArrangement(masks, 40, 3);
        expect([...CreateMaskTree(arrangement, null).parents]).toEqual([-1, -1, 0]);
        expect([...CreateMaskTree(arrangement, null, { maxIou: 0.96 }).parents]).toEqual([1, -1, 0]);
    });

    it("allows a few pixels outside the parent, but no more", () => {
        const masks = [Columns(0, 20, 80, 1), Columns(1, 80, 80, 1), Columns(2, 80, 80, 1)];
        // 19 of 20 pixels are exactly the share 0.95, which is not above it.
        const arrangement = CreateMaskArrangement(masks, 80, 1);
        expect(CreateMaskTree(arrangement, null).parents[0]).toBe(-1);
        expect(CreateMaskTree(arrangement, null, { minInside: 0.94 }).parents[0]).toBe(1);
    });

    it("never makes two masks each other's parent, whatever the thresholds", () => {
        const arrangement = CreateMaskArrangement([Columns(0, 20, 40, 1), Columns(1, 21, 40, 1)], 40, 1);
        expect([...CreateMaskTree(arrangement, null, { minInside: 0.9, maxIou: 1 }).parents]).toEqual([-1, -1]);
    });

    it("counts only pixels with depth", () => {
        // In the whole image mask 0 extends beyond mask 1; among the pixels with depth it lies within.
        const masks = [Columns(0, 10, 20, 1), Columns(5, 20, 20, 1)];
        const arrangement = CreateMaskArrangement(masks, 20, 1);
        expect([...CreateMaskTree(arrangement, null).parents]).toEqual([-1, -1]);
        const depth = Float32Array.from({ length: 20 }, (_, x) => (x < 5 ? 0 : 2));
        const tree = CreateMaskTree(arrangement, depth);
        expect([...tree.parents]).toEqual([1, -1]);
        expect([...tree.areas]).toEqual([5, 15]);
    });

    it("gives masks of a view without depth values no parent", () => {
        const arrangement = CreateMaskArrangement([Columns(0, 2, 4, 4), Columns(0, 4, 4, 4)], 4, 4);
        const tree = CreateMaskTree(arrangement, new Float32Array(16));
        expect([...tree.parents]).toEqual([-1, -1]);
        expect([...tree.areas]).toEqual([0, 0]);
    });

    it("agrees with the brute-force reference", () => {
        let related = 0;
        for (let seed = 1; seed <= 8; seed++) {
            const random = CreateRandom(seed);
            const masks = RandomMasks(random, 40, 50, 37);
            const depth = seed % 2 === 0 ? RandomDepth(random, 50 * 37) : null;
            const { parents } = CreateMaskTree(CreateMaskArrangement(masks, 50, 37), depth);
            expect([...parents], `seed ${seed}`).toEqual(ReferenceMaskParents(masks, depth, 0.95, 0.85));
            related += parents.filter((parent) => parent >= 0).length;
        }
        expect(related).toBeGreaterThan(40);
    });
});

describe("RemoveDuplicateMasks", () => {
    it("keeps the more stable duplicate", () => {
        const masks = [
            Columns(0, 20, 40, 3, 0.9, 1),
            Columns(0, 19, 40, 3, 0.95, 0.5),
            Columns(5, 10, 40, 3, 0.1, 0.1),
        ];
        expect(RemoveDuplicateMasks({ masks }).masks).toEqual([masks[1], masks[2]]);
    });

    it("then keeps the one with the higher predicted IoU, then the larger, then the first", () => {
        const better = [Columns(0, 20, 40, 3, 0.9, 0.7), Columns(0, 19, 40, 3, 0.9, 0.8)];
        expect(RemoveDuplicateMasks({ masks: better }).masks).toEqual([better[1]]);
        const larger = [Columns(0, 19, 40, 3), Columns(0, 20, 40, 3)];
        expect(RemoveDuplicateMasks({ masks: larger }).masks).toEqual([larger[1]]);
        const same = [Columns(0, 19, 40, 3), Columns(0, 19, 40, 3)];
        expect(RemoveDuplicateMasks({ masks: same }).masks[0]).toBe(same[0]);
    });

    it("keeps a mask whose only duplicate is removed itself", () => {
        // 0-20 is like 0-19 and 0-19 like 0-18, but 0-20 and 0-18 are apart at this threshold.
        const masks = [Columns(0, 20, 40, 3, 1), Columns(0, 19, 40, 3, 0.9), Columns(0, 18, 40, 3, 0.8)];
        expect(RemoveDuplicateMasks({ masks }, { maxIou: 0.92 }).masks).toEqual([masks[0], masks[2]]);
    });

    it("compares only pixels with depth, and keeps masks without any", () => {
        const masks = [Columns(0, 20, 40, 1), Columns(5, 20, 40, 1, 0.9), Columns(0, 3, 40, 1), Columns(1, 4, 40, 1)];
        const depth = Float32Array.from({ length: 40 }, (_, x) => (x < 5 ? 0 : 1));
        expect(RemoveDuplicateMasks({ masks }).masks).toEqual(masks);
        expect(RemoveDuplicateMasks({ masks }, { depth }).masks).toEqual([masks[0], masks[2], masks[3]]);
    });

    it("leaves no pair above the threshold, and removes only duplicates of kept masks", () => {
        for (let seed = 1; seed <= 6; seed++) {
            const masks = RandomMasks(CreateRandom(seed), 40, 60, 60);
            const kept = RemoveDuplicateMasks({ masks }, { maxIou: 0.6 }).masks;
            const { intersections, areas } = (() => {
                const shared = CreateMaskArrangement(masks, 60, 60).intersections();
                return { intersections: shared, areas: masks.map((_, i) => shared[i * 41]) };
            })();
            const iou = (a: number, b: number): number => {
                const both = intersections[a * 40 + b];
                return both / (areas[a] + areas[b] - both);
            };
            const keptIndices = kept.map((mask) => masks.indexOf(mask));
            expect(keptIndices.length, `seed ${seed}`).toBeLessThan(40);
            for (let a = 0; a < 40; a++) {
                const like = keptIndices.filter((b) => b !== a && iou(a, b) > 0.6);
                expect(like.length > 0, `seed ${seed}, mask ${a}`).toBe(!keptIndices.includes(a));
            }
        }
    });
});

describe("MaskConfidence", () => {
    it("returns predicted IoU times stability, each at most 1", () => {
        expect(MaskConfidence(Columns(0, 1, 2, 1, 0.5, 0.8))).toBeCloseTo(0.4, 12);
        expect(MaskConfidence(Columns(0, 1, 2, 1, 0.9, 1.02))).toBeCloseTo(0.9, 12);
    });
});
