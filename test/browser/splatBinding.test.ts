import { GaussianSplattingMaterial } from "@babylonjs/core/Materials/GaussianSplatting/gaussianSplattingMaterial";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import { NO_ELEMENT } from "../../src/plugin/content/sceneContent";
import { ReadSplatData, SPLAT_BYTES } from "../../src/plugin/content/splatData";
import { HARMONIC_BYTES } from "../../src/plugin/content/splatHarmonics";
import { SplatBinding } from "../../src/plugin/display/splatBinding";
import type { SceneCapture } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { ToolsPanel } from "../../src/ui/tools/toolsPanel";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { GuiPointer } from "../support/guiPointer";
import { WriteSplatBytes } from "../support/splatBytes";
import { CreateSplatMeshAsync, CreateSplatTable } from "../support/splatScene";

const engine = UseBrowserEngine();
const { splats, objects } = CreateSplatTable(5000, 3);
let scene: Scene;
let mesh: GaussianSplattingMesh;

beforeEach(async () => {
    scene = CreateBlackScene(engine());
    mesh = await CreateSplatMeshAsync("table", splats, scene);
    mesh.rotation = new Vector3(-0.6, 0.4, 0);
    mesh.position.y = 0.2;
});

afterEach(async () => {
    scene.dispose();
    await CheckGpuAsync(engine());
});

type Frame = (x: number, y: number) => [number, number, number];

/** Returns the largest difference of a channel between two frames. */
function LargestDifference(a: Frame, b: Frame): number {
    let largest = 0;
    for (let y = 0; y < CANVAS_SIZE; y++) {
        for (let x = 0; x < CANVAS_SIZE; x++) {
            const other = b(x, y);
            a(x, y).forEach((value, c) => {
                largest = Math.max(largest, Math.abs(value - other[c]));
            });
        }
    }
    return largest;
}

function ExpectNear(actual: readonly number[], expected: readonly number[], note: string): void {
    // Splats behind show through a little, since no splat is fully opaque.
    actual.forEach((value, c) => {
        expect(Math.abs(value - 255 * expected[c]), `${note}: [${actual}] not [${expected}]`).toBeLessThan(14);
    });
}

/** Creates masks of the objects in every view. */
function ObjectMasks(capture: SceneCapture) {
    return {
        views: capture.views.map(({ camera }, v) => ({
            masks: [0, 1, 2, 3, 4, 5, 6, 7].flatMap((object) => {
                const bitmap = Uint8Array.from(capture.elementImages[v], (element) =>
                    element !== NO_ELEMENT && objects[element] === object ? 1 : 0,
                );
                return bitmap.some((value) => value === 1)
                    ? [
                          {
                              region: RunLengthMask.FromBitmap(bitmap, camera.width, camera.height),
                              predictedIou: 1,
                              stability: 1,
                          },
                      ]
                    : [];
            }),
        })),
    };
}

async function SegmentAsync(): Promise<{ segmentation: UltrametricSegmentation; capture: SceneCapture }> {
    const segmentation = new UltrametricSegmentation(scene, { upAxis: "y", usePointer: false });
    const capture = await segmentation.captureSceneAsync([mesh], { views: 12, size: 128 });
    await segmentation.segmentAsync(capture, ObjectMasks(capture), { preview: true });
    segmentation.partCount = 8;
    await DrawAsync(scene); // picking uses the camera of the last frame
    return { segmentation, capture };
}

/** Returns the screen position of the center of an object's splats. */
function OnScreen(object: number): [number, number] {
    const world = mesh.computeWorldMatrix(true);
    const middle = Vector3.Zero();
    let count = 0;
    objects.forEach((id, i) => {
        if (id === object) {
            middle.addInPlace(Vector3.FromArray(splats.positions, 3 * i));
            count++;
        }
    });
    const camera = scene.activeCamera!;
    const at = Vector3.Project(
        middle.scale(1 / count),
        world,
        scene.getTransformMatrix(),
        camera.viewport.toGlobal(CANVAS_SIZE, CANVAS_SIZE),
    );
    return [Math.round(at.x), Math.round(at.y)];
}

