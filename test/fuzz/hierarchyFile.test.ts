import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram, NEVER_MERGED } from "../../src/compute/hierarchy/cut/dendrogram";
import { FindDendrogramFault } from "../../src/compute/hierarchy/cut/dendrogramFault";
import { type FileArray, HierarchyFile } from "../../src/compute/hierarchy/cut/hierarchyFile";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { RandomMerges } from "../support/randomMerges";
import { DescribeBytes, FuzzAsync } from "./fuzz";

const CORPUS = join(import.meta.dirname, "corpus");

function createHierarchy(leafCount: number): SegmentationHierarchy {
    const random = CreateRandom(1);
    return new SegmentationHierarchy(
        "small",
        Float32Array.from({ length: 3 * leafCount }, random),
        new Uint8Array(3 * leafCount).fill(9),
        new Map([
            ["consensus", CreateDendrogram(RandomMerges(leafCount, 2, random))],
            ["volume", CreateDendrogram(RandomMerges(leafCount, 1, random))],
        ]),
    );
}

/** Checks the promises of a hierarchy that was read. */
function check(hierarchy: SegmentationHierarchy): void {
    expect(hierarchy.leafCount).toBeGreaterThan(0);
    expect(hierarchy.positions.every(Number.isFinite)).toBe(true);
    for (const dendrogram of hierarchy.dendrograms.values()) {
        expect(FindDendrogramFault(dendrogram)).toBeNull();
    }
}

describe("files of hierarchies", () => {
    it("are read or refused with a reason, whatever is changed in their arrays and header", async () => {
        const file = createHierarchy(12).toFile();
        await FuzzAsync<Uint8Array<ArrayBuffer>>({
            createAsync: async (mutations) => {
                const arrays = new Map([...file.arrays].map(([name, data]) => [name, data.slice() as FileArray]));
                let header: unknown = file.header;
                if (mutations.below(2) === 0) {
                    header = mutations.json(header);
                } else {
                    mutations.number(mutations.pick([...arrays.values()]));
                }
                return new HierarchyFile(header as Record<string, unknown>, arrays).writeAsync();
            },
            readAsync: async (bytes) => check(await SegmentationHierarchy.ParseAsync(bytes)),
            describe: DescribeBytes,
        });
    });

    it("are read or refused with a reason, whatever is changed in their bytes", async () => {
        const bytes = await createHierarchy(12).serializeAsync();
        await FuzzAsync<Uint8Array<ArrayBuffer>>({
            createAsync: (mutations) => mutations.bytes(bytes),
            readAsync: async (changed) => check(await SegmentationHierarchy.ParseAsync(changed)),
            describe: DescribeBytes,
        });
    });

    it.each(readdirSync(CORPUS).filter((name) => /^(04|11).*\.bumh$/.test(name)))("are refused: %s", async (name) => {
        const bytes = new Uint8Array(readFileSync(join(CORPUS, name)));
        await expect(SegmentationHierarchy.ParseAsync(bytes, name)).rejects.toMatchObject({
            kind: "input",
            message: expect.stringContaining(name),
        });
    });

    it("of more unpacked bytes than allowed are refused before they take memory", async () => {
        const zeros = new Uint8Array(2 ** 26); // packs to 64 kB
        const bomb = await new HierarchyFile({ name: "b", leafCount: 1 }, new Map([["zeros", zeros]])).writeAsync();
        expect(bomb.length).toBeLessThan(100_000);
        const limited = SegmentationHierarchy.ParseAsync(bomb, "bomb.bumh", { maxUnpackedBytes: 2 ** 20 });
        await expect(limited).rejects.toMatchObject({
            kind: "limits",
            message: expect.stringMatching(/bomb\.bumh unpacks to at least \d+ bytes.*maxUnpackedBytes/),
        });
    });
});

describe("FindDendrogramFault", () => {
    const { dendrograms } = createHierarchy(6);
    const sound = dendrograms.get("volume")!;
    const change = (field: "order" | "rank" | "height", index: number, value: number) => {
        const changed = {
            ...sound,
            order: sound.order.slice(),
            rank: sound.rank.slice(),
            height: sound.height.slice(),
        };
        changed[field][index] = value;
        return FindDendrogramFault(changed);
    };

    it("accepts hierarchies, and names the first fault of others", () => {
        expect(FindDendrogramFault(sound)).toBeNull();
        expect(change("order", 3, 6)).toBe("names leaf 6 of 6");
        expect(change("order", 3, sound.order[0])).toBe(`lists leaf ${sound.order[0]} twice`);
        expect(change("rank", 0, 4)).toBe("has rank 4 at order index 0, and 5 merges");
        expect(change("rank", 2, 5)).toBe("has rank 5 at order index 2, and 5 merges");
        expect(change("rank", 2, sound.rank[1])).toBe(`has rank ${sound.rank[1]} twice`);
        expect(change("rank", 2, NEVER_MERGED)).toBe("has 2 components, and states 1");
        const last = sound.rank.indexOf(4);
        expect(change("height", last, -1)).toMatch(/^has height -1 at merge 4, after/);
        expect(change("height", last, Number.NaN)).toMatch(/^has height NaN at merge 4/);
        expect(FindDendrogramFault({ ...sound, componentCount: 7 })).toBe("has 7 components of 6 leaves");
    });
});
