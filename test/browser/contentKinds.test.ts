import { Bone } from "@babylonjs/core/Bones/bone";
import { Skeleton } from "@babylonjs/core/Bones/skeleton";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreatePlane } from "@babylonjs/core/Meshes/Builders/planeBuilder";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { Scene } from "@babylonjs/core/scene";
import { beforeEach, describe, expect, it } from "vitest";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import type { Part } from "../../src/plugin/parts/model/part";
import type { SceneCapture } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, ExpectColor, UseBrowserEngine } from "../support/browserScene";
import { CreateEmissiveMaterial } from "../support/coloredMeshes";
import { DendrogramOfGroups } from "../support/groupedLeaves";

const engine = UseBrowserEngine();
let scene: Scene;
let segmentation: UltrametricSegmentation;

beforeEach(async () => {
    scene = CreateBlackScene(engine());
    segmentation = new UltrametricSegmentation(scene, {
        display: "meshes",
        upAxis: "y",
        lamp: 0,
        outline: 0,
    });
});

/** Returns the pixel of a point in the plane through the origin that the camera faces. */
function PixelOf(x: number, y: number): [number, number] {
    const perUnit = CANVAS_SIZE / 2 / (4 * Math.tan(0.4));
    return [Math.round(CANVAS_SIZE / 2 + perUnit * x), Math.round(CANVAS_SIZE / 2 - perUnit * y)];
}

/** Shows a hierarchy of a capture with two parts. @returns the parts of group 0 and group 1 */
async function ShowAsync(capture: SceneCapture, groupOf: (leaf: number) => 0 | 1): Promise<[Part, Part]> {
    const groups: number[] = Array.from(capture.elements, (_, leaf) => groupOf(leaf));
    const dendrogram = DendrogramOfGroups(groups, [[0, 1]]);
    const { positions, colors } = capture.geometry;
    const hierarchy = new SegmentationHierarchy("kinds", positions, colors!, new Map([["consensus", dendrogram]]));
    await segmentation.setHierarchyAsync(hierarchy, { content: ContentLeaves.Create(capture, hierarchy) });
    segmentation.partCount = 2;
    const tree = segmentation.parts!;
    return [0, 1].map((group) => tree.partOfLeaf(groups.indexOf(group), groups.length - 2)) as [Part, Part];
}

describe("a skinned mesh", () => {
    /** Creates a strip of five squares in a row; the two on the right follow a bone, which is half a unit up. */
    function CreateStrip(): { mesh: Mesh; bone: Bone } {
        const mesh = CreatePlane("strip", { width: 2, height: 0.4 }, scene);
        const columns = 6;
        const positions = Array.from({ length: 2 * columns }, (_, i) => [
            ((i % columns) / (columns - 1)) * 2 - 1,
            i < columns ? -0.2 : 0.2,
            0,
        ]).flat();
        const indices = Array.from({ length: columns - 1 }, (_, i) => [
            ...[i, i + 1, i + columns + 1],
            ...[i, i + columns + 1, i + columns],
        ]).flat();
        for (const kind of mesh.getVerticesDataKinds()) {
            mesh.removeVerticesData(kind);
        }
        mesh.setVerticesData(VertexBuffer.PositionKind, positions);
        mesh.setIndices(indices);
        const isRight = (vertex: number): boolean => vertex % columns > 2;
        mesh.setVerticesData(
            VertexBuffer.MatricesIndicesKind,
            Array.from({ length: 2 * columns }, (_, v) => [isRight(v) ? 1 : 0, 0, 0, 0]).flat(),
        );
        mesh.setVerticesData(
            VertexBuffer.MatricesWeightsKind,
            Array.from({ length: 2 * columns }, () => [1, 0, 0, 0]).flat(),
        );
        const skeleton = new Skeleton("skeleton", "skeleton", scene);
        new Bone("left", skeleton, null, Matrix.Identity());
        const bone = new Bone("right", skeleton, null, Matrix.Identity());
        mesh.skeleton = skeleton;
        mesh.material = CreateEmissiveMaterial("skin", Color3.Green(), scene);
        mesh.material.backFaceCulling = false;
        bone.setPosition(new Vector3(0, 0.5, 0));
        return { mesh, bone };
    }

    it("is captured in its pose, shows its parts in every pose, and is extracted with its bones", async () => {
        const { mesh, bone } = CreateStrip();
        await DrawAsync(scene);
        const capture = await segmentation.captureSceneAsync([mesh], { views: 2, size: 48, samples: 800 });
        const { positions } = capture.geometry;
        expect(Math.max(...positions.filter((_, i) => i % 3 === 1))).toBeGreaterThan(0.65);
        // Faces 6 to 9 are the two raised squares.
        const [left, right] = await ShowAsync(capture, (leaf) => (capture.elements[leaf] > 5 ? 1 : 0));
        const colorOf = (part: Part): number[] => segmentation.pointCloud!.colorOf(part.start);
        let pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PixelOf(-0.7, 0)), colorOf(left), "left");
        ExpectColor(pixel(...PixelOf(0.7, 0.5)), colorOf(right), "right");
        expect(segmentation.pick(...PixelOf(0.7, 0.5))!.equals(right)).toBe(true);
        bone.setPosition(new Vector3(0, -0.5, 0));
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PixelOf(0.7, -0.5)), colorOf(right), "moved");
        expect(pixel(...PixelOf(0.7, 0.5))).toEqual([0, 0, 0]);

        const extracted = right.extract();
        const [own] = extracted.meshes;
        expect([own.skeleton, own.getTotalIndices()]).toEqual([mesh.skeleton, 12]);
        expect(own.isVerticesDataPresent(VertexBuffer.MatricesWeightsKind)).toBe(true);
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PixelOf(0.7, -0.5)), [0, 1, 0], "extracted");
        bone.setPosition(new Vector3(0, 0.5, 0));
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PixelOf(0.7, 0.5)), [0, 1, 0], "extracted, moved");
        ExpectColor(pixel(...PixelOf(-0.7, 0)), colorOf(left), "what is left");
        segmentation.editor!.undo();
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PixelOf(0.7, 0.5)), colorOf(right), "undone");
        segmentation.dispose();
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PixelOf(0.7, 0.5)), [0, 1, 0], "as it was");
    });
});

