import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { SceneSerializer } from "@babylonjs/core/Misc/sceneSerializer";
import { Scene } from "@babylonjs/core/scene";
import "@babylonjs/loaders/glTF/2.0/Extensions/ExtrasAsMetadata";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import { GLTF2Export } from "@babylonjs/serializers/glTF/2.0/glTFSerializer";
import { type Document, getBounds, type Node, WebIO } from "@gltf-transform/core";
import { UltrametricSegmentation } from "babylon-ultrametric";
import { ExportShownGlbAsync, type ExportShownGlbOptions } from "babylon-ultrametric/formats";
import { validateBytes } from "gltf-validator";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ContentItem } from "../../src/plugin/content/sceneContent";
import { PartEditor } from "../../src/plugin/parts/edit/partEditor";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { ListShownParts } from "../../src/plugin/session/shownParts";
import { GroupedHierarchy } from "../support/groupedHierarchy";

let engine: NullEngine;
beforeEach(() => {
    engine = new NullEngine();
});
afterEach(() => engine.dispose());

/** Three boxes 2 apart below a node, each a part of two leaves, of which each holds three sides. */
function CreateShown(isRightHanded = false, isWithContent = true) {
    const scene = new Scene(engine);
    scene.useRightHandedSystem = isRightHanded;
    const car = new TransformNode("car", scene);
    const boxes = [0, 1, 2].map((i) => {
        const box = CreateBox(`box ${i}`, {}, scene);
        box.position.x = 2 * i;
        box.parent = car;
        box.material = new PBRMaterial(`paint ${i}`, scene);
        return box;
    });
    const positions = Float32Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? 2 * Math.floor(i / 6) : 0));
    const hierarchy = GroupedHierarchy("boxes", positions, new Uint8Array(18).fill(99), [0, 0, 1, 1, 2, 2]);
    const items: ContentItem[] = boxes.map((mesh, i) => ({
        mesh,
        thinInstance: -1,
        kind: "faces",
        firstElement: 12 * i,
        elementCount: 12,
    }));
    const links = { name: "boxes", items, elements: new Uint32Array(6), barycentrics: new Float32Array(12) };
    const leafOfElement = Uint32Array.from({ length: 36 }, (_, face) => Math.floor(face / 6));
    const content = isWithContent ? ContentLeaves.Restore(links, leafOfElement) : null;
    const tree = new PartTree(hierarchy, hierarchy.dendrogram("consensus"));
    const overrides = new LeafOverrides(6);
    const worldMatrix = Matrix.Translation(0, 1, 0);
    const colorOf = (orderIndex: number): [number, number, number] => [orderIndex / 10, 0, 0];
    const host = { tree, content, worldMatrix, colorOf, partCount: 3 };
    const editor = new PartEditor({
        ...host,
        scene,
        overrides,
        pointRadius: 0.1,
        minStepLeaves: 1,
        selectPart: () => {},
    });
    return {
        scene,
        car,
        boxes,
        hierarchy,
        content,
        editor,
        parts: tree,
        pointCloud: { worldMatrix },
        get shownParts() {
            return ListShownParts({ ...host, editor, bits: overrides.data });
        },
    };
}

type Shown = ReturnType<typeof CreateShown>;

/** Exports, and reads the file with an independent reader; the Khronos validator finds no error. */
async function ExportAsync(shown: Shown, options: Partial<ExportShownGlbOptions> = {}) {
    const count = (): number[] =>
        [shown.scene.meshes, shown.scene.transformNodes, shown.scene.materials].map(({ length }) => length);
    const before = count();
    const glb = await ExportShownGlbAsync(shown, options);
    expect(count()).toEqual(before);
    const { issues, info } = await validateBytes(glb);
    expect(issues.numErrors, JSON.stringify(issues.messages)).toBe(0);
    const document = await new WebIO().readBinary(glb);
    return { glb, triangles: info.totalTriangleCount, nodes: PartsOf(document) };
}

/** Returns the nodes below the root, by name. */
function PartsOf(document: Document): Map<string, Node> {
    const [root] = document.getRoot().getDefaultScene()!.listChildren();
    expect(root.getName()).toBe("boxes");
    return new Map(root.listChildren().map((node) => [node.getName(), node]));
}

