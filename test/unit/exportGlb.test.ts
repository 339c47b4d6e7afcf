import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import "@babylonjs/loaders/glTF/2.0/Extensions/ExtrasAsMetadata";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import "@babylonjs/core/Meshes/instancedMesh";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import { Scene } from "@babylonjs/core/scene";
import { WebIO } from "@gltf-transform/core";
import { validateBytes } from "gltf-validator";
import { afterEach, describe, expect, it } from "vitest";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import type { ContentItem } from "../../src/plugin/content/sceneContent";
import { ExportGlbAsync } from "../../src/plugin/export/exportGlb";
import { ExportPartGlbsAsync } from "../../src/plugin/export/exportPartGlbs";
import { SelectPartNodes } from "../../src/plugin/export/partNodes";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";

let engine: NullEngine;
afterEach(() => engine.dispose());

/**
 * Creates two boxes, the second a mirrored instance, and a cloud of three points. Leaf f is on face f; the last three
 * leaves are the points.
 */
function CreateContent(isRightHanded: boolean) {
    engine = new NullEngine();
    const scene = new Scene(engine);
    scene.useRightHandedSystem = isRightHanded;
    const box = CreateBox("box", { size: 1 }, scene);
    const red = new PBRMaterial("red", scene);
    red.albedoColor = Color3.Red();
    red.metallic = 0;
    red.roughness = 1;
    const blue = new StandardMaterial("blue", scene);
    blue.diffuseColor = Color3.Blue();
    const both = new MultiMaterial("both", scene);
    both.subMaterials = [red, blue];
    box.material = both;
    box.releaseSubMeshes();
    new SubMesh(0, 0, 24, 0, 18, box);
    new SubMesh(1, 0, 24, 18, 18, box);
    const twin = box.createInstance("twin");
    twin.position.x = 3;
    twin.scaling = new Vector3(-1, 2, 1);
    const cloud = new Mesh("cloud", scene);
    cloud.setVerticesData(VertexBuffer.PositionKind, [0, 3, 0, 0, 4, 0, 0, 5, 0], false, 3);
    cloud.isUnIndexed = true;
    const items: ContentItem[] = [
        { mesh: box, thinInstance: -1, kind: "faces", firstElement: 0, elementCount: 12 },
        { mesh: twin, thinInstance: -1, kind: "faces", firstElement: 12, elementCount: 12 },
        { mesh: cloud, thinInstance: -1, kind: "points", firstElement: 24, elementCount: 3 },
    ];
    const leafCount = 27;
    const positions = Float32Array.from({ length: 3 * leafCount }, (_, i) => i);
    const capture = {
        name: "content",
        items,
        elements: Uint32Array.from({ length: leafCount }, (_, i) => i),
        barycentrics: new Float32Array(2 * leafCount),
        elementCenters: positions,
        geometry: { positions, normals: null, colors: null },
    };
    // Two halves of the box, two of its instance, and the cloud; box and instance merge before the cloud.
    const merges: [number, number, number][] = [];
    const chain = (from: number, to: number): void => {
        for (let leaf = from + 1; leaf < to; leaf++) {
            merges.push([from, leaf, 0.01 * (merges.length + 1)]);
        }
    };
    chain(0, 6);
    chain(6, 12);
    chain(12, 18);
    chain(18, 24);
    chain(24, 27);
    merges.push([0, 6, 1], [12, 18, 2], [0, 12, 3], [0, 24, 4]);
    const dendrogram = CreateDendrogram({
        leafCount,
        first: Uint32Array.from(merges, ([a]) => a),
        second: Uint32Array.from(merges, ([, b]) => b),
        height: Float64Array.from(merges, ([, , h]) => h),
    });
    const hierarchy = new SegmentationHierarchy(
        "content",
        positions,
        new Uint8Array(3 * leafCount).fill(128),
        new Map([["consensus", dendrogram]]),
    );
    return { scene, box, red, blue, hierarchy, content: ContentLeaves.Create(capture, hierarchy) };
}

const OPTIONS = { levels: [2, 5], minShare: 0 };

