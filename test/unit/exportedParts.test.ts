import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import type { UltrametricSegmentation } from "babylon-ultrametric";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ExportedParts, type ExportScope, ListParts } from "../../demo/viewer/export/exportedParts";
import { FileName } from "../../demo/viewer/export/fileName";
import { SeparateOpacityAsync } from "../../demo/viewer/export/separateOpacity";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { PartEditor } from "../../src/plugin/parts/edit/partEditor";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import type { Part } from "../../src/plugin/parts/model/part";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { Selection } from "../../src/plugin/parts/model/selection";

/** Eight leaves in order, in the parts 012, 34, 5 and 67 at the cut of four. */
function createSegmentation(scene: Scene) {
    const dendrogram = CreateDendrogram({
        leafCount: 8,
        first: Uint32Array.of(0, 0, 3, 6, 0, 5, 0),
        second: Uint32Array.of(1, 2, 4, 7, 3, 6, 5),
        height: Float64Array.of(1, 2, 3, 4, 5, 6, 7),
    });
    const criteria = new Map([["consensus" as const, dendrogram]]);
    const hierarchy = new SegmentationHierarchy("eight", new Float32Array(24), new Uint8Array(24), criteria);
    const parts = new PartTree(hierarchy, dendrogram);
    const colorOf = (orderIndex: number): [number, number, number] => [orderIndex / 255, 0, 1];
    const editor = new PartEditor({
        scene,
        tree: parts,
        overrides: new LeafOverrides(8),
        content: null,
        worldMatrix: Matrix.Identity(),
        pointRadius: 0.1,
        partCount: 4,
        minStepLeaves: 1,
        selectPart: () => {},
        colorOf,
    });
    const selection = new Selection(() => 8);
    const selectedPart = null as Part | null;
    return { hierarchy, parts, editor, selection, selectedPart, partCount: 4, pointCloud: { colorOf } };
}

describe("a picture with a transparent background", () => {
    it("has the colors and opacities that give the same picture on black and on white", async () => {
        // From the bottom row up: clear, half covered by orange, covered by blue.
        const onBlack = Uint8Array.of(0, 0, 0, 255, 100, 50, 0, 255, 0, 0, 200, 255);
        const onWhite = Uint8Array.of(255, 255, 255, 255, 227, 177, 127, 255, 0, 0, 200, 255);
        const image = new Uint8ClampedArray(12);
        await SeparateOpacityAsync(onBlack, onWhite, 1, image);
        expect([...image]).toEqual([0, 0, 200, 255, 199, 100, 0, 128, 0, 0, 0, 0]);
    });
});

describe("the parts that the viewer exports", () => {
    let engine: NullEngine;
    let made: ReturnType<typeof createSegmentation>;
    beforeAll(() => {
        engine = new NullEngine();
    });
    beforeEach(() => {
        made = createSegmentation(new Scene(engine));
    });
    afterAll(() => engine.dispose());
    const list = (scope: ExportScope): ExportedParts => ListParts(made as unknown as UltrametricSegmentation, scope);

    it("are those of the cut, the largest first, in their colors", () => {
        const { labels, names, colors } = list("all");
        expect([...labels]).toEqual([0, 0, 0, 1, 1, 3, 2, 2]);
        expect(names).toHaveLength(4);
        expect(new Set(names).size).toBe(4);
        expect([...colors]).toEqual([0xff0000, 0xff0003, 0xff0006, 0xff0005]);
    });

    it("are groups in place of what was merged, with their names and colors", () => {
        const { editor } = made;
        editor.merge(
            [
                { start: 5, end: 6 },
                { start: 3, end: 5 },
            ],
            "arm",
        );
        editor.rename({ start: 6, end: 8 }, "wheels");
        editor.recolor({ start: 6, end: 8 }, { r: 0, g: 1, b: 0 });
        const { labels, names, colors } = list("all");
        expect([...labels]).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
        expect(names.slice(1)).toEqual(["arm", "wheels"]);
        expect(colors[2]).toBe(0x00ff00);
    });

    it("leave out hidden and deleted leaves, but not extracted parts", () => {
        const { editor } = made;
        editor.hide({ start: 0, end: 3 });
        editor.extract({ start: 3, end: 5 });
        editor.delete({ start: 5, end: 6 });
        expect([...list("shown").labels]).toEqual([-1, -1, -1, 0, 0, -1, 1, 1]);
        expect(list("all").names).toHaveLength(4);
    });

    it("are the selected ones; a single picked part is one, even if it holds several", () => {
        const { selection, parts } = made;
        expect(list("selection").names).toEqual([]);
        selection.add({ start: 2, end: 6 });
        expect([...list("selection").labels]).toEqual([-1, -1, 1, 0, 0, 2, -1, -1]);
        selection.replace({ start: 0, end: 5 });
        made.selectedPart = parts.partOfInterval({ start: 0, end: 5 });
        expect([...list("selection").labels]).toEqual([0, 0, 0, 0, 0, -1, -1, -1]);
    });

    it("have names that every file system takes", () => {
        expect(FileName("wheel: front/left?")).toBe("wheel_ front_left_");
        expect(FileName("  wheels é 2.b ")).toBe("wheels é 2.b");
        expect(FileName("..")).toBe("part");
        expect(FileName("???")).toBe("_");
    });
});
