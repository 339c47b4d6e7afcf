import { describe, expect, it } from "vitest";
import type { EdgeList } from "../../src/compute/algorithms/edgeList";
import type { MergeList } from "../../src/compute/algorithms/mergeList";
import { CreateRandom } from "../../src/compute/base/random";
import { MergeSmallFragments } from "../../src/compute/hierarchy/build/smallFragments";
import { CreateCartesianTree } from "../../src/compute/hierarchy/cut/cartesianTree";
import { CreateDendrogram, type Dendrogram, NEVER_MERGED } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, CutAtHeight, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { CreateLattice } from "../support/lattice";
import { RandomMerges } from "../support/randomMerges";

/** A row of points, in which neighbors touch; a region for each number of points. */
function row(...sizes: number[]): { region: Uint32Array; edges: EdgeList } {
    const region = Uint32Array.from(sizes.flatMap((size, name) => new Array<number>(size).fill(name)));
    const from = Uint32Array.from({ length: region.length - 1 }, (_, i) => i);
    return { region, edges: { vertexCount: region.length, from, to: from.map((i) => i + 1) } };
}

/** Merges of pairs of letters at heights; a letter stands for all that it has merged with. */
function mergesOf(count: number, ...listed: [pair: string, height: number][]): MergeList {
    const nameOf = Array.from({ length: count }, (_, i) => i);
    const pairs = listed.map(([pair]) => {
        const [a, b] = [...pair].map((letter) => nameOf[letter.charCodeAt(0) - 97]);
        nameOf.forEach((name, i) => {
            nameOf[i] = name === b ? a : name;
        });
        return [a, b];
    });
    return {
        leafCount: count,
        first: Uint32Array.from(pairs, ([a]) => a),
        second: Uint32Array.from(pairs, ([, b]) => b),
        height: Float64Array.from(listed, ([, height]) => height),
    };
}

/** The parts of a cut, each as its letters. */
function partsOf(dendrogram: Dendrogram, count: number): string[] {
    const labels = LabelLeaves(CutAtCount(dendrogram, count));
    const parts = new Map<number, string>();
    labels.forEach((label, region) => {
        parts.set(label, (parts.get(label) ?? "") + String.fromCharCode(97 + region));
    });
    return [...parts.values()].sort();
}

