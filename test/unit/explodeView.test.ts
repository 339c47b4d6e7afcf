import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { beforeEach, describe, expect, it } from "vitest";
import { LEAF_HIDDEN } from "../../src/compute/partColors/leafColors";
import { ExplodeView } from "../../src/plugin/session/explodeView";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CreateBoxContent } from "../support/boxContent";
import { UseNullScene } from "../support/nullScene";

const sceneOf = UseNullScene();
let boxes: Mesh[];
let segmentation: UltrametricSegmentation;

/** Three boxes 2 apart below a node, each a part of two leaves of which each holds three sides. */
beforeEach(async () => {
    const scene = sceneOf();
    const made = CreateBoxContent(scene);
    boxes = made.boxes;
    const { hierarchy, content } = made;
    segmentation = new UltrametricSegmentation(scene, { usePointer: false });
    await segmentation.setHierarchyAsync(hierarchy, { content: content as never });
    segmentation.partCount = 3;
});

/** The meshes of the view, by their center's x. */
function newMeshes(before: readonly unknown[]): number[] {
    return sceneOf()
        .meshes.filter((mesh) => !before.includes(mesh))
        .map((mesh) => {
            mesh.computeWorldMatrix(true);
            return mesh.getBoundingInfo().boundingBox.centerWorld.x;
        })
        .sort((a, b) => a - b);
}

function shownLeaves(): number[] {
    const { data } = segmentation.pointCloud!.overrides!;
    return [...data.keys()].filter((leaf) => (data[leaf] & LEAF_HIDDEN) === 0);
}

describe("explode view", () => {
    it("moves parts apart from the centers of their parents, and restores the scene exactly", async () => {
        const before = [...sceneOf().meshes];
        const nodes = sceneOf().transformNodes.length;
        const { overrides } = segmentation.pointCloud!;
        const saved = await segmentation.serializeAsync();
        const explode = new ExplodeView(segmentation);
        explode.amount = 1;
        expect(explode.isShown).toBe(false);
        await explode.whenReadyAsync();
        const apart = newMeshes(before);
        expect(apart).toHaveLength(3);
        expect(apart[1] - apart[0]).toBeGreaterThan(2.5);
        expect(apart[2] - apart[1]).toBeGreaterThan(2.5);
        explode.amount = 0.5;
        const half = newMeshes(before);
        for (const [i, x] of half.entries()) {
            expect(x - 2 * i).toBeCloseTo((apart[i] - 2 * i) / 2, 5);
        }
        expect(shownLeaves()).toEqual([]);
        expect(segmentation.editor!.history.canUndo).toBe(false);
        expect(await segmentation.serializeAsync()).toEqual(saved);
        segmentation.selection.replace([
            { start: 0, end: 2 },
            { start: 4, end: 6 },
        ]);
        expect(segmentation.pointCloud!.overrides!.hasSelection).toBe(true);
        explode.amount = 0;
        expect(newMeshes(before)).toEqual([]);
        expect(sceneOf().meshes).toHaveLength(before.length);
        expect(sceneOf().transformNodes).toHaveLength(nodes);
        expect(segmentation.pointCloud!.overrides).toBe(overrides);
        expect(shownLeaves()).toHaveLength(6);
    });

    it("follows cuts and edits, and leaves hidden parts and the nodes of extracted ones alone", async () => {
        const before = [...sceneOf().meshes];
        const explode = new ExplodeView(segmentation, { spread: 2 });
        explode.amount = 1;
        await explode.whenReadyAsync();
        segmentation.partCount = 6;
        await explode.whenReadyAsync();
        expect(newMeshes(before)).toHaveLength(6);
        segmentation.partCount = 3;
        const { editor } = segmentation;
        editor!.hide(segmentation.parts!.partOfInterval({ start: 0, end: 2 })!);
        const out = editor!.extract({ start: 4, end: 6 });
        const position = out.meshes[0].position.clone();
        await explode.whenReadyAsync();
        expect(newMeshes(before)).toHaveLength(2);
        expect(out.meshes[0].getBoundingInfo().boundingBox.centerWorld.x).toBeCloseTo(8, 5); // 2 from the center
        expect(out.root.absolutePosition.asArray()).toEqual([4, 0, 0]);
        editor!.transform(out, { position: new Vector3(0, 3, 0) });
        await explode.whenReadyAsync();
        explode.amount = 0;
        expect(out.meshes[0].position.asArray()).toEqual(position.asArray());
        expect(newMeshes(before)).toHaveLength(1);
        explode.amount = 1; // while it starts
        segmentation.dispose();
        await explode.whenReadyAsync();
        expect([...sceneOf().meshes].every((mesh, i) => mesh === boxes[i])).toBe(true);
        expect(sceneOf().meshes).toHaveLength(3);
        expect(() => {
            explode.amount = 1;
        }).toThrow("disposed");
    });

    it("explodes the points of a hierarchy without content, and reports what cannot be", async () => {
        const { hierarchy } = segmentation;
        await segmentation.setHierarchyAsync(null);
        const explode = new ExplodeView(segmentation);
        explode.amount = 1;
        await segmentation.setHierarchyAsync(hierarchy);
        const before = [...sceneOf().meshes];
        await explode.whenReadyAsync();
        expect(newMeshes(before)).toHaveLength(3);
        expect(shownLeaves()).toEqual([]);
        explode.dispose();
        expect(newMeshes(before)).toEqual([]);
        expect(sceneOf().meshes).toHaveLength(before.length);
        expect(() => new ExplodeView(segmentation, { spread: 0 })).toThrow("positive");
    });

    it("falls back to amount 0 when a mesh of the content is gone", async () => {
        const explode = new ExplodeView(segmentation);
        const errors: string[] = [];
        explode.onErrorObservable.add(({ message }) => errors.push(message));
        boxes[1].dispose();
        const before = [...sceneOf().meshes];
        explode.amount = 1;
        await explode.whenReadyAsync();
        expect(explode.amount).toBe(0);
        expect(errors).toEqual([expect.stringContaining('"box 1" has been disposed')]);
        expect(newMeshes(before)).toEqual([]);
        expect(sceneOf().meshes).toHaveLength(before.length);
        expect(shownLeaves()).toHaveLength(6);
    });
});
