import { describe, expect, it } from "vitest";
import type { MergeList } from "../../src/compute/algorithms/mergeList";
import { UnionFind } from "../../src/compute/algorithms/unionFind";
import { CreateRandom } from "../../src/compute/base/random";
import { CondenseTree, PartCountsOfNode } from "../../src/compute/hierarchy/cut/condensedTree";
import { CreateDendrogram, NEVER_MERGED } from "../../src/compute/hierarchy/cut/dendrogram";
import {
    CountAtGranularity,
    CutAtCount,
    CutAtHeight,
    LabelLeaves,
    RankPartsBySize,
} from "../../src/compute/hierarchy/cut/partition";

const SEED = 5;

/** Creates random merges with ties that leave `components` components. */
function randomMerges(leafCount: number, components: number, seed: number): MergeList {
    const random = CreateRandom(seed);
    const names = Array.from({ length: leafCount }, (_, i) => i);
    const first: number[] = [];
    const second: number[] = [];
    const height: number[] = [];
    let altitude = 0;
    while (names.length > components) {
        const a = names.splice(Math.floor(random() * names.length), 1)[0];
        const b = Math.floor(random() * names.length);
        // Either may keep its label.
        const [kept, gone] = random() < 0.5 ? [a, names[b]] : [names[b], a];
        names[b] = kept;
        altitude += Math.floor(random() * 2);
        first.push(kept);
        second.push(gone);
        height.push(altitude);
    }
    return {
        leafCount,
        first: Uint32Array.from(first),
        second: Uint32Array.from(second),
        height: Float64Array.from(height),
    };
}

/** Returns the partition after the first `done` merges, by union-find, as sorted lists of leaves. */
function partsAfter(merges: MergeList, done: number): string[] {
    const sets = new UnionFind(merges.leafCount);
    for (let m = 0; m < done; m++) {
        sets.union(merges.first[m], merges.second[m]);
    }
    return asLists(Uint32Array.from({ length: merges.leafCount }, (_, i) => sets.find(i)));
}

function asLists(labels: Uint32Array): string[] {
    const lists = new Map<number, number[]>();
    labels.forEach((label, leaf) => {
        lists.set(label, [...(lists.get(label) ?? []), leaf]);
    });
    return [...lists.values()].map((list) => list.join(" ")).sort();
}

describe.each([
    [1, 1],
    [2, 1],
    [2, 2],
    [17, 3],
    [256, 1],
    [257, 4],
])(`a dendrogram of %i leaves, %i components (seed ${SEED})`, (leafCount, components) => {
    const merges = randomMerges(leafCount, components, SEED);
    const dendrogram = CreateDendrogram(merges);

    it("contains every leaf and every merge once", () => {
        expect([...dendrogram.order].sort((a, b) => a - b)).toEqual(Array.from({ length: leafCount }, (_, i) => i));
        expect(dendrogram.componentCount).toBe(components);
        const ranks = [...dendrogram.rank].sort((a, b) => a - b);
        expect(ranks.slice(0, leafCount - components)).toEqual(
            Array.from({ length: leafCount - components }, (_, i) => i),
        );
        expect(ranks.slice(leafCount - components).every((r) => r === NEVER_MERGED)).toBe(true);
    });

    it("cuts at every number of parts like merges that are undone one by one", () => {
        for (let count = components; count <= leafCount; count += leafCount > 50 ? 13 : 1) {
            const partition = CutAtCount(dendrogram, count);
            expect(partition.partCount).toBe(count);
            expect(asLists(LabelLeaves(partition))).toEqual(partsAfter(merges, leafCount - count));
        }
        expect(CutAtCount(dendrogram, 0).partCount).toBe(components);
        expect(CutAtCount(dendrogram, 1e9).partCount).toBe(leafCount);
    });

    it("cuts at every height like single merges", () => {
        for (const threshold of new Set([-1, ...merges.height, Number.POSITIVE_INFINITY])) {
            const done = merges.height.filter((h) => h <= threshold).length;
            expect(asLists(LabelLeaves(CutAtHeight(dendrogram, threshold)))).toEqual(partsAfter(merges, done));
        }
    });

    it("maps the granularities to all numbers of parts", () => {
        expect(CountAtGranularity(dendrogram, 0)).toBe(components);
        expect(CountAtGranularity(dendrogram, 1, 100)).toBe(Math.max(components, Math.min(100, leafCount)));
    });

    it.each([1, 2, 10])("condenses to nested nodes of at least %i leaves", (minSize) => {
        const nodes = CondenseTree(dendrogram, minSize);
        nodes.forEach((node, index) => {
            const { minPartCount, maxPartCount } = PartCountsOfNode(dendrogram, node);
            expect(node.parent).toBeLessThan(index);
            if (node.parent >= 0) {
                const parent = nodes[node.parent];
                expect(node.end - node.start).toBeGreaterThanOrEqual(minSize);
                expect(node.start >= parent.start && node.end <= parent.end).toBe(true);
                expect(node.mergedRank).toBeLessThan(parent.mergedRank);
                expect(node.mergedRank + 1).toBe(parent.bornRank);
            }
            // In the coarsest cut that has the node, it is exactly a part, with its small fragments.
            expect(minPartCount).toBeLessThanOrEqual(maxPartCount);
            const { starts, partCount } = CutAtCount(dendrogram, minPartCount);
            const exact = Array.from({ length: partCount }, (_, p) => [starts[p], starts[p + 1]]);
            expect(exact).toContainEqual([node.start, node.end]);
        });
    });
});