describe("a GLB of what is shown", () => {
    it.each([false, true])("has each visible part once, where it is (right-handed scene: %s)", async (isRight) => {
        const shown = CreateShown(isRight);
        const { editor, car, boxes } = shown;
        editor.rename({ start: 0, end: 2 }, "body");
        editor.hide({ start: 1, end: 2 });
        const wheel = editor.extract({ start: 2, end: 4 });
        editor.rename(wheel, "wheel");
        editor.transform(wheel, { position: new Vector3(0, 3, 0) }); // in box 1, at x = 2
        const trunk = editor.extract({ start: 4, end: 5 });
        editor.delete(trunk);
        car.position.z = 5;
        expect(wheel.root.parent).toBe(boxes[1]);

        const { glb, triangles, nodes } = await ExportAsync(shown);
        expect(triangles).toBe(6 + 12 + 6);
        expect([...nodes.keys()]).toEqual(["body", shown.shownParts[1].name, "wheel"]);
        const { id, color } = shown.shownParts[2];
        expect(nodes.get("wheel")!.getExtras()).toEqual({ id, color: color.asArray(), leaves: 2 });
        const sign = isRight ? 1 : -1;
        expect(getBounds(nodes.get("wheel")!)).toEqual({
            min: [sign * 2 - 0.5, 2.5, 4.5],
            max: [sign * 2 + 0.5, 3.5, 5.5],
        });
        const materials = [...nodes.values()].map((node) =>
            node.listChildren().map((child) => child.getMesh()!.listPrimitives()[0].getMaterial()!.getName()),
        );
        expect(materials).toEqual([["paint 0"], ["paint 2"], ["paint 1"]]);

        const again = new Scene(engine);
        again.useRightHandedSystem = isRight;
        await ImportMeshAsync(glb, again, { pluginExtension: ".glb" });
        const node = again.getTransformNodeByName("wheel")!;
        const { min, max } = node.getHierarchyBoundingVectors();
        const own = wheel.root.getHierarchyBoundingVectors();
        for (const [found, wanted] of [
            [min, own.min],
            [max, own.max],
        ]) {
            expect(Vector3.Distance(found, wanted)).toBeLessThan(1e-5);
        }
        expect(node.metadata.gltf.extras.id).toBe(id);

        const three = (await new GLTFLoader().parseAsync(glb.buffer, "")).scene;
        const parts = three.children[0].children;
        expect(parts.map(({ userData }) => userData.id)).toEqual(shown.shownParts.map((part) => part.id));
    });

    it("marks what is hidden, if that is wanted, and writes groups as one", async () => {
        const shown = CreateShown();
        const { editor, boxes } = shown;
        editor.hide({ start: 1, end: 2 });
        editor.hide({ start: 2, end: 4 });
        const group = editor.merge([
            { start: 4, end: 5 },
            { start: 5, end: 6 },
        ]);
        editor.rename(group, "both");
        const seen = await ExportAsync(shown);
        expect(seen.triangles).toBe(6 + 12);
        const { triangles, nodes } = await ExportAsync(shown, { includesHidden: true });
        expect(triangles).toBe(36);
        const [half, hidden, both] = [...nodes.values()];
        expect(half.getExtras().hidden).toBeUndefined();
        expect(half.listChildren().map((node) => [node.getName(), node.getExtras().hidden])).toEqual([
            ["box 0", undefined],
            [`${half.getName()} (hidden)`, true],
        ]);
        expect([hidden.getExtras().hidden, both.getName()]).toEqual([true, "both"]);
        boxes[2].isVisible = false; // by the application
        expect((await ExportAsync(shown)).triangles).toBe(6);
        boxes[0].setEnabled(false);
        await expect(ExportShownGlbAsync(shown)).rejects.toMatchObject({
            kind: "input",
            message: expect.stringContaining("None of the 3 shown parts"),
        });
        await expect(
            ExportShownGlbAsync(shown, { includesHidden: true, signal: AbortSignal.abort() }),
        ).rejects.toMatchObject({ kind: "aborted" });
        await expect(ExportShownGlbAsync({ ...shown, shownParts: [], hierarchy: null })).rejects.toMatchObject({
            kind: "input",
        });
    });

    it("has the points of a capture without content in their place", async () => {
        const shown = CreateShown(true, false);
        const out = shown.editor.extract({ start: 2, end: 4 });
        shown.editor.transform(out, { position: new Vector3(0, 7, 0) });
        shown.editor.rename(out, "out");
        shown.editor.hide({ start: 4, end: 6 });
        const { nodes } = await ExportAsync(shown);
        expect(nodes.size).toBe(2);
        expect(getBounds([...nodes.values()][0])).toEqual({ min: [0, 1, 0], max: [0, 1, 0] });
        expect(getBounds(nodes.get("out")!)).toEqual({ min: [0, 7, 0], max: [0, 7, 0] });
    });
});