describe("MergeSmallFragments", () => {
    it("shows a fragment with the part that it touches, however different it is", () => {
        // c, a small fragment, lies beyond b, and merges last.
        const { region, edges } = row(10, 10, 1);
        const merges = mergesOf(3, ["ab", 0.5], ["ac", 0.9]);
        expect(partsOf(CreateDendrogram(merges), 2)).toEqual(["ab", "c"]);
        const moved = CreateDendrogram(MergeSmallFragments(merges, region, edges, { share: 0.1, height: 0.3 }));
        expect(partsOf(moved, 2)).toEqual(["a", "bc"]);
        expect(partsOf(moved, 3)).toEqual(["a", "b", "c"]);
    });

    it("keeps fragments that touch each other together", () => {
        // d touches only c, which touches b.
        const { region, edges } = row(14, 12, 1, 1);
        const merges = mergesOf(4, ["ab", 0.5], ["ad", 0.8], ["ac", 0.9]);
        const moved = CreateDendrogram(MergeSmallFragments(merges, region, edges, { share: 0.1, height: 0.3 }));
        expect(partsOf(moved, 2)).toEqual(["a", "bcd"]);
    });

    it("splits off fragments before parts that are more alike than the fragments are different", () => {
        const { region, edges } = row(10, 10, 1);
        const merges = mergesOf(3, ["ab", 0.01], ["ac", 0.9]);
        const moved = CreateDendrogram(MergeSmallFragments(merges, region, edges, { share: 0.1, height: 0.3 }));
        expect(partsOf(moved, 2)).toEqual(["ab", "c"]);
    });

    it("leaves merges alone without fragments, and without a share", () => {
        const { region, edges } = row(2, 2, 2);
        const merges = mergesOf(3, ["ab", 0.2], ["ac", 0.4]);
        expect(MergeSmallFragments(merges, region, edges, { share: 0 })).toBe(merges);
        const same = CreateDendrogram(MergeSmallFragments(merges, region, edges, { share: 0.3 }));
        expect([2, 3].map((count) => partsOf(same, count))).toEqual([
            ["ab", "c"],
            ["a", "b", "c"],
        ]);
        const one = {
            leafCount: 1,
            first: new Uint32Array(0),
            second: new Uint32Array(0),
            height: new Float64Array(0),
        };
        expect(MergeSmallFragments(one, new Uint32Array(6), edges, { share: 0.9 })).toEqual(one);
    });

    it.each([
        [1, 1],
        [2, 1],
        [40, 1],
        [40, 3],
        [257, 2],
    ])(
        "has the parts of the cut without small fragments above their height, %i regions, %i pieces",
        (count, pieces) => {
            const [width, depth] = [40, 30];
            const options = { share: 0.02, height: 0.3 };
            const minSize = options.share * width * depth;
            for (let seed = 1; seed <= 6; seed++) {
                const random = CreateRandom(seed);
                const region = scatterRegions(width, depth, count, random);
                const raw = RandomMerges(count, pieces, random);
                const merges = { ...raw, height: raw.height.map((height) => height / count) };
                const moved = MergeSmallFragments(merges, region, CreateLattice(width, depth), options);
                expect(moved.height.length, `seed ${seed}`).toBe(merges.height.length);
                expect(moved.height.every((height, m) => m === 0 || height >= moved.height[m - 1])).toBe(true);

                const sizes = new Float64Array(count);
                for (const r of region) {
                    sizes[r]++;
                }
                const dendrogram = CreateDendrogram(moved);
                expect(dendrogram.componentCount, `seed ${seed}`).toBe(pieces);
                for (const height of [0.3, 0.5, 0.8]) {
                    const { starts, partCount } = CutAtHeight(dendrogram, height);
                    expect(partCount, `seed ${seed}`).toBe(pieces + countSplits(merges, sizes, height, minSize));
                    const pointsOf = Array.from({ length: partCount }, (_, p) => {
                        return dendrogram.order
                            .subarray(starts[p], starts[p + 1])
                            .reduce((sum, r) => sum + sizes[r], 0);
                    });
                    const small = pointsOf.filter((points) => points < minSize).length;
                    expect(small, `seed ${seed}`).toBeLessThan(pieces);
                }
            }
        },
    );
});

/** Divides a lattice into regions around different random points, more of them near one side; none is empty. */
function scatterRegions(width: number, depth: number, count: number, random: () => number): Uint32Array {
    const places = new Set<number>();
    while (places.size < count) {
        places.add(Math.floor(width * random()) + width * Math.floor(depth * random() ** 3));
    }
    return Uint32Array.from({ length: width * depth }, (_, i) => {
        const away = [...places].map((place) => {
            return Math.hypot((place % width) - (i % width), Math.floor(place / width) - Math.floor(i / width));
        });
        return away.indexOf(Math.min(...away));
    });
}

/** Counts the merges above a height of two sides with enough points. */
function countSplits(merges: MergeList, sizes: Float64Array, least: number, minSize: number): number {
    const { order, rank, height } = CreateDendrogram(merges);
    const { start, end } = CreateCartesianTree(rank);
    const pointsOf = (from: number, to: number): number => {
        return order.subarray(from, to).reduce((sum, r) => sum + sizes[r], 0);
    };
    return rank.filter((own, gap) => {
        const isHigh = own !== NEVER_MERGED && height[gap] > Math.fround(least);
        return isHigh && pointsOf(start[gap], gap) >= minSize && pointsOf(gap, end[gap]) >= minSize;
    }).length;
}
