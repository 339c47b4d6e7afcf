import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { type Criterion, SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { SuggestPartCounts } from "../../src/compute/hierarchy/cut/suggestedPartCounts";
import type { PartActions } from "../../src/plugin/parts/model/part";
import { DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS } from "../../src/plugin/saved/segmentationOptions";
import { HierarchyCut } from "../../src/plugin/session/hierarchyCut";
import { RandomMerges } from "../support/randomMerges";

function RandomHierarchy(leafCount: number, seed: number, criteria: readonly Criterion[]): SegmentationHierarchy {
    const merges = RandomMerges(leafCount, 1, CreateRandom(seed));
    const dendrogram = CreateDendrogram({ ...merges, height: merges.height.map((height) => height / leafCount) });
    return new SegmentationHierarchy(
        "random",
        new Float32Array(3 * leafCount),
        new Uint8Array(3 * leafCount),
        new Map(criteria.map((criterion) => [criterion, dendrogram])),
    );
}

function CutOf(hierarchy: SegmentationHierarchy, options: { granularity?: number | "natural" } = {}): HierarchyCut {
    const cut = new HierarchyCut({ ...DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS, ...options });
    const noActions = (): PartActions => {
        throw new Error("not used");
    };
    const trees = cut.createTrees(hierarchy, noActions);
    cut.setHierarchy({ hierarchy, trees, criterion: hierarchy.criteria[0] });
    return cut;
}

describe("HierarchyCut", () => {
    const seed = 31;
    const hierarchy = RandomHierarchy(500, seed, ["consensus"]);
    const natural = SuggestPartCounts(hierarchy.dendrogram("consensus")).natural.count;

    it("starts with the natural number of parts that a hierarchy suggests", () => {
        const cut = CutOf(hierarchy);
        expect(cut.partCount, `seed ${seed}`).toBe(natural);
        expect(cut.rank).toBe(500 - natural);
        expect(cut.suggestedPartCounts?.natural.count).toBe(natural);
        expect(cut.suggestedPartCounts!.coarse.count).toBeLessThanOrEqual(natural);
        expect(cut.suggestedPartCounts!.fine.count).toBeGreaterThanOrEqual(natural);
    });

    it("keeps a granularity that was set when another hierarchy comes", () => {
        for (const set of [
            (cut: HierarchyCut) => {
                cut.granularity = 0.25;
            },
            (cut: HierarchyCut) => {
                cut.partCount = 7;
            },
        ]) {
            const cut = CutOf(hierarchy);
            set(cut);
            const { granularity } = cut;
            const trees = cut.createTrees(hierarchy, () => null as never);
            cut.setHierarchy({ hierarchy, trees, criterion: "consensus" });
            expect(cut.granularity).toBe(granularity);
        }
        expect(CutOf(hierarchy, { granularity: 0.75 }).granularity).toBe(0.75);
    });

    it("suggests nothing for other criteria, whose heights have no common scale", () => {
        const cut = CutOf(RandomHierarchy(50, seed, ["distance"]));
        expect(cut.suggestedPartCounts).toBeNull();
        expect(cut.granularity).toBe(0.5);
    });

    it("finds the granularity of each number of parts", () => {
        const cut = CutOf(hierarchy);
        for (const count of [1, 2, 17, 499, 500]) {
            cut.granularity = cut.granularityOf(count);
            expect(cut.partCount).toBe(count);
        }
        expect(cut.granularityOf(0)).toBe(0);
        expect(cut.granularityOf(1e9)).toBe(1);
    });

    it("throws for values that are not numbers, and without a hierarchy", () => {
        const cut = CutOf(hierarchy);
        for (const value of [Number.NaN, undefined, "0.5"]) {
            expect(() => {
                cut.granularity = value as number;
            }).toThrow(/granularity must be a number/);
            expect(() => {
                cut.partCount = value as number;
            }).toThrow(/number of parts must be a number/);
        }
        cut.setHierarchy(null);
        expect(cut.partCount).toBe(0);
        expect(cut.rank).toBe(0);
        expect(() => {
            cut.partCount = 3;
        }).toThrow(/no hierarchy yet/);
    });
});