describe("SplatBinding", () => {
    it("shows parts on the splats, picks them, and restores the original look", async () => {
        const first = await DrawAsync(scene);
        const own = mesh.material;
        const counts = (): number[] => [scene.meshes.length, scene.materials.length, scene.textures.length];
        const countsBefore = counts();
        const { segmentation } = await SegmentAsync();
        expect(segmentation.splatMeshes).toEqual([mesh]);
        expect(segmentation.pointCloud!.mesh.isEnabled()).toBe(false);

        // Picking returns the object at the pixel, which has the color of its part.
        const frame = await DrawAsync(scene);
        const tree = segmentation.parts!;
        const capture = segmentation.content!.capture;
        for (const object of [5, 6, 7]) {
            const [x, y] = OnScreen(object);
            const part = segmentation.pick(x, y)!;
            const leaves = [...tree.dendrogram.order.slice(part.start, part.end)];
            const own = leaves.filter((leaf) => objects[capture.elements[leaf]] === object).length;
            expect(own / leaves.length, `object ${object}`).toBeGreaterThan(0.85);
            // The box's underside, a sixth of it, is not visible, so it joins adjacent parts.
            expect(own / objects.filter((id) => id === object).length).toBeGreaterThan(0.8);
            ExpectNear(frame(x, y), segmentation.pointCloud!.colorOf(part.start), `object ${object}`);
        }
        expect(segmentation.pick(2, 2)).toBeNull();

        segmentation.colorMode = "original";
        expect(LargestDifference(await DrawAsync(scene), first)).toBeLessThanOrEqual(1);

        segmentation.dispose();
        expect(mesh.material).toBe(own);
        expect(counts()).toEqual(countsBefore);
        expect(LargestDifference(await DrawAsync(scene), first)).toBe(0);
    });

    it("follows granularity, hover, selection and hidden parts", async () => {
        const { segmentation } = await SegmentAsync();
        const [x, y] = OnScreen(5);
        const [boxX, boxY] = OnScreen(6);
        const part = segmentation.pick(x, y)!;
        const color = segmentation.pointCloud!.colorOf(part.start);
        segmentation.hoveredPart = part;
        ExpectNear(
            (await DrawAsync(scene))(x, y),
            color.map((value) => value + 0.25 * (1 - value)),
            "hovered",
        );
        segmentation.hoveredPart = null;
        segmentation.selectedPart = part;
        const selected = await DrawAsync(scene);
        ExpectNear(selected(x, y), color, "selected");
        expect(Math.max(...selected(boxX, boxY))).toBeLessThan(160); // dimmed
        segmentation.selectedPart = null;

        segmentation.editor!.hide(part);
        const hidden = await DrawAsync(scene);
        expect(Math.max(...hidden(x, y).map((value, c) => Math.abs(value - 255 * color[c])))).toBeGreaterThan(20);
        const behind = segmentation.pick(x, y);
        expect(behind === null || behind.start !== part.start).toBe(true);
        segmentation.editor!.history.undo();
        ExpectNear((await DrawAsync(scene))(x, y), color, "shown again");

        segmentation.granularity = 0;
        const whole = segmentation.pointCloud!.colorOf(segmentation.pick(x, y)!.start);
        const coarse = await DrawAsync(scene);
        ExpectNear(coarse(x, y), whole, "one part");
        ExpectNear(coarse(boxX, boxY), segmentation.pointCloud!.colorOf(segmentation.pick(boxX, boxY)!.start), "box");
    });

    it("keeps harmonics in the original look", async () => {
        const harmonics = new Uint8Array(HARMONIC_BYTES * engine().getCaps().maxTextureSize).map((_, i) =>
            i < HARMONIC_BYTES * 5000 ? 90 + ((i * 37) % 80) : 128,
        );
        mesh.updateData(WriteSplatBytes(splats).buffer, [harmonics], { flipY: false }, undefined, 1);
        const first = await DrawAsync(scene);
        const { segmentation } = await SegmentAsync();
        segmentation.colorMode = "original";
        expect(LargestDifference(await DrawAsync(scene), first)).toBeLessThanOrEqual(1);
        segmentation.colorMode = "parts";
        expect(LargestDifference(await DrawAsync(scene), first)).toBeGreaterThan(50);
    });

    it("extracts splats with their look, in their place", async () => {
        const first = await DrawAsync(scene);
        const { segmentation } = await SegmentAsync();
        segmentation.colorMode = "original";
        const [x, y] = OnScreen(5);
        const extracted = segmentation.editor!.extract(segmentation.pick(x, y)!);
        expect(extracted.meshes.length).toBe(1);
        const ball = extracted.meshes[0] as GaussianSplattingMesh;
        expect(ball.getClassName()).toBe("GaussianSplattingMesh");
        const count = objects.filter((id) => id === 5).length;
        expect(Math.abs(ball.splatsData!.byteLength / SPLAT_BYTES / count - 1)).toBeLessThan(0.1);
        const frame = await DrawAsync(scene);
        ExpectNear(
            frame(x, y),
            first(x, y).map((value) => value / 255),
            "in its place",
        );
        extracted.root.position.x += 0.6;
        const copy = segmentation.editor!.duplicate(extracted);
        expect(ReadSplatData(copy.meshes[0] as GaussianSplattingMesh).count).toBe(ReadSplatData(ball).count);
        const moved = await DrawAsync(scene);
        expect(moved(x, y)[0]).toBeLessThan(first(x, y)[0] - 20);
        segmentation.editor!.history.undo();
        segmentation.editor!.history.undo();
        expect(LargestDifference(await DrawAsync(scene), first)).toBeLessThanOrEqual(1);

        // The same as a compound, whose parts Babylon moves, by a tool that only splats have.
        const editor = segmentation.editor!;
        const name = editor.nameOf(segmentation.pick(x, y)!);
        const texture = AdvancedDynamicTexture.CreateFullscreenUI("tools", true, scene);
        scene.attachControl();
        new ToolsPanel(segmentation, texture);
        const pointer = new GuiPointer(engine().getRenderingCanvas()!);
        expect(texture.getControlByName("tool compound")!.isVisible).toBe(true);
        editor.lock({ start: 0, end: 5 });
        pointer.key("k");
        await expect.poll(() => (texture.getControlByName("toolsStatus") as TextBlock).text).toMatch(/locked/);
        editor.undo();
        pointer.key("k");
        await expect.poll(() => editor.active).not.toBeNull();
        const compound = editor.active!;
        texture.dispose();
        expect(compound.proxies).toHaveLength(8);
        const whole = await DrawAsync(scene);
        expect(LargestDifference(whole, first)).toBeLessThan(12); // the order of equal depths differs
        compound.proxies.find((proxy) => proxy.name === name)!.isVisible = false;
        expect((await DrawAsync(scene))(x, y)[0]).toBeLessThan(first(x, y)[0] - 20);
        segmentation.editor!.undo();
        expect(LargestDifference(await DrawAsync(scene), first)).toBeLessThanOrEqual(1);
    });

    it("is disposed with its mesh, and throws on invalid input", async () => {
        const { segmentation } = await SegmentAsync();
        const content = segmentation.content!;
        expect(
            () =>
                new SplatBinding(segmentation.pointCloud!, {
                    items: content.items,
                    leafOfElement: content.leafOfElement.map(() => 9999),
                }),
        ).toThrow(/9999|beyond/);
        expect(mesh.material!.name).toMatch(/\(parts\)$/);
        const materials = scene.materials.filter((material) => material instanceof GaussianSplattingMaterial);
        expect(materials.length).toBe(2);
        mesh.dispose();
        expect(scene.materials.filter((material) => material instanceof GaussianSplattingMaterial)).toEqual([]);
        segmentation.dispose();
    });
});
