import { describe, expect, it } from "vitest";
import { NestMerges } from "../../src/compute/algorithms/mergeList";
import { UnionFind } from "../../src/compute/algorithms/unionFind";
import { CreateRandom } from "../../src/compute/base/random";
import { CountBorderSteps, RefineSuperpoints } from "../../src/compute/hierarchy/build/refinedSuperpoints";
import { CreateSuperpoints, DEFAULT_SUPERPOINT_OPTIONS } from "../../src/compute/hierarchy/build/superpoints";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { CreateLattice } from "../support/lattice";
import { RandomMerges } from "../support/randomMerges";

const SETTINGS = DEFAULT_SUPERPOINT_OPTIONS;

/** Number of connected pieces of the vertices with a label. */
function countPieces(lattice: ReturnType<typeof CreateLattice>, region: Uint32Array): number {
    const sets = new UnionFind(region.length);
    lattice.from.forEach((vertex, e) => {
        if (region[vertex] === region[lattice.to[e]]) {
            sets.union(vertex, lattice.to[e]);
        }
    });
    return sets.count;
}

describe("RefineSuperpoints", () => {
    it.each([
        [1, 5, 5],
        [2, 1, 9],
        [7, 13, 11],
        [20, 31, 17],
        [60, 40, 33],
    ])("keeps %i regions connected and nested, none of them empty, on %i x %i vertices", (count, width, height) => {
        for (let seed = 1; seed <= 8; seed++) {
            const random = CreateRandom(1000 * count + seed);
            const lattice = CreateLattice(width, height);
            const weights = Float64Array.from(lattice.from, () => 0.005 + 0.1 * random() ** 4);
            const superpoints = CreateSuperpoints(lattice, weights, { count, persistence: "area" });
            const outer = RandomMerges(superpoints.count, 1, random);
            const before = { superpoints, outer };
            const refined = RefineSuperpoints(before, lattice, lattice, weights, SETTINGS, { width: 3, inertia: 0 });
            const { region, count: left, inner } = refined.superpoints;
            expect(left, `seed ${seed}`).toBeLessThanOrEqual(superpoints.count);
            expect(new Set(region).size, `seed ${seed}`).toBe(left);
            expect(countPieces(lattice, region), `seed ${seed}`).toBe(left);
            expect(refined.outer.first.length).toBe(left - 1);
            const dendrogram = CreateDendrogram(NestMerges(inner, region, refined.outer));
            expect(dendrogram.componentCount).toBe(1);
            const cut = LabelLeaves(CutAtCount(dendrogram, left));
            const partOf = new Map<number, number>();
            region.forEach((r, i) => {
                expect(partOf.get(r) ?? cut[i], `seed ${seed}`).toBe(cut[i]);
                partOf.set(r, cut[i]);
            });
            const again = RefineSuperpoints(before, lattice, lattice, weights, SETTINGS, { width: 3, inertia: 0 });
            expect(again).toEqual(refined);
        }
    });

    it("leaves everything as it is where the width is 0", () => {
        const lattice = CreateLattice(9, 9);
        const weights = new Float64Array(lattice.from.length).fill(1);
        const superpoints = CreateSuperpoints(lattice, weights, { count: 4, persistence: "area" });
        const before = { superpoints, outer: RandomMerges(superpoints.count, 1, CreateRandom(5)) };
        expect(RefineSuperpoints(before, lattice, lattice, weights, SETTINGS, { width: 0 })).toEqual(before);
    });
});

describe("CountBorderSteps", () => {
    it("grows with the size of regions, and is 0 without edges", () => {
        const lattice = CreateLattice(50, 50);
        expect(CountBorderSteps(lattice, 100, 0)).toBe(0);
        expect(CountBorderSteps(lattice, 1, 1)).toBeGreaterThan(CountBorderSteps(lattice, 100, 1));
        expect(CountBorderSteps({ vertexCount: 0, from: new Uint32Array(0), to: new Uint32Array(0) }, 0, 2)).toBe(0);
    });
});
