import { Ray } from "@babylonjs/core/Culling/ray.core";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import type { Scene } from "@babylonjs/core/scene";
import { beforeEach, describe, expect, it } from "vitest";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { AttachGizmos } from "../../src/plugin/parts/edit/partGizmos";
import { CaptureSceneAsync } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import {
    AllPixels,
    CANVAS_SIZE,
    CreateBlackScene,
    DrawAsync,
    ExpectColor,
    UseBrowserEngine,
} from "../support/browserScene";
import { CreateEmissiveMaterial } from "../support/coloredMeshes";
import { DendrogramOfGroups } from "../support/groupedLeaves";
import { GuiPointer } from "../support/guiPointer";
import { CreateSquare, MIDDLE, PIXELS } from "../support/square";

const engine = UseBrowserEngine();
let scene: Scene;
let segmentation: UltrametricSegmentation;
let pointer: GuiPointer;

beforeEach(async () => {
    scene = CreateBlackScene(engine());
    segmentation = new UltrametricSegmentation(scene, { pointRadius: 0.2 });
    pointer = new GuiPointer(engine().getRenderingCanvas()!);
});

const BLACK = [0, 0, 0];

/** A pixel without a part. */
const NOWHERE = [1, 1] as const;

describe("editing parts", () => {
    it("picks, selects parents by wheel and keys, hides, moves and undoes, pixel for pixel", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        const start = AllPixels(await DrawAsync(scene));
        scene.attachControl();
        pointer.click(PIXELS[2]);
        expect([...segmentation.selectedPart!.leaves]).toEqual([2]);
        pointer.wheel(PIXELS[2], -100, { altKey: true });
        expect([...segmentation.selectedPart!.leaves]).toEqual([2, 3]);
        pointer.key("PageUp");
        expect(segmentation.selectedPart!.size).toBe(4);
        pointer.wheel(PIXELS[2], 100, { altKey: true });
        expect([...segmentation.selectedPart!.leaves]).toEqual([2, 3]);
        const upper = segmentation.selectedPart!;
        pointer.key("Escape");
        expect(segmentation.selection.isEmpty).toBe(true);
        pointer.move(NOWHERE);
        expect(AllPixels(await DrawAsync(scene))).toEqual(start);

        upper.hide();
        let pixel = await DrawAsync(scene);
        expect([pixel(...PIXELS[2]), pixel(...PIXELS[3])]).toEqual([BLACK, BLACK]);
        ExpectColor(pixel(...PIXELS[0]), segmentation.pointCloud!.colorOf(0));
        expect(segmentation.pick(...PIXELS[2])).toBeNull();
        segmentation.editor!.undo();
        expect(AllPixels(await DrawAsync(scene))).toEqual(start);

        // Extracted points have the capture's colors. They move to pixels that were empty before.
        const extracted = upper.extract();
        const step = new Vector3(0, -1, 0);
        segmentation.editor!.transform(extracted, { position: extracted.transform.position.add(step) });
        pixel = await DrawAsync(scene);
        const half = (PIXELS[2][1] + PIXELS[0][1]) / 2;
        ExpectColor(pixel(PIXELS[2][0], half), [0, 0, 1], "moved");
        expect(pixel(...PIXELS[2])).toEqual(BLACK);
        expect(() => upper.extract()).toThrow(/extracted or deleted/);
        const moved = AllPixels(await DrawAsync(scene));
        while (segmentation.editor!.undo()) {}
        expect(AllPixels(await DrawAsync(scene))).toEqual(start);
        while (segmentation.editor!.redo()) {}
        expect(AllPixels(await DrawAsync(scene))).toEqual(moved);
        scene.detachControl();
    });

    it("selects several parts, which keep their colors while the others are dimmed", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        scene.attachControl();
        await DrawAsync(scene);
        pointer.click(PIXELS[0]);
        pointer.click(PIXELS[3], { shiftKey: true });
        pointer.move(NOWHERE);
        scene.detachControl();
        expect(segmentation.selection.size).toBe(2);
        expect(segmentation.selectedPart).toBeNull();
        let pixel = await DrawAsync(scene);
        for (const [leaf, isBright] of [true, false, false, true].entries()) {
            const expected = segmentation.pointCloud!.colorOf(leaf);
            if (isBright) {
                ExpectColor(pixel(...PIXELS[leaf]), expected, `leaf ${leaf}`);
            } else {
                expect(Math.max(...pixel(...PIXELS[leaf])), `leaf ${leaf}`).toBeLessThan(
                    0.7 * 255 * Math.max(...expected),
                );
            }
        }
        // A box over the left half, and then one that only touches the upper right point's part.
        segmentation.selectionTools!.box({ x: 0, y: 0 }, { x: MIDDLE, y: CANVAS_SIZE });
        expect([...segmentation.selection.leaves(segmentation.parts!.dendrogram.order)].sort()).toEqual([0, 2]);
        segmentation.partCount = 2;
        segmentation.selectionTools!.box({ x: MIDDLE, y: 0 }, { x: CANVAS_SIZE, y: MIDDLE });
        expect(segmentation.selection.isEmpty).toBe(true);
        segmentation.selectionTools!.box({ x: MIDDLE, y: 0 }, { x: CANVAS_SIZE, y: MIDDLE }, { minShare: 0 });
        expect([...segmentation.selectedPart!.leaves]).toEqual([2, 3]);
        segmentation.selection.clear();
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PIXELS[1]), segmentation.pointCloud!.colorOf(0));
    });

    it("selects only visible parts on request", async () => {
        // Two walls of 7 x 7 points, one half a unit behind the other; z is up, and y points away from the camera.
        const count = 49;
        const positions = Float32Array.from(
            Array.from({ length: 2 * count }, (_, i) => [
                (i % 7) / 6 - 0.5,
                i < count ? 0 : 0.8,
                Math.floor((i % count) / 7) / 6 - 0.5,
            ]).flat(),
        );
        const others = Array.from({ length: 2 * count }, (_, i) => i).filter((i) => i % count !== 0);
        const dendrogram = CreateDendrogram({
            leafCount: 2 * count,
            first: Uint32Array.from([...others.map((i) => i - (i % count)), 0]),
            second: Uint32Array.from([...others, count]),
            height: Float64Array.from({ length: 2 * count - 1 }, (_, m) => m),
        });
        const colors = new Uint8Array(6 * count).fill(200);
        await segmentation.setHierarchyAsync(
            new SegmentationHierarchy("walls", positions, colors, new Map([["distance", dendrogram]])),
        );
        segmentation.partCount = 2;
        await DrawAsync(scene);
        const [from, to] = [
            { x: 2, y: 2 },
            { x: CANVAS_SIZE - 2, y: CANVAS_SIZE - 2 },
        ];
        const { selection, parts } = segmentation;
        const selectionTools = segmentation.selectionTools!;
        selectionTools.box(from, to);
        expect(selection.size).toBe(2 * count);
        selectionTools.box(from, to, { visibleOnly: true, minShare: 0 });
        expect([...segmentation.selectedPart!.leaves].sort((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, i) => i),
        );
        parts!.partOfLeaf(0, 2 * count - 2).hide();
        selectionTools.box(from, to, { visibleOnly: true });
        expect(segmentation.selectedPart!.contains(count)).toBe(true);
    });

    it("recolors, merges the picked parts, skips locked parts, and picks by a controller's ray", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        await DrawAsync(scene);
        const at = (leaf: number) => segmentation.pick(...PIXELS[leaf])!;
        at(1).recolor({ r: 1, g: 1, b: 0 });
        let pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PIXELS[1]), [1, 1, 0]);
        segmentation.editor!.merge([at(0), at(3)]);
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PIXELS[3]), segmentation.pointCloud!.colorOf(0));
        segmentation.selectAt({ x: PIXELS[3][0], y: PIXELS[3][1] });
        expect([...segmentation.selection.leaves(segmentation.parts!.dendrogram.order)].sort()).toEqual([0, 3]);
        const part = at(1);
        segmentation.editor!.lock(part);
        expect(segmentation.pick(...PIXELS[1])).toBeNull();
        expect(() => part.hide()).toThrow(/locked/);
        const ray = new Ray(new Vector3(-1, 1, -9), new Vector3(0, 0, 1));
        expect([...segmentation.pickRay(ray)!.leaves]).toEqual([2]);
        segmentation.selectAt(ray, true);
        expect(segmentation.selection.size).toBe(3);
        // Setting the same hierarchy again, as after a lost device, keeps the edits.
        await segmentation.setHierarchyAsync(segmentation.hierarchy);
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PIXELS[1]), [1, 1, 0]);
        while (segmentation.editor!.undo()) {}
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PIXELS[1]), segmentation.pointCloud!.colorOf(1));
    });

    it("extracts a part of captured content as a mesh with handles, and restores the content", async () => {
        const boxes = [-1, 1].map((x) => {
            const box = CreateBox(`box ${x}`, { size: 1 }, scene);
            box.position.x = x;
            box.material = CreateEmissiveMaterial(`material ${x}`, x < 0 ? Color3.Red() : Color3.Green(), scene);
            return box;
        });
        const content = (): unknown[] => [
            ...[...scene.meshes, ...scene.materials, ...scene.transformNodes].map(({ uniqueId }) => uniqueId),
            ...boxes.flatMap((box) => [box.material!.uniqueId, box.geometry!.uniqueId, ...box.getIndices()!]),
        ];
        const before = content();
        const capture = await CaptureSceneAsync(scene, boxes, { views: 2, size: 32, samples: 400 });
        const count = capture.elements.length;
        const border = capture.elements.findIndex((element) => element >= 12);
        const groups = Array.from(capture.elements, (element) => (element >= 12 ? 1 : 0));
        const dendrogram = DendrogramOfGroups(groups, [[0, 1]]);
        const hierarchy = new SegmentationHierarchy(
            "boxes",
            capture.geometry.positions,
            capture.geometry.colors!,
            new Map([["distance", dendrogram]]),
        );
        // Load the saved hierarchy with the same content.
        await segmentation.loadAsync(await hierarchy.serializeAsync(), { capture });
        segmentation.partCount = 2;
        const part = segmentation.parts!.partOfLeaf(border, count - 2);
        expect(part.size).toBe(count - border);
        const extracted = part.extract();
        expect(extracted.meshes.map((mesh) => [mesh.material, mesh.getTotalIndices()])).toEqual([
            [boxes[1].material, 36],
        ]);
        expect(Vector3.Distance(extracted.root.absolutePosition, boxes[1].position)).toBeLessThan(1e-5);

        const observers = scene.onPointerObservable.observers.length;
        const gizmos = AttachGizmos(segmentation.editor!, extracted);
        const handle = gizmos.manager.gizmos.positionGizmo!;
        expect(handle.attachedNode).toBe(extracted.root);
        handle.onDragStartObservable.notifyObservers({} as never);
        extracted.root.position.y += 1;
        handle.onDragEndObservable.notifyObservers({} as never);
        expect(segmentation.editor!.nameOf(part)).toMatch(/^box 1/); // the node that it comes from
        expect(segmentation.editor!.history.names).toEqual([
            `Extract ${segmentation.editor!.nameOf(part)}`,
            `Transform ${segmentation.editor!.nameOf(part)}`,
        ]);
        gizmos.mode = "rotation";
        expect([gizmos.manager.gizmos.rotationGizmo!.attachedNode, gizmos.manager.positionGizmoEnabled]).toEqual([
            extracted.root,
            false,
        ]);
        segmentation.editor!.lock(extracted);
        expect(gizmos.manager.rotationGizmoEnabled).toBe(false);
        segmentation.editor!.undo();
        expect(gizmos.manager.gizmos.rotationGizmo!.attachedNode).toBe(extracted.root);
        boxes[1].isVisible = false;
        const offset = Math.round(MIDDLE / (3.5 * Math.tan(0.4)));
        gizmos.dispose();
        const pixel = await DrawAsync(scene);
        expect(pixel(MIDDLE + offset, MIDDLE - offset)).toEqual([0, 255, 0]);
        expect(pixel(MIDDLE + offset, MIDDLE + 8)).toEqual(BLACK); // its leaves moved with it
        boxes[1].isVisible = true;
        segmentation.editor!.undo();
        expect(Vector3.Distance(extracted.root.absolutePosition, boxes[1].position)).toBeLessThan(1e-5);
        segmentation.editor!.undo();
        segmentation.editor!.redo();
        segmentation.dispose();
        expect(content()).toEqual(before);
        expect(scene.onPointerObservable.observers.length).toBeLessThanOrEqual(observers);
    });

    it("keeps edits when the same hierarchy is shown again, also on a given mesh", async () => {
        const hierarchy = CreateSquare();
        const mesh = new Mesh("own", scene);
        const points = new VertexData();
        points.positions = hierarchy.positions;
        points.applyToMesh(mesh);
        mesh.isUnIndexed = true;
        for (const own of [null, mesh]) {
            const other = new UltrametricSegmentation(scene, { mesh: own });
            await other.setHierarchyAsync(hierarchy);
            other.editor!.hide({ start: 0, end: 1 });
            await other.setHierarchyAsync(hierarchy);
            expect(other.editor!.isHidden({ start: 0, end: 1 })).toBe(true);
            await other.setHierarchyAsync(CreateSquare());
            expect(other.editor!.isHidden({ start: 0, end: 1 })).toBe(false);
            other.dispose();
        }
    });
});
