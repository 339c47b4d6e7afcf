import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { Ray } from "@babylonjs/core/Culling/ray";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ContentItem } from "../../src/plugin/content/sceneContent";
import { PartEditor } from "../../src/plugin/parts/edit/partEditor";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import type { HierarchyCut } from "../../src/plugin/session/hierarchyCut";
import { PartSelection } from "../../src/plugin/session/partSelection";
import { GroupedHierarchy } from "../support/groupedHierarchy";

let engine: NullEngine;
let scene: Scene;
let model: TransformNode;
let boxes: Mesh[];
let editor: PartEditor;
let selection: PartSelection;
let tree: PartTree;

/** Three boxes below a mirrored node, each a part of two leaves; nothing else of the content is picked. */
beforeEach(() => {
    engine = new NullEngine();
    scene = new Scene(engine);
    new FreeCamera("camera", new Vector3(0, 0, -10), scene).setTarget(Vector3.Zero());
    model = new TransformNode("model", scene);
    model.scaling.x = -1;
    boxes = [0, 1, 2].map((i) => {
        const box = CreateBox(`box ${i}`, {}, scene);
        box.parent = model;
        box.position.x = 2 * i;
        return box;
    });
    const positions = Float32Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? -2 * Math.floor(i / 6) : 0));
    const hierarchy = GroupedHierarchy("boxes", positions, new Uint8Array(18), [0, 0, 1, 1, 2, 2]);
    const items: ContentItem[] = boxes.map((mesh, i) => ({
        mesh,
        thinInstance: -1,
        kind: "faces",
        firstElement: 12 * i,
        elementCount: 12,
    }));
    const links = { name: "boxes", items, elements: new Uint32Array(6), barycentrics: new Float32Array(12) };
    const content = ContentLeaves.Restore(
        links,
        Uint32Array.from({ length: 36 }, (_, face) => Math.floor(face / 6)),
    );
    const dendrogram = hierarchy.dendrogram("consensus");
    tree = new PartTree(hierarchy, dendrogram);
    const overrides = new LeafOverrides(6);
    const cut = {
        dendrogram,
        parts: tree,
        partOfLeaf: (leaf: number) => tree.partOfLeaf(leaf, 3),
    } as unknown as HierarchyCut;
    selection = new PartSelection({
        cut,
        shown: null,
        overrides,
        get editor() {
            return editor;
        },
    });
    editor = new PartEditor({
        scene,
        tree,
        overrides,
        content,
        worldMatrix: Matrix.Identity(),
        pointRadius: 0.1,
        partCount: 3,
        minStepLeaves: 1,
        onEdited: () => selection.update(),
        selectPart: (part) => selection.selectPart(part),
        colorOf: () => [0, 0, 0],
    });
});
afterEach(() => engine.dispose());

const rayAt = (x: number, y: number): Ray => new Ray(new Vector3(x, y, -10), new Vector3(0, 0, 1), 100);
const placeOf = (node: TransformNode): number[] => {
    node.computeWorldMatrix(true);
    return node.absolutePosition.asArray().map((value) => Math.round(1000 * value) / 1000 + 0);
};