describe("small hierarchies by hand", () => {
    // 0 and 1 merge at 1, 2 and 3 at 2, both pairs at 5, 4 joins at 9.
    const dendrogram = CreateDendrogram({
        leafCount: 5,
        first: Uint32Array.of(0, 2, 0, 0),
        second: Uint32Array.of(1, 3, 2, 4),
        height: Float64Array.of(1, 2, 5, 9),
    });

    it("has the leaf order and heights", () => {
        expect([...dendrogram.order]).toEqual([0, 1, 2, 3, 4]);
        expect([...dendrogram.height]).toEqual([Number.POSITIVE_INFINITY, 1, 5, 2, 9]);
    });

    it("cuts at a height that has no exact binary form", () => {
        const tenths = CreateDendrogram({
            leafCount: 3,
            first: Uint32Array.of(0, 0),
            second: Uint32Array.of(1, 2),
            height: Float64Array.of(0.3, 0.7),
        });
        expect(CutAtHeight(tenths, 0.3).partCount).toBe(2);
        expect(CutAtHeight(tenths, 0.7).partCount).toBe(1);
    });

    it("ranks parts by size, the largest first, and keeps as many as asked for", () => {
        const partition = CutAtCount(dendrogram, 2);
        expect([...partition.starts]).toEqual([0, 4, 5]);
        expect([...RankPartsBySize(partition)]).toEqual([0, 1]);
        expect([...RankPartsBySize(partition, 1)]).toEqual([0, -1]);
    });

    it("separates a lone leaf as a small fragment", () => {
        const nodes = CondenseTree(dendrogram, 2);
        expect(nodes.map(({ parent, start, end }) => [parent, start, end])).toEqual([
            [-1, 0, 5],
            [0, 0, 2],
            [0, 2, 4],
        ]);
        expect(nodes.map(({ bornRank, mergedRank }) => [bornRank, mergedRank])).toEqual([
            [3, NEVER_MERGED],
            [1, 2],
            [2, 2],
        ]);
    });

    it("is empty without leaves", () => {
        const none = CreateDendrogram({
            leafCount: 0,
            first: new Uint32Array(0),
            second: new Uint32Array(0),
            height: new Float64Array(0),
        });
        expect(CutAtCount(none, 3).partCount).toBe(0);
        expect(CutAtHeight(none, 3).partCount).toBe(0);
        expect(CondenseTree(none, 2)).toEqual([]);
    });
});
