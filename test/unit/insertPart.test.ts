import { describe, expect, it } from "vitest";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateCartesianTree } from "../../src/compute/hierarchy/cut/cartesianTree";
import { CreateDendrogram, type Dendrogram, NEVER_MERGED } from "../../src/compute/hierarchy/cut/dendrogram";
import { FindDendrogramFault } from "../../src/compute/hierarchy/cut/dendrogramFault";
import { CutRankForCount } from "../../src/compute/hierarchy/cut/partition";
import { InsertPartCoroutine, type InsertPartOptions } from "../../src/compute/hierarchy/prompt/insertPart";
import { RandomMerges } from "../support/randomMerges";

function randomDendrogram(random: () => number, leafCount: number, components: number): Dendrogram {
    return CreateDendrogram(RandomMerges(leafCount, components, random));
}

const keyOf = (leaves: Iterable<number>): string => [...leaves].sort((a, b) => a - b).join(" ");

/** Returns all parts, as sets of leaves, in the order in which they are made. */
function partsOf({ order, rank, leafCount }: Dendrogram): Set<number>[] {
    const { start, end } = CreateCartesianTree(rank);
    const gaps = Array.from({ length: leafCount }, (_, i) => i).filter((i) => rank[i] !== NEVER_MERGED);
    return gaps.sort((a, b) => rank[a] - rank[b]).map((gap) => new Set(order.subarray(start[gap], end[gap])));
}

function componentsOf({ order, rank }: Dendrogram): Set<number>[] {
    return CreateCartesianTree(rank).roots.map(({ start, end }) => new Set(order.subarray(start, end)));
}

function insert(
    dendrogram: Dendrogram,
    leaves: ReadonlySet<number>,
    options: Partial<InsertPartOptions> = {},
): Dendrogram & { part: Set<number>; joined: Set<number> | null } {
    const isInside = Uint8Array.from(dendrogram.order, (leaf) => (leaves.has(leaf) ? 1 : 0));
    const tree = CreateCartesianTree(dendrogram.rank);
    const inserted = RunCoroutineSync(InsertPartCoroutine(dendrogram, tree, isInside, options));
    expect(inserted.orderIndexOf.map((i) => inserted.dendrogram.order[i])).toEqual(dendrogram.order);
    const { joined } = inserted;
    return {
        ...inserted.dendrogram,
        part: new Set(inserted.dendrogram.order.subarray(inserted.start, inserted.end)),
        joined: joined && new Set(dendrogram.order.subarray(joined.start, joined.end)),
    };
}

describe("inserting a part into a dendrogram", () => {
    it("keeps all parts, divided into inside and outside, as set algebra says", () => {
        for (let seed = 1; seed <= 150; seed++) {
            const random = CreateRandom(seed);
            const leafCount = 2 + Math.floor(random() * 30);
            const before = randomDendrogram(random, leafCount, 1 + Math.floor(random() * Math.min(3, leafCount)));
            const share = random();
            const set = new Set([...before.order].filter(() => random() < share));
            set.add(Math.floor(random() * leafCount));
            const after = insert(before, set);
            expect(FindDendrogramFault(after), `seed ${seed}`).toBe(null);
            expect(keyOf(after.part)).toBe(keyOf(set));

            const expected = new Set<string>([keyOf(set)]);
            const add = (part: Set<number>): void => {
                const inside = [...part].filter((leaf) => set.has(leaf));
                const outside = [...part].filter((leaf) => !set.has(leaf));
                expected.add(keyOf(inside));
                const holdsJoin = after.joined && [...after.joined].every((leaf) => part.has(leaf));
                expected.add(keyOf(holdsJoin ? [...outside, ...set] : outside));
                if (part.size === after.joined?.size && holdsJoin) {
                    expected.add(keyOf(outside));
                }
            };
            [...partsOf(before), ...componentsOf(before)].forEach(add);
            const made = new Set([...partsOf(after), ...componentsOf(after)].map(keyOf));
            const large = [...expected].filter((key) => key.includes(" "));
            const found = [...made].filter((key) => key.includes(" "));
            // Inside leaves of several components merge in some order, which the old tree does not know.
            const missing = large.filter((key) => !made.has(key));
            expect(missing, `seed ${seed}`).toEqual([]);
            const extra = found.filter((key) => !expected.has(key));
            expect(extra.length, `seed ${seed}`).toBeLessThan(before.componentCount);
        }
    });

    it("joins the part where most of it met other leaves", () => {
        // ((0 1) (2 3)) ((4 5) (6 7))
        const before = CreateDendrogram({
            leafCount: 8,
            first: Uint32Array.of(0, 2, 4, 6, 0, 4, 0),
            second: Uint32Array.of(1, 3, 5, 7, 2, 6, 4),
            height: Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.4, 0.4, 0.8),
        });
        const after = insert(before, new Set([0, 1, 2, 7]));
        const made = partsOf(after).map(keyOf);
        expect(made).toContain("0 1 2 7");
        expect(made).toContain("0 1 2 3 7");
        expect(made).toContain("4 5 6");
        expect([...after.joined!]).toEqual([0, 1, 2, 3]);
    });

    it("changes nothing but ranks if the set is a part already", () => {
        const random = CreateRandom(7);
        const before = randomDendrogram(random, 40, 1);
        for (const part of partsOf(before)) {
            expect(new Set(partsOf(insert(before, part)).map(keyOf))).toEqual(new Set(partsOf(before).map(keyOf)));
        }
    });

    it("is a part of the present cut, if it joins above, and of a cut that is not finer than the finest", () => {
        for (let seed = 1; seed <= 80; seed++) {
            const random = CreateRandom(seed);
            const before = randomDendrogram(random, 60, 1);
            const set = new Set([...before.order].filter(() => random() < 0.15));
            set.add(3);
            const finest = 2 + Math.floor(random() * 20);
            const finestRank = CutRankForCount(before, finest);
            const after = insert(before, set, { finestRank });
            expect(FindDendrogramFault(after)).toBe(null);
            const parts = partsOf(after).map(keyOf);
            const outer = partsOf(after).findIndex(
                (part) => part.size > set.size && [...set].every((l) => part.has(l)),
            );
            expect(set.size === 1 || parts.includes(keyOf(set))).toBe(true);
            expect(60 - outer, `seed ${seed}`).toBeLessThanOrEqual(finest + 1);
        }
    });

    it("stays within a part that has to stay", () => {
        for (let seed = 1; seed <= 80; seed++) {
            const random = CreateRandom(seed);
            const before = randomDendrogram(random, 60, 1);
            const bounds = partsOf(before).filter(({ size }) => size > 4 && size < 60);
            const bound = bounds[Math.floor(random() * bounds.length)];
            const set = new Set([...bound].filter(() => random() < 0.4).slice(0, bound.size - 1));
            if (set.size === 0) {
                continue;
            }
            const start = before.order.findIndex((leaf) => bound.has(leaf));
            const within = { start, end: start + bound.size };
            const after = insert(before, set, { finestRank: 55, within });
            expect(FindDendrogramFault(after)).toBe(null);
            expect(partsOf(after).map(keyOf)).toContain(keyOf(bound));
        }
    });
});
