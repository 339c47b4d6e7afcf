import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CountAtGranularity, CutAtCount } from "../../src/compute/hierarchy/cut/partition";
import { CreateSplitHistogram, CreateSplitSizes, NextSplitCount } from "../../src/compute/hierarchy/cut/splitSizes";
import { RandomMerges } from "../support/randomMerges";

describe("splits along the granularity", () => {
    it("have the size of the smaller of their two parts", () => {
        const seed = 7;
        const dendrogram = CreateDendrogram(RandomMerges(60, 3, CreateRandom(seed)));
        const sizes = CreateSplitSizes(dendrogram, 60);
        expect(sizes.length).toBe(57);
        for (let count = 3; count < 60; count++) {
            const before = new Set(CutAtCount(dendrogram, count).starts);
            const { starts } = CutAtCount(dendrogram, count + 1);
            const p = starts.findIndex((start) => !before.has(start));
            const smaller = Math.min(starts[p] - starts[p - 1], starts[p + 1] - starts[p]);
            expect(sizes[count - 3], `from ${count} parts, seed ${seed}`).toBe(smaller);
        }
        expect([...CreateSplitSizes(dendrogram, 20)]).toEqual([...sizes.subarray(0, 17)]);
        expect(CreateSplitSizes(dendrogram, 2).length).toBe(0);
    });

    it("count in the bar of the granularity at which they first appear", () => {
        const dendrogram = CreateDendrogram(RandomMerges(500, 1, CreateRandom(3)));
        const sizes = new Uint32Array(CreateSplitSizes(dendrogram, 200).length);
        sizes[30 - 2] = 12; // visible from 30 parts on
        sizes[150 - 2] = 3;
        const histogram = CreateSplitHistogram(sizes, 1, 40);
        const bars = [...histogram.keys()].filter((bar) => histogram[bar] > 0);
        expect(bars.map((bar) => histogram[bar])).toEqual([1, 0.25]);
        for (const [i, count] of [30, 150].entries()) {
            expect(CountAtGranularity(dendrogram, bars[i] / 40, 200)).toBeLessThanOrEqual(count);
            expect(CountAtGranularity(dendrogram, (bars[i] + 1) / 40, 200)).toBeGreaterThanOrEqual(count);
        }
        expect([...CreateSplitHistogram(new Uint32Array(0), 4, 3)]).toEqual([0, 0, 0]);
    });

    it("are skipped when they are small fragments, in both directions", () => {
        //                              from 2 parts: 3  4  5  6  7  8  9
        const sizes = Uint32Array.of(/*           */ 9, 1, 1, 8, 1, 7, 1);
        const walk = (from: number, direction: 1 | -1): number[] => {
            const counts: number[] = [];
            for (let count = from; ; ) {
                const next = NextSplitCount(sizes, 2, count, direction, 5);
                if (next === count) {
                    return counts;
                }
                counts.push(next);
                count = next;
            }
        };
        expect(walk(2, 1)).toEqual([3, 6, 8]);
        expect(walk(8, -1)).toEqual([6, 3, 2]);
        expect(walk(9, -1)).toEqual([6, 3, 2]);
        expect(walk(5, 1)).toEqual([6, 8]);
        expect(walk(5, -1)).toEqual([2]);
        expect(NextSplitCount(Uint32Array.of(1, 1), 1, 3, -1, 5)).toBe(3);
    });
});
