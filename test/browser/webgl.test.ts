import { Engine } from "@babylonjs/core/Engines/engine";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreatePlane } from "@babylonjs/core/Meshes/Builders/planeBuilder";
import "@babylonjs/core/Meshes/instancedMesh";
import type { Scene } from "@babylonjs/core/scene";
import { describe, expect, it } from "vitest";
import type { RadianceField } from "../../src/compute/fields/radiance/radianceField";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { MeshBinding } from "../../src/plugin/display/meshBinding";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { CameraFrusta } from "../../src/plugin/radiance/cameraFrusta";
import { RadiancePreview } from "../../src/plugin/radiance/radiancePreview";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, ExpectColor } from "../support/browserScene";
import { LookAt } from "../support/cameras";
import { DendrogramOfGroups } from "../support/groupedLeaves";
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

    it("shows parts on meshes and instances, with standard and PBR materials, as it picks them", async () => {
        await withSceneAsync(async (scene) => {
            new HemisphericLight("light", new Vector3(0, 1, -1), scene);
            const plane = CreatePlane("plane", { size: 1.2 }, scene);
            plane.position.x = -0.7;
            plane.material = new StandardMaterial("plain", scene);
            const twin = plane.createInstance("twin");
            twin.position.x = 0.7;
            // Two faces each: one leaf on the first face, two on the second one.
            const items = [plane, twin].map((mesh, i) => ({
                mesh,
                kind: "faces" as const,
                firstElement: 2 * i,
                elementCount: 2,
                thinInstance: -1,
            }));
            const elements = Uint32Array.of(0, 1, 1, 2, 3, 3);
            const barycentrics = Float32Array.of(0.3, 0.3, 0.1, 0.6, 0.6, 0.1, 0.3, 0.3, 0.1, 0.6, 0.6, 0.1);
            const merges = [
                [1, 2],
                [0, 1],
                [4, 5],
                [3, 4],
                [0, 3],
            ] as const;
            const dendrogram = DendrogramOfGroups([0, 1, 2, 3, 4, 5], merges);
            const positions = new Float32Array(18).map((_, i) => i);
            const hierarchy = new SegmentationHierarchy(
                "planes",
                positions,
                new Uint8Array(18),
                new Map([["consensus", dendrogram]]),
            );
            const content = ContentLeaves.Restore(
                { name: "planes", items, elements, barycentrics },
                Uint32Array.of(0, 1, 3, 4),
            );
            const binding = await MeshBinding.CreateAsync(scene, hierarchy, content, { lamp: 0, outline: 0 });
            for (const material of [plane.material, new PBRMaterial("pbr", scene)]) {
                plane.material = material;
                await DrawAsync(scene);
                const pixel = await DrawAsync(scene);
                const colors = new Set<string>();
                let wrong = 0;
                for (let y = 44; y < 84; y += 5) {
                    for (let x = 12; x < 116; x += 3) {
                        const leaf = binding.pickLeaf(x + 0.5, y + 0.5);
                        const color = leaf < 0 ? [0, 0, 0] : binding.colorOf(dendrogram.order.indexOf(leaf));
                        const isEqual = pixel(x, y).every((value, c) => Math.abs(value - 255 * color[c]) < 1.1);
                        wrong += isEqual ? 0 : 1;
                        colors.add(String(pixel(x, y)));
                    }
                }
                expect(colors.size, `${material.name}: six parts and the background`).toBe(7);
                expect(wrong, `${material.name}: pixels that are colored otherwise than picked`).toBeLessThan(8);
            }
            binding.dispose();
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
