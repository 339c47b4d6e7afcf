import { describe, expect, it } from "vitest";
import { KdTree } from "../../src/compute/algorithms/kdTree";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { LabelTransfer } from "../../src/compute/hierarchy/cut/labelTransfer";
import { CutAtCount } from "../../src/compute/hierarchy/cut/partition";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";

/** Creates five leaves on a line at 0, 1, 2, 10, 11, with {0 1 2} and {3 4} as two parts. */
function lineHierarchy(): SegmentationHierarchy {
    const dendrogram = CreateDendrogram({
        leafCount: 5,
        first: Uint32Array.of(0, 3, 0, 0),
        second: Uint32Array.of(1, 4, 2, 3),
        height: Float64Array.of(1, 1, 2, 8),
    });
    const positions = Float32Array.from([0, 1, 2, 10, 11].flatMap((x) => [x, 0, 0]));
    return new SegmentationHierarchy(
        "line",
        positions,
        new Uint8Array(15).fill(7),
        new Map([["consensus", dendrogram]]),
    );
}

describe("a saved hierarchy", () => {
    it("is read back unchanged", async () => {
        const hierarchy = lineHierarchy();
        const read = await SegmentationHierarchy.ParseAsync(await hierarchy.serializeAsync());
        expect(read).toEqual(hierarchy);
    });

    it("throws with a reason on other data, another version and damaged data", async () => {
        const file = await lineHierarchy().serializeAsync();
        const refuse = async (bytes: Uint8Array<ArrayBuffer>, reason: RegExp): Promise<void> => {
            const error = await SegmentationHierarchy.ParseAsync(bytes, "a.bumh").catch((e: unknown) => e);
            expect(error).toBeInstanceOf(UltrametricError);
            expect((error as Error).message).toMatch(reason);
            expect((error as Error).message).toContain("a.bumh");
        };
        await refuse(new Uint8Array(0), /not a saved hierarchy/);
        await refuse(new TextEncoder().encode("ply\nformat ascii"), /not a saved hierarchy/);
        await refuse(file.slice(0, file.length - 20), /damaged/);
        const newer = file.slice();
        newer[4] = 9;
        await refuse(newer, /version 9/);
        const flipped = file.slice();
        flipped[40] ^= 0xff;
        await refuse(flipped, /damaged/);
    });

    it("throws on a missing criterion with the criteria that it has", () => {
        expect(() => lineHierarchy().dendrogram("volume")).toThrow(/only consensus/);
    });
});

describe("labels transferred to other points", () => {
    const { positions, dendrograms } = lineHierarchy();
    const tree = new KdTree(positions);
    const two = CutAtCount(dendrograms.get("consensus")!, 2);

    it("are the most common part of the nearest leaves, the larger part in a tie", () => {
        const queries = Float32Array.of(1, 0, 0, 10.4, 0, 0, 6.4, 0, 0);
        // Nearest three: 0 1 2; 3 4 2; 3 2 4.
        expect([...new LabelTransfer(tree, queries, { neighbors: 3 }).label(two)]).toEqual([0, 1, 1]);
        // Nearest four at 6.4: two of each.
        expect([...new LabelTransfer(tree, queries, { neighbors: 4 }).label(two)][2]).toBe(0);
    });

    it("are missing at far points, and for parts that are not among the largest", () => {
        const queries = Float32Array.of(0.2, 0, 0, 5, 0, 0, 11, 0, 0);
        const near = new LabelTransfer(tree, queries, { neighbors: 1, maxDistance: 1 });
        expect([...near.label(two)]).toEqual([0, -1, 1]);
        const largest = new LabelTransfer(tree, queries, { neighbors: 1, keepLargest: 1 });
        expect([...largest.label(two)]).toEqual([0, 0, -1]);
    });

    it("are empty without leaves or queries", () => {
        const none = new LabelTransfer(new KdTree(new Float32Array(0)), Float32Array.of(0, 0, 0));
        expect(none.count).toBe(1);
        expect(new LabelTransfer(tree, new Float32Array(0)).label(two).length).toBe(0);
    });
});
