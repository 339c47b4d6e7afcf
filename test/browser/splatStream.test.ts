import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { expect, it } from "vitest";
import { SceneToCapture } from "../../src/plugin/babylon/worldFrame";
import { StreamSlotsOf } from "../../src/plugin/content/streamSlots";
import { StreamLeaves } from "../../src/plugin/display/streamLeaves";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { GroupedHierarchy } from "../support/groupedHierarchy";
import { CreateSplatTable } from "../support/splatScene";
import { CreateSplatStream } from "../support/splatStream";

// Babylon's streams decode into more bytes per pixel than WebGPU allows by default.
const engine = UseBrowserEngine(CANVAS_SIZE, CANVAS_SIZE, { setMaximumLimits: true });
const [COARSE, FINE] = [800, 2500];
const coarse = CreateSplatTable(COARSE, 3);
const fine = CreateSplatTable(FINE, 5);

/** Draws until a stream shows a level. */
async function ShowLevelAsync(stream: ReturnType<typeof CreateSplatStream>["stream"], level: number): Promise<void> {
    stream.maxDetailLod = level;
    const count = [FINE, COARSE][level];
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
    const followed = await leaves.leafOfSlot.readAsync(start, FINE);
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
        const capture = await segmentation.captureSceneAsync([stream], { views: 1, size: 16 });
        expect(capture.elements).toHaveLength(coarse.objects.filter((object) => object >= 0).length);
        const toLeaves = stream.computeWorldMatrix(true).multiply(SceneToCapture("y", false));
        const leafOf = (element: number): Vector3 =>
            Vector3.TransformCoordinates(Vector3.FromArray(coarse.splats.positions, 3 * element), toLeaves);
        for (const [leaf, element] of capture.elements.entries()) {
            const captured = Vector3.FromArray(capture.geometry.positions, 3 * leaf);
            expect(captured.subtract(leafOf(element)).length()).toBeLessThan(1e-3);
        }

        // A hierarchy that has the objects as parts, saved before.
        const positions = new Float32Array(3 * COARSE);
        for (let splat = 0; splat < COARSE; splat++) {
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
        const colorsOfParts = Array.from(new Set(coarse.objects), (object) => {
            const part = segmentation.parts!.partOfLeaf(coarse.objects.indexOf(object), COARSE - 9);
            return segmentation.pointCloud!.colorOf(part.start).map((value) => 255 * value);
        });
        const shareInColors = (frame: Awaited<ReturnType<typeof DrawAsync>>): number => {
            const drawn = Array.from({ length: CANVAS_SIZE ** 2 }, (_, p) =>
                frame(p % CANVAS_SIZE, Math.floor(p / CANVAS_SIZE)),
            ).filter((pixel) => Math.max(...pixel) > 60);
            const isPart = (pixel: readonly number[]): boolean =>
                colorsOfParts.some((color) => color.every((value, c) => Math.abs(value - pixel[c]) < 30));
            return drawn.filter(isPart).length / drawn.length;
        };
        const inParts = shareInColors(await DrawAsync(scene));
        segmentation.colorMode = "original";
        const inOriginals = shareInColors(await DrawAsync(scene));
        expect(inParts, `${inParts} and ${inOriginals}`).toBeGreaterThan(0.7);
        expect(inOriginals).toBeLessThan(0.3);
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