describe("a mesh of several materials", () => {
    it("is captured, shows its parts across materials, and is extracted with the materials of a part", async () => {
        const box = CreateBox("box", { size: 1.6 }, scene);
        const materials = new MultiMaterial("materials", scene);
        materials.subMaterials = [
            CreateEmissiveMaterial("red", Color3.Red(), scene),
            CreateEmissiveMaterial("blue", Color3.Blue(), scene),
        ];
        box.material = materials;
        // Faces 0 to 2 have the first material, all others the second; the front, faces 2 and 3, has a face of each.
        const vertices = box.getTotalVertices();
        box.subMeshes = [];
        new SubMesh(0, 0, vertices, 0, 9, box);
        new SubMesh(1, 0, vertices, 9, 27, box);
        const corners = [1, 2, 3].map((c) => [...box.getIndices()!.slice(3 * c, 3 * c + 3)]);
        const centers = corners.map((face) =>
            face
                .map((vertex) => Vector3.FromArray(box.getVerticesData(VertexBuffer.PositionKind)!, 3 * vertex))
                .reduce((sum, corner) => sum.add(corner))
                .scale(1 / 3),
        );
        const [upper, lower] = [centers[1], centers[2]];
        const front = (center: Vector3): [number, number] => {
            // On the front, which is 0.8 nearer.
            const perspective = 4 / 3.2;
            return PixelOf(perspective * center.x, perspective * center.y);
        };
        let pixel = await DrawAsync(scene);
        ExpectColor(pixel(...front(upper)), [1, 0, 0], "red face");
        ExpectColor(pixel(...front(lower)), [0, 0, 1], "blue face");

        const capture = await segmentation.captureSceneAsync([box], { views: 4, size: 48, samples: 1200 });
        const colors = capture.geometry.colors!;
        capture.elements.forEach((face, leaf) => {
            expect([...colors.subarray(3 * leaf, 3 * leaf + 3)]).toEqual(face < 3 ? [255, 0, 0] : [0, 0, 255]);
        });
        // The front is one part, with both materials; the rest is another.
        const isFront = (face: number): boolean => face === 2 || face === 3;
        const [other, part] = await ShowAsync(capture, (leaf) => (isFront(capture.elements[leaf]) ? 1 : 0));
        pixel = await DrawAsync(scene);
        for (const center of [upper, lower]) {
            ExpectColor(pixel(...front(center)), segmentation.pointCloud!.colorOf(part.start), "one part");
        }
        segmentation.colorMode = "original";
        part.select();
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...front(upper)), [1, 0, 0], "original red");
        ExpectColor(pixel(...front(lower)), [0, 0, 1], "original blue");

        const [own] = part.extract().meshes;
        expect(own.material).toBe(materials);
        expect(own.subMeshes.map(({ materialIndex, indexCount }) => [materialIndex, indexCount])).toEqual([
            [0, 3],
            [1, 3],
        ]);
        segmentation.editor!.hide(other);
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...front(upper)), [1, 0, 0], "extracted red");
        ExpectColor(pixel(...front(lower)), [0, 0, 1], "extracted blue");
        while (segmentation.editor!.undo()) {}
        // The rest has the remaining faces of both.
        const [rest] = other.extract().meshes;
        expect(rest.subMeshes.map(({ materialIndex, indexCount }) => [materialIndex, indexCount])).toEqual([
            [0, 6],
            [1, 24],
        ]);
        segmentation.dispose();
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...front(upper)), [1, 0, 0], "as it was");
    });
});
