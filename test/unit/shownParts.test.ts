import { Ray } from "@babylonjs/core/Culling/ray";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import "@babylonjs/core/Materials/standardMaterial"; // without a material, Babylon picks boxes
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PartEditor } from "../../src/plugin/parts/edit/partEditor";
import type { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { ShownPartOfPick, ShownPartsOfMesh } from "../../src/plugin/session/findShownParts";
import { ListShownParts, type ShownPart } from "../../src/plugin/session/shownParts";
import { CreateBoxContent } from "../support/boxContent";

let engine: NullEngine;
let scene: Scene;
let boxes: Mesh[];
let editor: PartEditor;
let list: (partCount: number) => ShownPart[];
let content: ContentLeaves;

/** Three boxes 2 apart, each a part of two leaves, of which each holds three sides. */
beforeEach(() => {
    engine = new NullEngine();
    scene = new Scene(engine);
    const made = CreateBoxContent(scene);
    boxes = made.boxes;
    content = made.content;
    const { hierarchy } = made;
    const tree = new PartTree(hierarchy, hierarchy.dendrogram("consensus"));
    const overrides = new LeafOverrides(6);
    const colorOf = (orderIndex: number): [number, number, number] => [orderIndex / 10, 0, 0];
    const host = { tree, content, worldMatrix: Matrix.Identity(), colorOf };
    editor = new PartEditor({
        ...host,
        scene,
        overrides,
        pointRadius: 0.1,
        partCount: 3,
        minStepLeaves: 1,
        selectPart: () => {},
    });
    list = (partCount) => ListShownParts({ ...host, partCount, editor, bits: overrides.data });
});
afterEach(() => engine.dispose());

describe("shown parts", () => {
    it("have ids that stay, names, colors, boxes and meshes", () => {
        const [first, second] = list(3);
        expect(list(3)).toHaveLength(3);
        expect([first.id, second.id]).toEqual(["part-0-2", "part-2-2"]);
        expect(list(6).map(({ leaves }) => [...leaves])).toEqual([[0], [1], [2], [3], [4], [5]]);
        expect(list(2)[1].id).toBe(list(3)[2].id);
        expect([second.meshes, second.color.r, second.name]).toEqual([[boxes[1]], 0.2, "part 2-4"]);
        boxes[1].position.y = 7; // the box of the mesh as it is now
        expect([second.box.minimum.asArray(), second.box.maximum.asArray()]).toEqual([
            [1.5, 6.5, -0.5],
            [2.5, 7.5, 0.5],
        ]);
        expect(list(1)[0].meshes).toEqual(boxes);
        editor.hide(second.target as never);
        editor.recolor(second.target as never, { r: 1, g: 0, b: 1 });
        editor.rename(second.target as never, "wheel");
        expect(list(3).map(({ isHidden }) => isHidden)).toEqual([false, true, false]);
        expect([list(3)[1].name, list(3)[1].color.asArray()]).toEqual(["wheel", [1, 0, 1]]);
    });

    it("list groups and extracted parts beside the rest of the cut", () => {
        const group = editor.merge([
            { start: 1, end: 2 },
            { start: 4, end: 6 },
        ]);
        editor.rename(group, "merged");
        const out = editor.extract({ start: 2, end: 4 });
        editor.transform(out, { position: new Vector3(0, 3, 0) });
        const shown = list(3);
        expect(shown.map(({ leaves }) => [...leaves])).toEqual([[0], [1, 4, 5], [2, 3]]);
        expect(shown.map(({ id }) => id)).toEqual(["part-0-2", "group-1-3", out.key]);
        expect(shown.map(({ isExtracted }) => isExtracted)).toEqual([false, false, true]);
        expect([shown[1].name, shown[2].meshes]).toEqual(["merged", [...out.meshes]]);
        expect(shown[2].box.minimum.asArray()).toEqual([1.5, 2.5, -0.5]);
    });

    it("are found by what Babylon picks, and by meshes", () => {
        const out = editor.extract({ start: 2, end: 4 });
        editor.transform(out, { position: new Vector3(0, 3, 0) });
        for (const mesh of scene.meshes) {
            mesh.computeWorldMatrix(true);
        }
        const segmentation = { shownParts: list(6), content, editor };
        const pick = (x: number, y: number) =>
            ShownPartOfPick(segmentation, scene.pickWithRay(new Ray(new Vector3(x, y, -9), Vector3.Forward(), 99)));
        expect(pick(2, 3)?.target).toBe(out);
        expect(pick(4.1, 0.2)?.id).toMatch(/^part-[45]-1$/);
        expect(pick(9, 9)).toBeNull();
        const other = CreateBox("other", {}, scene);
        other.position.x = 9;
        other.computeWorldMatrix(true);
        expect(pick(9, 0)).toBeNull();
        expect(ShownPartsOfMesh(segmentation, boxes[2]).map(({ id }) => id)).toEqual(["part-4-1", "part-5-1"]);
        expect(ShownPartsOfMesh(segmentation, out.meshes[0])).toHaveLength(1);
        expect(ShownPartsOfMesh(segmentation, new Mesh("none", scene))).toEqual([]);
    });
});