describe("extracted parts in the scene", () => {
    it("are picked, hovered and selected as any other, behind what is in front of them", () => {
        const part = tree.partOfLeaf(2, 3);
        const out = editor.extract(part);
        editor.transform(out, { position: out.root.position.add(new Vector3(0, 3, 0)) });
        expect(selection.pick(rayAt(-2, 3))?.equals(part)).toBe(true);
        expect(selection.pick(rayAt(-2, 0))).toBeNull(); // the empty place

        const picked: number[] = [];
        selection.onPartPickedObservable.add(({ size }) => picked.push(size));
        selection.selectAt(rayAt(-2, 3), false);
        expect([selection.selectedPart?.equals(part), editor.active, picked]).toEqual([true, out, [2]]);
        selection.hoveredPart = selection.pick(rayAt(-2, 3));
        selection.selectAt(rayAt(9, 9), false);
        expect([selection.selectedPart, editor.active]).toEqual([null, null]);

        const wall = CreateBox("wall", { size: 3 }, scene);
        wall.position.set(-2, 3, -5);
        wall.computeWorldMatrix(true);
        expect(selection.pick(rayAt(-2, 3))).toBeNull();
        wall.dispose();
        editor.lock(out);
        expect(selection.pick(rayAt(-2, 3))).toBeNull();
        editor.undo();
        editor.undo();
        editor.undo(); // the extraction
        expect(selection.pick(rayAt(-2, 3))).toBeNull();
    });

    it("hang below the mesh that they came from, or the node around several, and move with it", () => {
        const one = editor.extract(tree.partOfLeaf(0, 3));
        expect(one.root.parent).toBe(boxes[0]);
        boxes[0].position.y = 5;
        expect(placeOf(one.root)).toEqual([0, 5, 0]);
        const two = editor.extract([
            { start: 2, end: 4 },
            { start: 4, end: 6 },
        ]);
        expect([two.root.parent, two.meshes.length]).toEqual([model, 2]);
        model.position.z = 1;
        expect(placeOf(two.root)).toEqual([-3, 0, 1]);
        editor.undo();
        expect(model.getChildMeshes()).toHaveLength(4); // no clone of the model has what was undone
        editor.redo();
        expect([placeOf(two.root), two.root.parent]).toEqual([[-3, 0, 1], model]);
        const copy = editor.duplicate(two);
        expect([copy.root.parent, placeOf(copy.root)]).toEqual([model, [-3, 0, 1]]);
    });

    it("stay in place when an application hangs them elsewhere, and undo puts them back where they were", () => {
        const out = editor.extract(tree.partOfLeaf(2, 3));
        editor.transform(out, { position: new Vector3(0, 1, 0) });
        const other = new TransformNode("other", scene);
        other.position.x = 7;
        other.rotation.y = 1;
        out.root.setParent(other); // not by the editor
        expect(placeOf(out.root)).toEqual([-2, 1, 0]);
        editor.undo();
        expect([placeOf(out.root), out.root.parent]).toEqual([[-2, 0, 0], other]);
        editor.redo();
        expect(placeOf(out.root)).toEqual([-2, 1, 0]);

        editor.reparent(out, null);
        expect([placeOf(out.root), out.root.parent]).toEqual([[-2, 1, 0], null]);
        editor.undo();
        expect([placeOf(out.root), out.root.parent]).toEqual([[-2, 1, 0], other]);
        expect(() => editor.reparent(out, out.meshes[0])).toThrow(/belongs to the part itself/);
        expect(editor.history.undoneNames).toHaveLength(1);
    });

    it("leave the list when an application disposes them with their parent", () => {
        const out = editor.extract(tree.partOfLeaf(2, 3));
        boxes[1].dispose();
        expect([out.isInScene, editor.extracted]).toEqual([false, []]);
        expect(selection.pick(rayAt(-2, 0))).toBeNull();
        editor.undo();
        editor.redo();
        expect(scene.meshes).toHaveLength(2);
    });

    it("leave the selection when they are hidden or deleted, but not when they are extracted", () => {
        const [first, second] = [tree.partOfLeaf(0, 3), tree.partOfLeaf(4, 3)];
        selection.selectedPart = first;
        editor.hide(first);
        expect(selection.selection.size).toBe(0);
        selection.selection.replace([first, second]);
        editor.delete(second);
        expect(selection.selection.size).toBe(0); // the first is hidden still
        editor.undo();
        selection.selectedPart = second;
        const out = editor.extract(second);
        expect(selection.selectedPart?.equals(second)).toBe(true);
        editor.delete(out);
        expect(selection.selectedPart).toBeNull();
    });
});
