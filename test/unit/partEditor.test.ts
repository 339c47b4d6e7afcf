import { Bone } from "@babylonjs/core/Bones/bone";
import { Skeleton } from "@babylonjs/core/Bones/skeleton";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Matrix, Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import "@babylonjs/core/Meshes/thinInstanceMesh";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { LEAF_HIDDEN } from "../../src/compute/partColors/leafColors";
import type { ContentItem } from "../../src/plugin/content/sceneContent";
import { PartEditor, type PartEditorHost } from "../../src/plugin/parts/edit/partEditor";
import { ExtractMesh } from "../../src/plugin/parts/extract/extractMesh";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { LEAF_UNPICKABLE, LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import { Part } from "../../src/plugin/parts/model/part";
import { PartTree } from "../../src/plugin/parts/model/partTree";

let engine: NullEngine;
let scene: Scene;

beforeEach(() => {
    engine = new NullEngine();
    scene = new Scene(engine);
});
afterEach(() => engine.dispose());

/** Merges pairs 01, 23, 45, 67, then 0123 and 4567, then all; order indices equal leaves. */
function CreateTree(): PartTree {
    const dendrogram = CreateDendrogram({
        leafCount: 8,
        first: Uint32Array.of(0, 2, 4, 6, 0, 4, 0),
        second: Uint32Array.of(1, 3, 5, 7, 2, 6, 4),
        height: Float64Array.of(1, 2, 3, 4, 5, 6, 7),
    });
    const positions = Float32Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? i / 3 : 0));
    const colors = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
    return new PartTree(
        new SegmentationHierarchy("eight", positions, colors, new Map([["distance", dendrogram]])),
        dendrogram,
    );
}

function CreateHost(content: PartEditorHost["content"] = null): PartEditorHost {
    return {
        scene,
        tree: CreateTree(),
        overrides: new LeafOverrides(8),
        content,
        worldMatrix: Matrix.Scaling(2, 2, -2),
        pointRadius: 0.1,
        partCount: 2,
        minStepLeaves: 1,
        selectPart: () => {},
        colorOf: (orderIndex) => [orderIndex / 255, 0, 0],
    };
}

/** Creates content of one item whose face or point f is assigned to leaf f of eight. */
function ContentOf(mesh: Mesh, kind: "faces" | "points", elementCount: number, thinInstance = -1): ContentLeaves {
    const item: ContentItem = { mesh, thinInstance, kind, firstElement: 0, elementCount };
    return ContentLeaves.Create(
        {
            name: "content",
            items: [item],
            elements: Uint32Array.from({ length: 8 }, (_, leaf) => leaf % elementCount),
            barycentrics: new Float32Array(16),
            elementCenters: new Float32Array(3 * elementCount),
            geometry: { positions: new Float32Array(24), normals: null, faceNormals: null, colors: new Uint8Array(24) },
        },
        { name: "eight", leafCount: 8 },
    );
}

/** Lists the corners of all faces in the scene with their attributes, as lines to compare. */
function Corners(mesh: Mesh, kinds: readonly string[], faces?: readonly number[]): string[] {
    const world = mesh.computeWorldMatrix(true);
    const indices = mesh.getIndices()!;
    const round = (values: number[]): string =>
        values.map((value) => (Math.round(1e4 * value) / 1e4 + 0).toFixed(4)).join(" ");
    const lines: string[] = [];
    for (const face of faces ?? Array.from({ length: indices.length / 3 }, (_, f) => f)) {
        for (let corner = 0; corner < 3; corner++) {
            const vertex = indices[3 * face + corner];
            lines.push(
                kinds
                    .map((kind) => {
                        const data = mesh.getVerticesData(kind)!;
                        const size = data.length / mesh.getTotalVertices();
                        const own = [...data.slice(size * vertex, size * vertex + size)];
                        if (kind === VertexBuffer.PositionKind) {
                            return round(Vector3.TransformCoordinates(Vector3.FromArray(own), world).asArray());
                        }
                        if (kind === VertexBuffer.NormalKind) {
                            const m = Matrix.Invert(world).transpose();
                            return round(Vector3.TransformNormal(Vector3.FromArray(own), m).normalize().asArray());
                        }
                        return round(own);
                    })
                    .join(" | "),
            );
        }
    }
    return lines;
}

