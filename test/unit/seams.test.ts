import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { LowerWeakSeams, SeamStrength } from "../../src/compute/hierarchy/build/seams";
import { CreateCartesianTree } from "../../src/compute/hierarchy/cut/cartesianTree";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { FindDendrogramFault } from "../../src/compute/hierarchy/cut/dendrogramFault";
import { RandomMerges } from "../support/randomMerges";

/** The strength of a border of 100 edges; by default long, flat, and between sides that are far from convex. */
function strength({ size = 100, bend = 0, ownSight = 0.15 } = {}): number {
    return SeamStrength(100, bend, size, ownSight, 16);
}

describe("SeamStrength", () => {
    it("is full for a short border, an inward bend, or convex sides", () => {
        expect(strength({ size: 1e4 })).toBe(1);
        expect(strength({ bend: 0.2 })).toBeCloseTo(1, 12);
        expect(strength({ bend: 2 })).toBe(1);
        expect(strength({ ownSight: 0.9 })).toBe(1);
    });

    it("falls with the strongest of the three", () => {
        expect(strength({ size: 1, ownSight: 0.3 })).toBeCloseTo(0.3 / 0.85, 12);
        expect(strength({ size: 1, ownSight: 0.3, bend: 0.15 })).toBeCloseTo(0.75, 12);
    });

    it("measures a border by the number of neighbors: as long on a graph with more of them", () => {
        const more = (36 / 16) ** 1.5;
        expect(SeamStrength(100 * more, 0, 100, 0, 36)).toBeCloseTo(SeamStrength(100, 0, 100, 0, 16), 12);
    });
});

describe("LowerWeakSeams", () => {
    it("keeps all parts, and an order in which parts merge after their own parts", () => {
        for (let seed = 1; seed <= 20; seed++) {
            const random = CreateRandom(seed);
            const merges = RandomMerges(30, 1 + (seed % 3), random);
            const lowered = LowerWeakSeams(
                merges,
                Float32Array.from(merges.first, () => random()),
            );
            const dendrogram = CreateDendrogram(lowered);
            expect(FindDendrogramFault(dendrogram)).toBeNull();
            expect(parts(lowered)).toEqual(parts(merges));
        }
    });

    it("changes nothing where all seams are strong", () => {
        const merges = RandomMerges(30, 1, CreateRandom(7));
        expect(LowerWeakSeams(merges, new Float32Array(merges.first.length).fill(1))).toEqual(merges);
    });

    it("lets a handle come off before a bowl falls into pieces", () => {
        // Three pieces of a bowl, then its handle.
        const merges = {
            leafCount: 4,
            first: Uint32Array.of(0, 0, 0),
            second: Uint32Array.of(1, 2, 3),
            height: Float64Array.of(0.6, 0.7, 0.8),
        };
        const { height } = LowerWeakSeams(merges, Float32Array.of(0.5, 0.5, 1));
        expect([...height]).toEqual([0.3, 0.35, 0.8].map((value) => expect.closeTo(value, 6)));
    });
});

/** The parts of all cuts, by their leaves. */
function parts(merges: Parameters<typeof CreateDendrogram>[0]): string[] {
    const { order, rank } = CreateDendrogram(merges);
    const { start, end } = CreateCartesianTree(rank);
    const found = [...rank.keys()].map((gap) => [...order.subarray(start[gap], end[gap])].sort((a, b) => a - b).join());
    return [...new Set(found)].sort();
}
