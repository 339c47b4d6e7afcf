import { Engine } from "@babylonjs/core/Engines/engine";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import type { Scene } from "@babylonjs/core/scene";
import { describe, expect, it } from "vitest";
import type { RadianceField } from "../../src/compute/fields/radiance/radianceField";
import { CameraFrusta } from "../../src/plugin/radiance/cameraFrusta";
import { RadiancePreview } from "../../src/plugin/radiance/radiancePreview";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, ExpectColor } from "../support/browserScene";
import { LookAt } from "../support/cameras";
import { CreateSquare, MIDDLE, PIXELS } from "../support/square";

async function withSceneAsync(test: (scene: Scene) => Promise<void>): Promise<void> {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = CANVAS_SIZE;
    document.body.appendChild(canvas);
    const engine = new Engine(canvas, false, { preserveDrawingBuffer: true });
    expect(engine.version).toBe(2);
    try {
        await test(CreateBlackScene(engine));
    } finally {
        engine.dispose();
        canvas.remove();
    }
}

describe("a scene with WebGL2", () => {
    it("shows a saved hierarchy: granularity, colors, picking, hidden and recolored parts", async () => {
        await withSceneAsync(async (scene) => {
            const options = { pointRadius: 0.2, display: "meshes", usePointer: false } as const;
            const segmentation = new UltrametricSegmentation(scene, options);
            await segmentation.loadAsync(new Uint8Array(await CreateSquare().serializeAsync()));
            for (const [count, starts] of [
                [4, [0, 1, 2, 3]],
                [2, [0, 0, 2, 2]],
            ] as const) {
                segmentation.partCount = count;
                const pixel = await DrawAsync(scene);
                starts.forEach((start, leaf) => {
                    const color = segmentation.pointCloud!.colorOf(start);
                    ExpectColor(pixel(...PIXELS[leaf]), color, `${count} parts, leaf ${leaf}`);
                });
                expect(pixel(MIDDLE, MIDDLE)).toEqual([0, 0, 0]);
            }
            const lower = segmentation.pick(...PIXELS[0])!;
            const upper = segmentation.pick(...PIXELS[3])!;
            expect([lower.size, upper.size]).toEqual([2, 2]);
            segmentation.colorMode = "original";
            segmentation.editor!.recolor(lower, new Color3(1, 0.5, 0));
            segmentation.editor!.hide(upper);
            const pixel = await DrawAsync(scene);
            ExpectColor(pixel(...PIXELS[0]), [1, 128 / 255, 0]);
            expect(pixel(...PIXELS[3])).toEqual([0, 0, 0]);
            expect(segmentation.pick(...PIXELS[3])).toBeNull();
            segmentation.dispose();
        });
    });

    it("shows the cameras of a capture with their images", async () => {
        await withSceneAsync(async (scene) => {
            const image = new Uint8Array(4 * 64).map((_, i) => (i % 4 === 1 || i % 4 === 3 ? 255 : 0)); // green
            const camera = LookAt([0, -1, 0], [0, 0, 0], 8, 8);
            const capture = { name: "green", views: [{ name: "view", camera, image, depth: null }], heldOutViews: [] };
            const frusta = await CameraFrusta.CreateAsync(scene, capture, { size: 1, color: [1, 0, 0] });
            const pixel = await DrawAsync(scene);
            expect(pixel(MIDDLE - 12, MIDDLE - 5)).toEqual([0, 255, 0]);
            // From the apex, in the middle, to a corner.
            expect(pixel(MIDDLE - 8, MIDDLE - 8)).toEqual([255, 0, 0]);
            frusta.dispose();
            expect((await DrawAsync(scene))(MIDDLE - 12, MIDDLE - 5)).toEqual([0, 0, 0]);
        });
    });

    it("throws on calls that need WebGPU", async () => {
        await withSceneAsync(async (scene) => {
            expect(() => new RadiancePreview(scene, {} as RadianceField)).toThrow(
                /WebGPUEngine.*this scene has a WebGL/,
            );
            const segmentation = new UltrametricSegmentation(scene);
            await expect(segmentation.captureSceneAsync([])).rejects.toMatchObject({ kind: "unsupported" });
            const capture = { name: "none", views: [], heldOutViews: [] };
            await expect(segmentation.segmentAsync(capture, { views: [] })).rejects.toMatchObject({
                kind: "unsupported",
                message: expect.stringMatching(/needs WebGPU, and this scene has a WebGL engine.*preview: true/),
            });
        });
    });
});
