import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { expect, it } from "vitest";
import { SceneToCapture } from "../../src/plugin/babylon/worldFrame";
import { StreamSlotsOf } from "../../src/plugin/content/splatStream";
import { StreamLeaves } from "../../src/plugin/display/streamLeaves";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { GroupedHierarchy } from "../support/groupedHierarchy";
import { CreateSplatTable } from "../support/splatScene";
import { CreateSplatStream } from "../support/splatStream";

// Babylon's streams decode into more bytes per pixel than WebGPU allows by default.
const engine = UseBrowserEngine(CANVAS_SIZE, CANVAS_SIZE, { setMaximumLimits: true });
const coarse = CreateSplatTable(1500, 3);
const fine = CreateSplatTable(6000, 5);

/** Draws until a stream shows a level. */
async function ShowLevelAsync(stream: ReturnType<typeof CreateSplatStream>["stream"], level: number): Promise<void> {
    stream.maxDetailLod = level;
    const count = [6000, 1500][level];
    await expect
        .poll(
            async () => {
                await DrawAsync(stream.getScene());
                return StreamSlotsOf(stream)?.shown[1];
            },
            { interval: 10, timeout: 20_000 },
        )
        .toBe(count);
    await stream.whenSettledAsync();
}

/** Returns the share of the shown splats that follow a leaf of their own object. */
async function AccuracyAsync(leaves: StreamLeaves, scene: Scene, start: number): Promise<number> {
    await leaves.whenCarriedAsync();
    const followed = await leaves.leafOfSlot.readAsync(start, 6000);
    await DrawAsync(scene);
    const solid = [...fine.objects.keys()].filter((splat) => fine.objects[splat] >= 0);
    return solid.filter((splat) => coarse.objects[followed[splat]] === fine.objects[splat]).length / solid.length;
}

it("shows parts on a stream, and carries them to the levels that come", async () => {
    const scene = CreateBlackScene(engine());
    const { stream, restore } = CreateSplatStream([fine.splats, coarse.splats], scene, { maxDetailLod: 1 });
    try {
        const segmentation = new UltrametricSegmentation(scene, { upAxis: "y", usePointer: false });
        await expect(segmentation.captureSceneAsync([stream])).rejects.toThrow(/whenSettledAsync/);
        await ShowLevelAsync(stream, 1);
        const capture = await segmentation.captureSceneAsync([stream], { views: 2, size: 32 });
        expect(capture.elements).toHaveLength(coarse.objects.filter((object) => object >= 0).length);
        const toLeaves = stream.computeWorldMatrix(true).multiply(SceneToCapture("y", false));
        const leafOf = (element: number): Vector3 =>
            Vector3.TransformCoordinates(Vector3.FromArray(coarse.splats.positions, 3 * element), toLeaves);
        for (const [leaf, element] of capture.elements.entries()) {
            const captured = Vector3.FromArray(capture.geometry.positions, 3 * leaf);
            expect(captured.subtract(leafOf(element)).length()).toBeLessThan(1e-3);
        }

        // A hierarchy that has the objects as parts, saved before.
        const positions = new Float32Array(3 * 1500);
        for (let splat = 0; splat < 1500; splat++) {
            positions.set(leafOf(splat).asArray(), 3 * splat);
        }
        const colors = coarse.splats.colors.filter((_, i) => i % 4 < 3);
        const hierarchy = GroupedHierarchy("table", positions, colors, coarse.objects);
        await segmentation.setHierarchyAsync(hierarchy);
        segmentation.partCount = 9;
        await segmentation.carryToAsync([stream]);
        await segmentation.whenCarriedAsync();
        expect(segmentation.splatMeshes).toEqual([stream]);
        expect(segmentation.pointCloud!.mesh.isEnabled()).toBe(false);

        await DrawAsync(scene);
        await ShowLevelAsync(stream, 0);
        await segmentation.whenCarriedAsync();
        const frame = await DrawAsync(scene);
        const world = stream.computeWorldMatrix(true);
        for (const object of [5, 6, 7]) {
            const own = [...coarse.objects.keys()].filter((splat) => coarse.objects[splat] === object);
            const middle = own.reduce(
                (sum, splat) => sum.add(Vector3.FromArray(coarse.splats.positions, 3 * splat)),
                Vector3.Zero(),
            );
            const viewport = scene.activeCamera!.viewport.toGlobal(CANVAS_SIZE, CANVAS_SIZE);
            const center = middle.scale(1 / own.length);
            const at = Vector3.Project(center, world, scene.getTransformMatrix(), viewport);
            const part = segmentation.parts!.partOfLeaf(own[0], 1500 - 9);
            const color = segmentation.pointCloud!.colorOf(part.start);
            frame(Math.round(at.x), Math.round(at.y)).forEach((value, c) => {
                expect(Math.abs(value - 255 * color[c]), `object ${object}`).toBeLessThan(20);
            });
        }
        const leaves = new StreamLeaves(stream, hierarchy, segmentation.pointCloud!.worldMatrix);
        const [start] = StreamSlotsOf(stream)!.shown;
        expect(await AccuracyAsync(leaves, scene, start)).toBeGreaterThan(0.99);
        leaves.dispose();
        expect(() => segmentation.editor!.extract({ start: 0, end: 100 })).toThrow(/is a stream/);
        segmentation.dispose();
        expect(stream.material!.name).not.toMatch(/parts/);
    } finally {
        restore();
    }
});
