import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { OpenSegmentationAsync } from "../../src/plugin/saved/openSegmentation";
import { ReadSavedState } from "../../src/plugin/saved/readSavedState";
import { FindContent } from "../../src/plugin/saved/savedContent";
import type { SegmentationSource, SerializedSegmentation } from "../../src/plugin/saved/savedSegmentation";
import { DescribeJson, FuzzAsync } from "./fuzz";

const DEFAULTS = { granularity: 0.5, colorMode: "parts" } as const;

/** Creates a saved segmentation with an edit of every kind. */
async function createSavedAsync(): Promise<SerializedSegmentation> {
    const merges = {
        first: Uint32Array.of(0, 2, 0),
        second: Uint32Array.of(1, 3, 2),
        height: Float64Array.of(1, 2, 3),
    };
    const hierarchy = new SegmentationHierarchy(
        "box",
        Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0),
        new Uint8Array(12),
        new Map([["consensus", CreateDendrogram({ leafCount: 4, ...merges })]]),
    );
    const file = hierarchy.toFile();
    file.arrays.set("content.elements", Uint32Array.of(0, 1, 2, 3));
    file.arrays.set("content.barycentrics", new Float32Array(8));
    file.arrays.set("content.leafOfElement", Uint32Array.of(0, 1, 2, 3));
    const link = { id: "box", uniqueId: 3, name: "box" };
    const transform = { position: [0, 1, 0], rotation: [0, 0, 0, 1], scaling: [1, 1, 1] };
    return {
        customType: "UltrametricSegmentation",
        name: "box",
        version: 1,
        criterion: "consensus",
        options: { granularity: 0.4, colorMode: "tint", display: "meshes", upAxis: "y" },
        place: transform,
        content: {
            name: "box",
            meshes: [
                {
                    ...link,
                    kind: "faces",
                    elementCount: 2,
                    vertexCount: 4,
                    items: [
                        { thinInstance: 0, firstElement: 0 },
                        { thinInstance: 1, firstElement: 2 },
                    ],
                },
            ],
        },
        edits: {
            leaves: [[0, 2, 3]],
            groups: [{ name: "pair", leaves: [[1, 3]] }],
            names: { consensus: { "0-2": "left" } },
            parts: [
                {
                    ...transform,
                    key: "a",
                    name: "lid",
                    isLocked: true,
                    leaves: [[2, 4]],
                    parent: link,
                    materials: [link, null],
                },
            ],
        },
        selection: [[0, 1]],
        hierarchy: Buffer.from(await file.writeAsync()).toString("base64"),
    };
}

/** Reads everything of a saved segmentation, as loading does before it changes anything. */
async function readAsync(source: SegmentationSource): Promise<void> {
    const opened = await OpenSegmentationAsync(source);
    const hierarchy = SegmentationHierarchy.FromFile(opened.file);
    FindContent(opened, [], () => {});
    if (opened.saved) {
        const { settings, edits, selection } = ReadSavedState(opened.saved, hierarchy, DEFAULTS);
        expect(settings.granularity).toBeGreaterThanOrEqual(0);
        expect(settings.granularity).toBeLessThanOrEqual(1);
        expect(edits.bits.length).toBe(hierarchy.leafCount);
        expect(selection.every(({ start, end }) => start < end && end <= hierarchy.leafCount)).toBe(true);
    }
}

describe("saved segmentations", () => {
    it("are read or refused with a reason, whatever is changed in them", async () => {
        const saved = await createSavedAsync();
        await readAsync(saved);
        await FuzzAsync({
            createAsync: (mutations) => mutations.json(saved) as SerializedSegmentation,
            readAsync,
            describe: DescribeJson,
        });
    });

    it("are refused with an unknown criterion", async () => {
        const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, "corpus/09-bad-criterion.bumh")));
        await expect(readAsync(bytes)).rejects.toMatchObject({
            kind: "input",
            message: expect.stringMatching(/criterion is "nope"; it must be one of consensus/),
        });
    });
});