describe("a GLB of parts", () => {
    it.each([false, true])(
        "has the parts as nodes for an independent reader (right-handed scene: %s)",
        async (isRight) => {
            const { scene, hierarchy, content, red } = CreateContent(isRight);
            const before = [
                scene.meshes.length,
                scene.materials.length,
                scene.transformNodes.length,
                engine.scenes.length,
            ];
            const orientation = red.sideOrientation;
            const glb = await ExportGlbAsync(hierarchy, content, scene, OPTIONS);
            expect([
                scene.meshes.length,
                scene.materials.length,
                scene.transformNodes.length,
                engine.scenes.length,
            ]).toEqual(before);
            expect(red.sideOrientation).toBe(orientation);
            expect(Object.values(red.meshMap ?? {}).filter((mesh) => mesh === undefined)).toEqual([]);

            const { issues, info } = await validateBytes(glb);
            expect(issues.numErrors, JSON.stringify(issues.messages)).toBe(0);
            expect(info.totalTriangleCount).toBe(24);

            const document = await new WebIO().readBinary(glb);
            const nodes = document.getRoot().listNodes();
            const root = nodes.find((node) => node.getName() === "content")!;
            const parts = nodes.filter((node) => "interval" in node.getExtras());
            expect(parts).toHaveLength(2 + 4);
            expect(root.listChildren().map((node) => node.getExtras().leaves)).toEqual([24, 3]);
            const both = root.listChildren()[0];
            expect(both.getExtras()).toMatchObject({
                criterion: "consensus",
                threshold: 3,
                mergedAt: 4,
                parts: [2, 2],
            });
            expect(both.listChildren().map((node) => node.getExtras().interval)).toEqual([
                [0, 6],
                [6, 12],
                [12, 18],
                [18, 24],
            ]);
            expect(both.listChildren()[0].getName()).toBe("part 0-6");
            const [half] = both.listChildren()[0].listChildren();
            const [primitive] = half.getMesh()!.listPrimitives();
            expect(primitive.getIndices()!.getCount()).toBe(18);
            expect(primitive.getAttribute("POSITION")!.getCount()).toBe(12);
            expect(primitive.getAttribute("NORMAL")).not.toBeNull();
            expect(primitive.getAttribute("TEXCOORD_0")).not.toBeNull();
            expect(primitive.getMaterial()!.getName()).toBe("red");

            // Faces are counter-clockwise from outside: their geometric normals agree with the vertices' and point away
            // from the box.
            for (const node of nodes) {
                for (const prim of node.getMesh()?.listPrimitives() ?? []) {
                    const indices = prim.getIndices()?.getArray();
                    if (!indices) {
                        expect(prim.getMode()).toBe(0);
                        expect(prim.getAttribute("POSITION")!.getCount()).toBe(3);
                        continue;
                    }
                    const at = (name: string, i: number): Vector3 =>
                        Vector3.FromArray(prim.getAttribute(name)!.getElement(indices[i], []));
                    for (let i = 0; i < indices.length; i += 3) {
                        const [a, b, c] = [0, 1, 2].map((corner) => at("POSITION", i + corner));
                        const out = Vector3.Cross(b.subtract(a), c.subtract(a));
                        expect(Vector3.Dot(out, at("NORMAL", i))).toBeGreaterThan(0);
                        const middle = new Vector3(Math.abs(a.x) > 1.5 ? 3 * Math.sign(a.x) : 0, 0, 0);
                        expect(Vector3.Dot(out, a.subtract(middle))).toBeGreaterThan(0);
                    }
                }
            }
        },
    );

    it("opens in a plain Babylon scene, with the parts in the places of the content", async () => {
        const { scene, hierarchy, content } = CreateContent(false);
        const glb = await ExportGlbAsync(hierarchy, content, scene, OPTIONS);
        const plain = new Scene(engine);
        // Babylon would load its default texture, which Node cannot decode.
        plain.environmentBRDFTexture = RawTexture.CreateRGBATexture(new Uint8Array(4), 1, 1, plain, false);
        const { meshes } = await ImportMeshAsync(glb, plain, { pluginExtension: ".glb" });
        const triangles = meshes.reduce((sum, mesh) => sum + Math.floor((mesh.getIndices()?.length ?? 0) / 3), 0);
        expect(triangles).toBe(24);
        const half = plain.getNodeByName("part 12-18")!;
        expect(half.metadata.gltf.extras).toMatchObject({ interval: [12, 18], leaves: 6, criterion: "consensus" });
        const { min, max } = half.getHierarchyBoundingVectors();
        const all = plain.getNodeByName("content")!.getHierarchyBoundingVectors();
        expect(min.x).toBeGreaterThanOrEqual(2.5 - 1e-5);
        expect(max.x).toBeLessThanOrEqual(3.5 + 1e-5);
        expect(all.min.asArray().map((x) => x.toFixed(3))).toEqual(["-0.500", "-1.000", "-0.500"]);
        expect(all.max.asArray().map((x) => x.toFixed(3))).toEqual(["3.500", "5.000", "0.500"]);
    });

    it("can be written for each part alone, in its place, without the parts that are left out", async () => {
        const { scene, hierarchy, content } = CreateContent(false);
        const before = [scene.meshes.length, engine.scenes.length];
        const labels = Int32Array.from({ length: 27 }, (_, leaf) =>
            leaf < 6 ? 3 : leaf < 12 ? -1 : leaf < 24 ? 0 : 2,
        );
        const nameOf = (part: number): string | null => (part === 3 ? "lid" : null);
        const found = new Map<string, number>();
        for await (const { part, bytes } of ExportPartGlbsAsync(hierarchy, labels, content, scene, { nameOf })) {
            expect((await validateBytes(bytes)).issues.numErrors).toBe(0);
            const document = await new WebIO().readBinary(bytes);
            const [node] = document.getRoot().listScenes()[0].listChildren();
            expect(node.getExtras()).toEqual({ part });
            const primitives = document
                .getRoot()
                .listMeshes()
                .flatMap((mesh) => mesh.listPrimitives());
            const count = primitives.reduce((sum, one) => {
                const triangles = (one.getIndices()?.getCount() ?? 0) / 3;
                return sum + (triangles || one.getAttribute("POSITION")!.getCount());
            }, 0);
            found.set(node.getName(), count);
        }
        expect([...found]).toEqual([
            ["part 0", 12],
            ["part 2", 3],
            ["lid", 6],
        ]);
        expect([scene.meshes.length, engine.scenes.length]).toEqual(before);
    });

    it("stops writing parts when canceled, and refuses labels of other leaves", async () => {
        const { scene, hierarchy, content } = CreateContent(false);
        const cancel = new AbortController();
        const labels = Int32Array.from({ length: 27 }, (_, leaf) => leaf);
        const files = ExportPartGlbsAsync(hierarchy, labels, content, scene, { signal: cancel.signal });
        await files.next();
        cancel.abort();
        await expect(files.next()).rejects.toMatchObject({ kind: "aborted" });
        const wrong = ExportPartGlbsAsync(hierarchy, labels.subarray(1), content, scene);
        await expect(wrong.next()).rejects.toMatchObject({ kind: "input" });
    });

    it("has colored points when there is no content", async () => {
        const { scene, hierarchy } = CreateContent(true);
        const glb = await ExportGlbAsync(hierarchy, null, scene, { ...OPTIONS, nameOf: ({ start }) => `at ${start}` });
        const { issues } = await validateBytes(glb);
        expect(issues.numErrors, JSON.stringify(issues.messages)).toBe(0);
        const meshes = (await new WebIO().readBinary(glb)).getRoot().listMeshes();
        const counts = meshes.map((mesh) => mesh.listPrimitives()[0].getAttribute("POSITION")!.getCount());
        expect(counts.reduce((a, b) => a + b)).toBe(27);
    });

    it("throws on invalid levels", async () => {
        const { scene, hierarchy, content } = CreateContent(true);
        await expect(ExportGlbAsync(hierarchy, content, scene, { levels: [] })).rejects.toThrow(/levels/i);
    });
});

describe("the parts of several cuts", () => {
    it("appear once, below the part that contains them, without small fragments", () => {
        const { hierarchy } = CreateContent(true);
        const dendrogram = hierarchy.dendrogram("consensus");
        const intervals = SelectPartNodes(dendrogram, [1, 2, 3], 4).map(({ start, end, parent }) => [
            start,
            end,
            parent,
        ]);
        // The cloud's three leaves are small fragments, so the root stays one node.
        expect(intervals).toEqual([
            [0, 27, -1],
            [0, 12, 0],
            [12, 24, 0],
        ]);
    });
});
