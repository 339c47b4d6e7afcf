import { describe, expect, it } from "vitest";
import type { MergeList } from "../../src/compute/algorithms/mergeList";
import { CreateRandom } from "../../src/compute/base/random";
import { RefineBorders } from "../../src/compute/hierarchy/borders/borderRefinement";
import { MergeRanks } from "../../src/compute/hierarchy/borders/mergeRanks";
import { CreateLattice } from "../support/lattice";
import { RandomMerges } from "../support/randomMerges";

const PAIR: MergeList = {
    leafCount: 2,
    first: Uint32Array.of(0),
    second: Uint32Array.of(1),
    height: Float64Array.of(1),
};
const OPTIONS = { inertia: 0.01, parts: 1000 };
const WIDTH = 21;
const HEIGHT = 17;

/** Column of the border in each row: how many vertices belong to region 0. */
function borderColumns(region: Uint32Array): number[] {
    return Array.from({ length: HEIGHT }, (_, y) => {
        return region.subarray(WIDTH * y, WIDTH * (y + 1)).filter((r) => r === 0).length;
    });
}

/** Two regions whose border leaps to and fro between two columns. */
function zigzag(low: number, high: number): Uint32Array {
    return Uint32Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
        const column = Math.floor(i / WIDTH) % 4 < 2 ? low : high;
        return i % WIDTH < column ? 0 : 1;
    });
}

describe("RefineBorders", () => {
    const lattice = CreateLattice(WIDTH, HEIGHT);

    it("makes a zigzag on a plane straight", () => {
        const refined = RefineBorders(zigzag(9, 12), PAIR, lattice, () => 1, 3, OPTIONS);
        expect(new Set(borderColumns(refined)).size).toBe(1);
    });

    it("moves a border onto a crease nearby, and to none that is farther away", () => {
        const { from, to } = lattice;
        const columnOf = (e: number): number => Math.max(from[e] % WIDTH, to[e] % WIDTH);
        const crosses = (e: number): boolean => from[e] % WIDTH !== to[e] % WIDTH;
        for (const { crease, expected } of [
            { crease: 12, expected: 12 },
            { crease: 18, expected: 10 },
        ]) {
            const costs = (e: number): number => (crosses(e) && columnOf(e) === crease ? 0.2 : 1);
            const refined = RefineBorders(zigzag(10, 10), PAIR, lattice, costs, 3, OPTIONS);
            expect(borderColumns(refined)).toEqual(new Array(HEIGHT).fill(expected));
        }
    });

    it("leaves a straight border and its input as they are", () => {
        const region = zigzag(8, 8);
        const refined = RefineBorders(region, PAIR, lattice, () => 1, 3, OPTIONS);
        expect(refined).toEqual(region);
        const ragged = zigzag(7, 9);
        RefineBorders(ragged, PAIR, lattice, () => 1, 3, OPTIONS);
        expect(ragged).toEqual(zigzag(7, 9));
    });

    it("does not use up a side that is thin", () => {
        const stripe = zigzag(1, 1);
        const refined = RefineBorders(stripe, PAIR, lattice, () => 1, 3, OPTIONS);
        expect(refined.filter((r) => r === 0).length).toBeGreaterThan(0);
    });

    it.each([1, 2, 3, 7, 40])("never makes the last border dearer, and leaves others alone, %i regions", (count) => {
        for (let seed = 1; seed <= 10; seed++) {
            const random = CreateRandom(100 * count + seed);
            const places = Array.from({ length: count }, () => [WIDTH * random(), HEIGHT * random()]);
            const region = Uint32Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
                const away = places.map(([x, y]) => Math.hypot(x - (i % WIDTH), y - Math.floor(i / WIDTH)));
                return away.indexOf(Math.min(...away));
            });
            const merges = RandomMerges(count, 1, random);
            const costs = Float64Array.from(lattice.from, () => 0.1 + random());
            const refined = RefineBorders(region, merges, lattice, (e) => costs[e], 2, { ...OPTIONS, inertia: 0 });
            const ranks = new MergeRanks(merges);
            const lastCost = (labels: Uint32Array): number =>
                lattice.from.reduce((sum, vertex, e) => {
                    const r = labels[vertex];
                    const s = labels[lattice.to[e]];
                    return sum + (r !== s && ranks.between(r, s) === count - 2 ? costs[e] : 0);
                }, 0);
            expect(lastCost(refined), `seed ${seed}`).toBeLessThanOrEqual(lastCost(region) + 1e-9);
            expect(RefineBorders(region, merges, lattice, (e) => costs[e], 2, { ...OPTIONS, parts: 1 })).toEqual(
                region,
            );
        }
    });

    it("has nothing to do without edges", () => {
        const none = { vertexCount: 3, from: new Uint32Array(0), to: new Uint32Array(0) };
        expect(RefineBorders(Uint32Array.of(0, 1, 1), PAIR, none, () => 1, 3, OPTIONS)).toEqual(
            Uint32Array.of(0, 1, 1),
        );
    });
});

describe("MergeRanks", () => {
    it.each([2, 3, 31, 32, 33, 100])("finds the merge that joins two, %i regions", (count) => {
        const random = CreateRandom(count);
        const merges = RandomMerges(count, 1, random);
        const ranks = new MergeRanks(merges);
        const label = Uint32Array.from({ length: count }, (_, i) => i);
        merges.first.forEach((first, merge) => {
            const a = label[first];
            const b = label[merges.second[merge]];
            const { start, middle, end } = ranks.merges[merge];
            for (let r = 0; r < count; r++) {
                for (let s = 0; s < count && label[r] === a; s++) {
                    if (label[s] === b) {
                        expect(ranks.between(r, s)).toBe(merge);
                        expect(ranks.between(s, r)).toBe(merge);
                        const places = [ranks.orderIndexOf[r], ranks.orderIndexOf[s]].sort((p, q) => p - q);
                        expect(places[0] >= start && places[0] < middle).toBe(true);
                        expect(places[1] >= middle && places[1] < end).toBe(true);
                    }
                }
            }
            for (let r = 0; r < count; r++) {
                label[r] = label[r] === b ? a : label[r];
            }
        });
    });
});