describe("PartEditor", () => {
    it("hides, shows, isolates, recolors and locks, and undoes all of it exactly", () => {
        const host = CreateHost();
        const { data } = host.overrides;
        const editor = new PartEditor(host);
        const tree = host.tree;
        const hidden = (): number[] => [...data.keys()].filter((leaf) => data[leaf] & LEAF_HIDDEN);
        const states: number[][] = [[...data]];
        const step = (edit: () => void): void => {
            edit();
            states.push([...data]);
        };
        step(() => editor.hide(new Part(tree, 0, 2)));
        expect(hidden()).toEqual([0, 1]);
        expect(editor.isHidden({ start: 0, end: 2 })).toBe(true);
        step(() => editor.recolor(new Part(tree, 0, 4), { r: 1, g: 0.5, b: 0 }));
        expect(data[3] & 0xffffff).toBe(0x0080ff);
        step(() => editor.lock({ start: 4, end: 6 }));
        step(() => editor.isolate([{ start: 1, end: 3 }]));
        expect(hidden()).toEqual([0, 3, 6, 7]); // 4 and 5 are locked
        step(() => editor.showAll());
        expect(hidden()).toEqual([]);
        step(() => editor.recolor({ intervals: [{ start: 0, end: 1 }] }, null));
        expect(data[0]).toBe(0);
        expect(editor.history.names).toHaveLength(6);
        for (const [edit, change] of [
            ["hide", () => editor.hide({ start: 3, end: 5 })],
            ["recolor", () => editor.recolor({ start: 5, end: 6 }, null)],
            ["delete", () => editor.delete({ start: 4, end: 6 })],
            ["extract", () => editor.extract({ start: 4, end: 6 })],
            ["rename", () => editor.rename(new Part(tree, 4, 6), "x")],
            [
                "merge",
                () =>
                    editor.merge([
                        { start: 0, end: 2 },
                        { start: 4, end: 6 },
                    ]),
            ],
            ["split", () => editor.split(new Part(tree, 4, 6))],
        ] as const) {
            expect(change, edit).toThrow(/locked/);
        }
        expect([...data]).toEqual(states[6]);
        expect(editor.history.names).toHaveLength(6);
        // The selection is not an edit, so undoing keeps it.
        host.overrides.select(tree.dendrogram.order, [{ start: 2, end: 3 }]);
        const selected = data[2] ^ states[6][2];
        for (let at = 5; at >= 0; at--) {
            editor.undo();
            const expected = [...states[at]];
            expected[2] |= selected;
            expect([...data], `back to ${at}`).toEqual(expected);
        }
        expect(editor.undo()).toBe(false);
        while (editor.redo()) {}
        host.overrides.select(tree.dendrogram.order, []);
        expect([...data]).toEqual(states[6]);
        editor.hide([]);
        expect(editor.history.names).toHaveLength(6);
    });

    it("merges parts into a group, ungroups them, and splits at the next split without small fragments", () => {
        const host = { ...CreateHost(), minStepLeaves: 2 };
        const { tree } = host;
        const editor = new PartEditor(host);
        const group = editor.merge([new Part(tree, 0, 2), new Part(tree, 6, 8)], "ends");
        expect(editor.intervalsOf(group)).toEqual([
            { start: 0, end: 2 },
            { start: 6, end: 8 },
        ]);
        expect([0, 3, 7].map((leaf) => editor.groupOfLeaf(leaf)?.name ?? null)).toEqual(["ends", null, "ends"]);
        expect(host.overrides.data[7] & 0xffffff).toBe(host.overrides.data[0] & 0xffffff);
        editor.rename(group, "caps");
        expect(editor.groupOfLeaf(7)!.name).toBe("caps");

        const [rest, side] = editor.split(new Part(tree, 4, 8));
        expect([[...rest.leaves], [...side.leaves]]).toEqual([
            [4, 5],
            [6, 7],
        ]);
        expect(host.overrides.data[6] & 0xff).toBe(6);
        expect(editor.groupOfLeaf(7)).toBe(side);
        expect([...editor.groupOfLeaf(0)!.leaves]).toEqual([0, 1]); // the part that the split left
        expect(() => editor.split(new Part(tree, 0, 2))).toThrow(/no split into two sides of at least 2/);
        editor.undo();
        expect([...editor.groupOfLeaf(7)!.leaves]).toEqual([0, 1, 6, 7]);
        editor.ungroup(editor.groups[0]);
        expect([editor.groupOfLeaf(7), host.overrides.data[7]]).toEqual([null, 0]);
        while (editor.undo()) {}
        expect([editor.groups, [...host.overrides.data]]).toEqual([[], [0, 0, 0, 0, 0, 0, 0, 0]]);
        expect(() => editor.merge([new Part(tree, 0, 1)])).toThrow(/at least two leaves/);
    });

    it("gives parts default names until they are renamed", () => {
        const host = CreateHost();
        const editor = new PartEditor(host);
        const part = new Part(host.tree, 2, 4);
        expect(editor.nameOf(part)).toBe("part 2-4");
        editor.rename(part, "wheel");
        editor.rename(part, "front wheel");
        expect(editor.nameOf({ start: 2, end: 4 })).toBe("front wheel");
        editor.hide(part);
        expect(editor.history.names.at(-1)).toBe("Hide front wheel");
        editor.undo();
        editor.undo();
        expect(editor.nameOf(part)).toBe("wheel");
        editor.undo();
        expect(editor.nameOf(part)).toBe("part 2-4");
        expect(() =>
            editor.rename(
                [
                    { start: 0, end: 1 },
                    { start: 4, end: 5 },
                ],
                "two",
            ),
        ).toThrow(/one part/);
    });

    it("extracts faces with all vertex attributes, by material and in place, and undoes it", () => {
        const kinds = [VertexBuffer.PositionKind, VertexBuffer.NormalKind, VertexBuffer.UVKind, VertexBuffer.ColorKind];
        const above = new TransformNode("above", scene);
        above.position.set(1, 2, 3);
        above.scaling.set(2, 2, -2);
        const box = CreateBox("box", { size: 1, updatable: true }, scene);
        box.parent = above;
        box.rotation.set(0.3, 0.5, 0.7);
        const random = CreateRandom(31);
        box.setVerticesData(
            VertexBuffer.ColorKind,
            Float32Array.from({ length: 96 }, () => random()),
        );
        const multi = new MultiMaterial("multi", scene);
        multi.subMaterials = [new StandardMaterial("a", scene), new StandardMaterial("b", scene)];
        box.material = multi;
        box.releaseSubMeshes();
        new SubMesh(1, 0, 24, 0, 9, box); // faces 0, 1, 2
        new SubMesh(0, 0, 24, 9, 27, box);
        const host = CreateHost(ContentOf(box, "faces", 12));
        const editor = new PartEditor(host);
        const [meshes, nodes] = [[...scene.meshes], [...scene.transformNodes]];
        const before = Corners(box, kinds);

        const extracted = editor.extract(new Part(host.tree, 0, 4)); // faces 0..3; faces 8.. follow none of these
        const [mesh] = extracted.meshes;
        const faces = Array.from({ length: 12 }, (_, f) => f).filter((f) =>
            host.content!.elementsOf(new Part(host.tree, 0, 4).leaves)[0].includes(f),
        );
        expect(faces.slice(0, 4)).toEqual([0, 1, 2, 3]);
        // Material 0 comes first.
        const expected = [...faces.filter((f) => f >= 3), ...faces.filter((f) => f < 3)];
        expect(Corners(mesh, kinds)).toEqual(Corners(box, kinds, expected));
        expect(mesh.material).toBe(multi);
        expect(
            mesh.subMeshes.map(({ materialIndex, indexStart, indexCount }) => [materialIndex, indexStart, indexCount]),
        ).toEqual([
            [0, 0, 3 * (faces.length - 3)],
            [1, 3 * (faces.length - 3), 9],
        ]);
        expect(mesh.sideOrientation).toBe(box.sideOrientation);
        expect([...host.overrides.data].map((value) => (value & LEAF_UNPICKABLE ? 1 : 0))).toEqual([
            1, 1, 1, 1, 0, 0, 0, 0,
        ]);
        expect(Corners(box, kinds)).toEqual(before);
        expect(() => editor.extract(new Part(host.tree, 0, 2))).toThrow(/extracted or deleted/);
        editor.showAll(); // does not restore extracted parts
        expect(editor.history.names).toEqual(["Extract part 0-4"]);

        // Moving, duplicating and deleting are undone and redone one by one, with the same objects.
        const at = extracted.root.position.clone();
        editor.transform(extracted, {
            position: new Vector3(9, 9, 9),
            rotation: Quaternion.RotationAxis(Vector3.Up(), 1),
        });
        expect(extracted.root.parent).toBe(box);
        expect(extracted.root.position.asArray()).toEqual([9, 9, 9]);
        const copy = editor.duplicate(extracted);
        expect(Corners(copy.meshes[0], kinds)).toEqual(Corners(mesh, kinds));
        const own = new StandardMaterial("own", scene);
        editor.setMaterial(copy, own);
        expect([copy.meshes[0].material, mesh.material]).toEqual([own, multi]);
        editor.delete(extracted);
        expect(editor.extracted).toEqual([copy]);
        expect(scene.meshes).not.toContain(mesh);
        expect(() => editor.transform(extracted, {})).toThrow(/not in the scene/);
        editor.undo();
        expect(scene.meshes).toContain(mesh);
        editor.undo();
        editor.undo();
        expect([editor.extracted, copy.isInScene]).toEqual([[extracted], false]);
        editor.undo();
        expect(extracted.root.position.asArray()).toEqual(at.asArray());
        editor.undo();
        expect([scene.meshes, scene.transformNodes]).toEqual([meshes, nodes]);
        expect([...host.overrides.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
        while (editor.redo()) {}
        expect(editor.extracted).toEqual([copy]);
        expect(copy.root.position.asArray()).toEqual([9, 9, 9]);
        expect(copy.meshes[0].material).toBe(own);
        editor.dispose();
        expect([scene.meshes, scene.transformNodes]).toEqual([meshes, nodes]);
        expect(multi.subMaterials).toHaveLength(2);
        expect(Corners(box, kinds)).toEqual(before);
    });

    it("bakes transforms that a node cannot have: faces below a shearing parent", () => {
        const above = new TransformNode("above", scene);
        above.scaling.set(3, 1, -1);
        const box = CreateBox("box", {}, scene);
        box.parent = above;
        box.rotation.z = 0.6;
        const kinds = [VertexBuffer.PositionKind, VertexBuffer.NormalKind, VertexBuffer.UVKind];
        const host = CreateHost(ContentOf(box, "faces", 8));
        const faces = Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7);
        const expected = Corners(box, kinds, [...faces]);
        expect(Corners(new PartEditor(host).extract(new Part(host.tree, 0, 8)).meshes[0], kinds)).toEqual(expected);
        const mesh = ExtractMesh(host.content!.items[0], faces, "baked", new TransformNode("top", scene));
        // Mirroring swaps the last two corners of each face, so that its front stays in front.
        for (let i = 0; i < expected.length; i += 3) {
            [expected[i + 1], expected[i + 2]] = [expected[i + 2], expected[i + 1]];
        }
        expect(Corners(mesh, kinds)).toEqual(expected);
    });

    it("keeps skins, and extracts points and thin instances", () => {
        const skeleton = new Skeleton("skeleton", "skeleton", scene);
        const bone = new Bone("bone", skeleton, null, Matrix.Identity());
        const skinned = CreateBox("skinned", {}, scene);
        skinned.setVerticesData(VertexBuffer.MatricesIndicesKind, new Float32Array(96));
        skinned.setVerticesData(
            VertexBuffer.MatricesWeightsKind,
            Float32Array.from({ length: 96 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
        );
        skinned.skeleton = skeleton;
        bone.setPosition(new Vector3(0, 5, 0));
        let host = CreateHost(ContentOf(skinned, "faces", 8));
        const extracted = new PartEditor(host).extract(new Part(host.tree, 2, 4));
        const [mesh] = extracted.meshes;
        expect(mesh.skeleton).toBe(skeleton);
        expect([...mesh.getVerticesData(VertexBuffer.MatricesWeightsKind)!.slice(0, 4)]).toEqual([1, 0, 0, 0]);
        expect(extracted.root.position.y).toBeGreaterThan(4); // in the middle of the posed part, which the bone lifts

        const points = new Mesh("points", scene);
        const data = new VertexData();
        data.positions = Array.from({ length: 24 }, (_, i) => i);
        data.colors = Array.from({ length: 32 }, (_, i) => i / 32);
        data.applyToMesh(points);
        host = CreateHost(ContentOf(points, "points", 8));
        const cloud = new PartEditor(host).extract(new Part(host.tree, 4, 6)).meshes[0];
        expect(cloud.getTotalVertices()).toBe(2);
        expect([...cloud.getVerticesData(VertexBuffer.ColorKind)!]).toEqual(data.colors.slice(16, 24));
        const first = Vector3.TransformCoordinates(
            Vector3.FromArray(cloud.getVerticesData(VertexBuffer.PositionKind)!),
            cloud.getWorldMatrix(),
        );
        expect(first.asArray()).toEqual([12, 13, 14]);

        const many = CreateBox("many", {}, scene);
        many.position.x = 10;
        const matrices = [Matrix.Identity(), Matrix.Translation(0, 7, 0)];
        many.thinInstanceSetBuffer("matrix", Float32Array.from(matrices.flatMap((matrix) => [...matrix.asArray()])));
        host = CreateHost(ContentOf(many, "faces", 8, 1));
        const second = new PartEditor(host).extract(new Part(host.tree, 0, 8)).meshes[0];
        expect(second.getBoundingInfo().boundingBox.centerWorld.y).toBeCloseTo(7, 5);
        expect(second.hasThinInstances).toBe(false);
    });

    it("extracts a point cloud of the leaves when there is no content", () => {
        const host = CreateHost();
        const editor = new PartEditor(host);
        const extracted = editor.extract(new Part(host.tree, 4, 6));
        expect(extracted.meshes[0].getTotalVertices()).toBe(2);
        expect(extracted.root.position.asArray()).toEqual([9, 0, 0]); // x 4 and 5, scaled by 2 in the scene
        const copy = editor.duplicate(extracted);
        expect(copy.meshes[0].material).not.toBe(extracted.meshes[0].material);
        editor.delete(new Part(host.tree, 0, 4));
        editor.showAll();
        expect(editor.isHidden({ start: 0, end: 4 })).toBe(true);
        editor.dispose();
        expect([scene.meshes.length, scene.transformNodes.length, scene.materials.length]).toEqual([0, 0, 0]);
    });

    it("records the changes of a gizmo, and locks extracted parts", () => {
        const host = CreateHost();
        const editor = new PartEditor(host);
        const extracted = editor.extract(new Part(host.tree, 0, 2));
        const before = extracted.transform;
        editor.recordTransform(extracted, before);
        expect(editor.history.names).toHaveLength(1);
        extracted.root.position.x += 4;
        editor.recordTransform(extracted, before);
        expect(editor.history.names).toHaveLength(2);
        editor.lock(extracted);
        expect(() => editor.transform(extracted, { position: Vector3.Zero() })).toThrow(/locked/);
        expect(() => editor.delete(extracted)).toThrow(/locked/);
        editor.undo();
        editor.undo();
        expect(extracted.root.position.x).toBe(before.position.x);
        editor.redo();
        expect(extracted.root.position.x).toBe(before.position.x + 4);
    });
});
