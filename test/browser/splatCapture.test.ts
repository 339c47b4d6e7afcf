import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import { afterEach, describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import type { PinholeCamera } from "../../src/compute/views/pinholeCamera";
import { NO_ELEMENT } from "../../src/plugin/content/sceneContent";
import type { SplatData } from "../../src/plugin/content/splatData";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { CaptureSceneAsync } from "../../src/plugin/sceneCapture/sceneCapture";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { CreateCamera } from "../support/cameras";
import { CreateSplatMeshAsync, CreateSplatTable } from "../support/splatScene";

const engine = UseBrowserEngine();
let scene: Scene;

afterEach(async () => {
    scene.dispose();
    await CheckGpuAsync(engine());
});

/** Returns the scene's camera in the capture's world. */
function SceneCamera(size: number): PinholeCamera {
    const focal = size / 2 / Math.tan(scene.activeCamera!.fov / 2);
    return CreateCamera(size, { focal });
}

/** Creates large splats of every shape and orientation. */
function RandomSplats(count: number, seed: number): SplatData {
    const random = CreateRandom(seed);
    const rotations = new Float32Array(4 * count);
    for (let i = 0; i < count; i++) {
        const q = [0, 1, 2, 3].map(() => random() - 0.5);
        rotations.set(
            q.map((value) => value / Math.hypot(...q)),
            4 * i,
        );
    }
    return {
        count,
        positions: Float32Array.from({ length: 3 * count }, () => 1.6 * random() - 0.8),
        scales: Float32Array.from({ length: 3 * count }, () => 0.03 + 0.2 * random() ** 2),
        rotations,
        colors: Uint8Array.from({ length: 4 * count }, (_, i) => (i % 4 === 3 ? 120 + 130 * random() : 255 * random())),
    };
}

describe("captures of Gaussian splats", () => {
    it.each([false, true])("look as Babylon renders them, right-handed scene: %s", async (isRightHanded) => {
        scene = CreateBlackScene(engine(), isRightHanded);
        const mesh = await CreateSplatMeshAsync("splats", RandomSplats(40, 5), scene);
        mesh.position = new Vector3(0.2, -0.1, 0.1);
        mesh.rotationQuaternion = Quaternion.FromEulerAngles(0.4, 0.7, -0.3);
        mesh.scaling = new Vector3(1, -1, 1.2);
        const pixel = await DrawAsync(scene);
        const capture = await CaptureSceneAsync(scene, [mesh], { cameras: [SceneCamera(CANVAS_SIZE)] });
        const { image } = capture.views[0];
        let sum = 0;
        let bright = 0;
        for (let y = 0; y < CANVAS_SIZE; y++) {
            for (let x = 0; x < CANVAS_SIZE; x++) {
                const at = 4 * (y * CANVAS_SIZE + x);
                const theirs = pixel(x, y);
                for (let c = 0; c < 3; c++) {
                    // The canvas has a black background.
                    const ours = (image[at + c] * image[at + 3]) / 255;
                    sum += Math.abs(ours - theirs[c]);
                    bright += theirs[c] > 20 ? 1 : 0;
                }
            }
        }
        // Babylon blurs splats less, cuts them off earlier and sums bytes: 0.48 measured.
        expect(bright).toBeGreaterThan(3000);
        expect(sum / (3 * CANVAS_SIZE ** 2)).toBeLessThan(0.8);
    });

    it("have the opaque splats as leaves, and assign faint splats to them", async () => {
        scene = CreateBlackScene(engine());
        const { splats, objects } = CreateSplatTable(6000, 1);
        const mesh = await CreateSplatMeshAsync("table", splats, scene);
        mesh.scaling.y = -1;
        const before = {
            meshes: scene.meshes.length,
            textures: scene.textures.length,
            materials: scene.materials.length,
        };
        const capture = await CaptureSceneAsync(scene, [mesh], { views: 6, size: 96 });
        expect({
            meshes: scene.meshes.length,
            textures: scene.textures.length,
            materials: scene.materials.length,
        }).toEqual(before);
        expect(capture.items).toEqual([
            { mesh, thinInstance: -1, kind: "splats", firstElement: 0, elementCount: 6000 },
        ]);
        expect([...capture.elements]).toEqual([...objects.keys()].filter((i) => objects[i] >= 0));
        const { positions, normals, faceNormals, colors } = capture.geometry;
        expect(faceNormals).toBeNull();
        let aligned = 0;
        capture.elements.forEach((splat, leaf) => {
            // The mesh mirrors y, and the capture's world z.
            [1, -1, -1].forEach((sign, a) => {
                expect(positions[3 * leaf + a]).toBeCloseTo(sign * splats.positions[3 * splat + a], 5);
                expect(colors![3 * leaf + a]).toBe(splats.colors[4 * splat + a]);
            });
            aligned += objects[splat] === 0 && Math.abs(normals![3 * leaf + 1]) > 0.99 ? 1 : 0;
        });
        // The table's top and bottom have 8 of its 8.8 square units; rotations are stored as bytes.
        let top = objects.filter((id) => id === 0).length;
        expect(Math.abs(aligned / top - 8 / 8.8)).toBeLessThan(0.02);
        const leaves = ContentLeaves.Create(capture, { name: "table", leafCount: capture.elements.length });
        for (let splat = 0; splat < 6000; splat++) {
            const leaf = leaves.leafOfElement[splat];
            if (objects[splat] >= 0) {
                expect(capture.elements[leaf]).toBe(splat);
            } else {
                const distance = (other: number): number =>
                    Math.hypot(
                        ...[0, 1, 2].map((a) => splats.positions[3 * splat + a] - splats.positions[3 * other + a]),
                    );
                expect(distance(capture.elements[leaf])).toBeLessThanOrEqual(
                    distance(capture.elements[(splat * 7) % capture.elements.length]) + 1e-5,
                );
            }
        }
        // Views see splats at their visible pixels, and hardly any floaters.
        let seen = 0;
        let floaters = 0;
        let exact = 0;
        top = 0;
        const at = [0, 0, 0];
        capture.views.forEach(({ camera, depth }, v) => {
            capture.elementImages[v].forEach((element, pixel) => {
                if (element !== NO_ELEMENT) {
                    seen++;
                    floaters += objects[element] < 0 ? 1 : 0;
                    camera.unproject((pixel % 96) + 0.5, Math.floor(pixel / 96) + 0.5, depth![pixel], at);
                    if (objects[element] === 0 && Math.abs(splats.positions[3 * element + 1]) < 1e-4) {
                        top++;
                        exact += Math.abs(at[1]) < 0.01 ? 1 : 0;
                    }
                } else {
                    expect(depth![pixel]).toBe(0);
                }
            });
        });
        expect(seen).toBeGreaterThan(4000);
        expect(floaters).toBeLessThan(seen / 50);
        // Rotations stored as bytes tilt a splat by up to 0.01; seen edge-on, its depth is that of its rim.
        expect(top).toBeGreaterThan(1000);
        expect(exact / top).toBeGreaterThan(0.97);
    });

    it("show meshes among splats", async () => {
        scene = CreateBlackScene(engine());
        const { splats } = CreateSplatTable(4000, 2);
        const mesh = await CreateSplatMeshAsync("table", splats, scene);
        const box = CreateBox("box", { size: 0.5 }, scene);
        box.position.y = -0.6; // below the top, between the legs
        const capture = await CaptureSceneAsync(scene, [mesh, box], {
            views: 5,
            size: 64,
            samples: 300,
            elevations: [-0.2, 1.4],
        });
        expect(capture.items.map(({ kind }) => kind)).toEqual(["splats", "faces"]);
        expect(capture.elements.filter((element) => element >= 4000).length).toBe(300);
        const seen = [0, 0];
        for (const elements of capture.elementImages) {
            for (const element of elements) {
                if (element !== NO_ELEMENT) {
                    seen[element < 4000 ? 0 : 1]++;
                }
            }
        }
        expect(seen[0]).toBeGreaterThan(500);
        expect(seen[1]).toBeGreaterThan(100);
    });

    it("throw when splats are not in memory or too faint", async () => {
        scene = CreateBlackScene(engine());
        const { splats } = CreateSplatTable(500, 1);
        const mesh = await CreateSplatMeshAsync("table", splats, scene);
        await expect(CaptureSceneAsync(scene, [mesh], { splatOpacity: 0.99 })).rejects.toThrow(/splatOpacity/);
        const lost = new GaussianSplattingMesh("lost", null, scene);
        await expect(CaptureSceneAsync(scene, [lost])).rejects.toThrow(/"lost".*keepInRam/);
    });
});
