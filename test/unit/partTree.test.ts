import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram, NEVER_MERGED } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, CutRankForCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { Part } from "../../src/plugin/parts/model/part";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { RandomMerges } from "../support/randomMerges";

function CreateTree(leafCount: number, components: number, seed: number): PartTree {
    const random = CreateRandom(seed);
    const dendrogram = CreateDendrogram(RandomMerges(leafCount, components, random));
    const positions = Float32Array.from({ length: 3 * leafCount }, () => random());
    const colors = new Uint8Array(3 * leafCount);
    const hierarchy = new SegmentationHierarchy("random", positions, colors, new Map([["distance", dendrogram]]));
    return new PartTree(hierarchy, dendrogram);
}

describe("PartTree", () => {
    it("has the parents, children and counts of a small tree", () => {
        // ((0 1) (2 3)) 4, and 5 apart: merges 0-1, 2-3, 0-2, 0-4.
        const dendrogram = CreateDendrogram({
            leafCount: 6,
            first: Uint32Array.of(0, 2, 0, 0),
            second: Uint32Array.of(1, 3, 2, 4),
            height: Float64Array.of(1, 2, 3, 4),
        });
        const positions = Float32Array.from({ length: 18 }, (_, i) => i);
        const hierarchy = new SegmentationHierarchy("six", positions, new Uint8Array(18), new Map());
        const tree = new PartTree(hierarchy, dendrogram);
        const show = (part: Part | null): string => (part ? [...part.leaves].join("") : "none");

        expect(tree.roots.map(show)).toEqual(["01234", "5"]);
        const leaf = tree.partOfLeaf(2, 0);
        expect(show(leaf)).toBe("2");
        expect(leaf.children).toEqual([]);
        expect([leaf.minPartCount, leaf.maxPartCount]).toEqual([5, 6]);
        const pair = leaf.parent!;
        expect(show(pair)).toBe("23");
        expect([pair.bornRank, pair.mergedRank, pair.minPartCount, pair.maxPartCount]).toEqual([2, 2, 4, 4]);
        expect(show(pair.parent)).toBe("0123");
        expect(show(pair.parent!.parent)).toBe("01234");
        expect(pair.parent!.parent!.parent).toBeNull();
        expect(pair.parent!.children.map(show)).toEqual(["01", "23"]);
        expect(tree.roots[1].children).toEqual([]);
        expect(tree.roots[1].parent).toBeNull();
        expect(tree.roots[1].mergedRank).toBe(NEVER_MERGED);
        expect([tree.roots[0].minPartCount, tree.roots[0].maxPartCount]).toEqual([2, 2]);
        expect([pair.contains(3), pair.contains(1), pair.contains(leaf), leaf.contains(pair)]).toEqual([
            true,
            false,
            true,
            false,
        ]);
        expect(pair.equals(new Part(tree, pair.start, pair.end))).toBe(true);
        expect(pair.equals(leaf)).toBe(false);
        expect([...pair.bounds.minimum.asArray(), ...pair.bounds.maximum.asArray()]).toEqual([6, 7, 8, 9, 10, 11]);
        expect(() => tree.orderIndexOf(6)).toThrow(/no leaf 6; the hierarchy has 6/);
    });

    it.each([
        [1, 1],
        [2, 2],
        [57, 1],
        [300, 4],
    ])("returns the parts of every cut of %i leaves in %i components", (leafCount, components) => {
        const seed = 5;
        const tree = CreateTree(leafCount, components, seed);
        const { dendrogram } = tree;
        for (let count = components; count <= leafCount; count++) {
            const partition = CutAtCount(dendrogram, count);
            const labels = LabelLeaves(partition);
            for (const leaf of [0, leafCount >> 1, leafCount - 1]) {
                const part = tree.partOfLeaf(leaf, CutRankForCount(dendrogram, count));
                const label = labels[leaf];
                expect([part.start, part.end], `seed ${seed}, ${count} parts, leaf ${leaf}`).toEqual([
                    partition.starts[label],
                    partition.starts[label + 1],
                ]);
                expect(part.minPartCount).toBeLessThanOrEqual(count);
                expect(part.maxPartCount).toBeGreaterThanOrEqual(count);
                for (const child of part.children) {
                    expect(child.parent!.equals(part)).toBe(true);
                    expect(child.minPartCount).toBe(part.maxPartCount + 1);
                }
            }
        }
    });
});