describe("a scene that parts are shown in", () => {
    it("is written by Babylon itself as without the plugin's own meshes", async () => {
        const shown = CreateShown(true);
        const { scene, hierarchy } = shown;
        const plainAsync = async () => {
            const { files } = await GLTF2Export.GLBAsync(scene, "plain");
            const bytes = new Uint8Array(await (files["plain.glb"] as Blob).arrayBuffer());
            const { issues } = await validateBytes(bytes);
            const document = await new WebIO().readBinary(bytes);
            const names = document
                .getRoot()
                .listNodes()
                .map((node) => node.getName());
            return { errors: issues.numErrors, names };
        };
        const serialize = (): string => JSON.stringify(SceneSerializer.Serialize(scene));
        const before = await plainAsync();
        expect(before.errors).toBe(0);
        const text = serialize();
        const segmentation = new UltrametricSegmentation(scene, { usePointer: false });
        await segmentation.setHierarchyAsync(hierarchy);
        expect(scene.meshes.map(({ name }) => name)).toContain("boxes (points)");
        expect(serialize()).toBe(text);
        expect(await plainAsync()).toEqual(before);
        segmentation.dispose();
    });

    it("is opened again with the application's own materials", async () => {
        const shown = CreateShown(true);
        const { scene, hierarchy, content } = shown;
        const segmentation = new UltrametricSegmentation(scene, { usePointer: false });
        await segmentation.setHierarchyAsync(hierarchy, { content });
        const wheel = segmentation.editor!.extract({ start: 2, end: 4 });
        segmentation.editor!.setMaterial(wheel, new PBRMaterial("lacquer", scene));
        const trunk = segmentation.editor!.extract({ start: 4, end: 6 });
        segmentation.editor!.setMaterial(trunk, new PBRMaterial("lost", scene));
        const data = await segmentation.serializeAsync();

        const again = CreateShown(true);
        const problems: string[] = [];
        const asked: string[] = [];
        const reopened = await UltrametricSegmentation.ParseAsync(data, again.scene, {
            materialOf: (name) => {
                asked.push(name);
                return name === "lacquer" ? new PBRMaterial(name, again.scene) : null;
            },
            onProblem: ({ message }) => problems.push(message),
        });
        const names = reopened.editor!.extracted.map(({ meshes }) => meshes[0].material!.name);
        expect([names, asked]).toEqual([
            ["lacquer", "paint 2"],
            ["lacquer", "lost"],
        ]);
        expect(problems).toEqual([expect.stringContaining('"lost"')]);
        expect((await validateBytes(await ExportShownGlbAsync(reopened))).info.totalTriangleCount).toBe(36);

        // A file with the parts' meshes whose writer did not keep a material of the application.
        const third = CreateShown(true);
        const own = third.editor.extract({ start: 2, end: 4 });
        own.key = wheel.key;
        const found = await UltrametricSegmentation.ParseAsync(data, third.scene, {
            materialOf: (name) => new PBRMaterial(name, third.scene),
        });
        expect(found.editor!.extracted[0].root).toBe(own.root);
        expect(own.meshes[0].material!.name).toBe("lacquer");
    });
});
