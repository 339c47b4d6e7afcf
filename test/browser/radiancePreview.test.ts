import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RadianceField } from "../../src/compute/fields/radiance/radianceField";
import { TrainRadianceFieldAsync } from "../../src/compute/fields/radiance/radianceFieldTrainer";
import { CreateRadianceViews } from "../../src/compute/fields/radiance/radianceViews";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { CaptureToScene } from "../../src/plugin/babylon/worldFrame";
import { PinholeOfCamera } from "../../src/plugin/radiance/pinholeOfCamera";
import { RadiancePreview } from "../../src/plugin/radiance/radiancePreview";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { SPHERE, SphereCapture, SphereConfig } from "../support/sphereViews";

const engine = UseBrowserEngine();
let field: RadianceField;

beforeAll(async () => {
    const views = CreateRadianceViews(SphereCapture(10, 24));
    ({ field } = await TrainRadianceFieldAsync(engine(), views, SphereConfig({ steps: 200, samples: 2048, seed: 5 })));
});

afterAll(() => {
    field.dispose();
});

/** Creates a scene whose camera looks at the sphere from a distance of 3. */
function CreateSphereScene(isRightHanded: boolean): { scene: Scene; middle: Vector3; front: Vector3 } {
    const scene = CreateBlackScene(engine(), isRightHanded);
    const toScene = CaptureToScene("z", isRightHanded);
    const middle = Vector3.TransformCoordinates(Vector3.FromArray(SPHERE.center), toScene);
    const front = new Vector3(0, 0, isRightHanded ? 1 : -1);
    const camera = scene.activeCamera as FreeCamera;
    camera.position = middle.add(front.scale(3));
    camera.setTarget(middle);
    return { scene, middle, front };
}

function CreateRedBox(scene: Scene, place: Vector3): Mesh {
    const box = CreateBox("box", { size: 0.2 }, scene);
    box.position = place;
    const material = new StandardMaterial("red", scene);
    material.emissiveColor = Color3.Red();
    material.disableLighting = true;
    box.material = material;
    return box;
}

/** Waits for the next image with at least `side` pixels per side. */
async function PictureAsync(preview: RadiancePreview, side = 0): Promise<void> {
    await new Promise<void>((resolve) => {
        const observer = preview.onImageChangedObservable.add(() => {
            if (preview.side >= side) {
                observer.remove();
                resolve();
            }
        });
    });
}

describe("RadiancePreview", () => {
    it.each([false, true])(
        "shows the field in the camera's view, with its depth (right-handed: %s)",
        async (isRight) => {
            const { scene, middle, front } = CreateSphereScene(isRight);
            const preview = new RadiancePreview(scene, field);
            await DrawAsync(scene);
            await PictureAsync(preview, CANVAS_SIZE);
            const camera = scene.activeCamera!;
            const pinhole = PinholeOfCamera(camera, CaptureToScene("z", isRight), CANVAS_SIZE, CANVAS_SIZE);
            const spot = [0, 0, 0];
            pinhole.project(...SPHERE.center, spot);
            expect(spot).toEqual([expect.closeTo(64, 3), expect.closeTo(64, 3), expect.closeTo(3, 5)]);
            const { color, opacity } = await field.renderAsync(pinhole);
            let pixel = await DrawAsync(scene);
            for (const [x, y] of [
                [64, 64],
                [50, 40],
                [80, 70],
                [40, 85],
                [3, 3],
            ]) {
                const at = y * CANVAS_SIZE + x;
                pixel(x, y).forEach((value, channel) => {
                    expect(Math.abs(value - 255 * color[3 * at + channel]), `${x} ${y}`).toBeLessThan(3);
                });
            }
            expect(opacity[64 * CANVAS_SIZE + 64]).toBeGreaterThan(0.9);
            expect(pixel(3, 3)).toEqual([0, 0, 0]);

            // In front of and behind the sphere's surface.
            const inFront = CreateRedBox(scene, middle.add(front.scale(1.1)));
            pixel = await DrawAsync(scene);
            expect(pixel(64, 64)).toEqual([255, 0, 0]);
            inFront.position = middle.add(front.scale(-0.2));
            pixel = await DrawAsync(scene);
            expect(pixel(64, 64)).not.toEqual([255, 0, 0]);
            preview.dispose();
            pixel = await DrawAsync(scene);
            expect(pixel(64, 64)).toEqual([255, 0, 0]);
            scene.dispose();
            await CheckGpuAsync(engine());
        },
    );

    it("starts coarse after camera moves, and at the current resolution after field changes", async () => {
        const { scene, middle } = CreateSphereScene(false);
        const preview = new RadiancePreview(scene, field, { maxSide: 96, maxMilliseconds: Infinity });
        const sides: number[] = [];
        preview.onImageChangedObservable.add(() => sides.push(preview.side));
        await DrawAsync(scene);
        await PictureAsync(preview, 96);
        expect(sides).toEqual([48, 96]);
        preview.refresh();
        await PictureAsync(preview);
        expect(sides).toEqual([48, 96, 96]);
        (scene.activeCamera as FreeCamera).position = middle.add(new Vector3(0, 0, 4));
        (scene.activeCamera as FreeCamera).setTarget(middle);
        await DrawAsync(scene);
        await PictureAsync(preview, 96);
        const seen = (await DrawAsync(scene))(64, 64);

        // A painter changes the image.
        preview.paint = async (image) => ({ ...image, color: new Float32Array(image.color.length).fill(0) });
        await PictureAsync(preview);
        expect((await DrawAsync(scene))(64, 64)).toEqual([0, 0, 0]);
        preview.paint = null; // no image to wait for
        expect((await DrawAsync(scene))(64, 64)).toEqual(seen);

        preview.isShown = false;
        expect((await DrawAsync(scene))(64, 64)).toEqual([0, 0, 0]);
        preview.isShown = true;
        await DrawAsync(scene);
        await PictureAsync(preview, 96);
        expect((await DrawAsync(scene))(64, 64)).toEqual(seen);
        scene.dispose();
    });

    it("shows the page through transparent pixels, and restores the scene", async () => {
        const { scene } = CreateSphereScene(false);
        scene.clearColor = new Color4(0, 0, 1, 1);
        await DrawAsync(scene);
        const contents = (): number[] => [
            scene.meshes.length,
            scene.materials.length,
            scene.geometries.length,
            scene.onAfterRenderObservable.observers.length,
            scene.onDisposeObservable.observers.length,
        ];
        expect(scene.defaultMaterial.name).toBe("default material");
        const before = contents();
        const preview = new RadiancePreview(scene, field);
        await DrawAsync(scene);
        await PictureAsync(preview);
        const pixel = await DrawAsync(scene);
        expect(pixel(3, 3)).toEqual([0, 0, 255]);
        expect(pixel(64, 64)).not.toEqual([0, 0, 255]);
        preview.dispose();
        preview.dispose();
        expect(contents()).toEqual(before);
        scene.dispose();
    });

    it("throws on orthographic cameras", () => {
        const { scene } = CreateSphereScene(false);
        const camera = new FreeCamera("flat", Vector3.Zero(), scene);
        camera.mode = FreeCamera.ORTHOGRAPHIC_CAMERA;
        expect(() => PinholeOfCamera(camera, CaptureToScene("z", false), 8, 8)).toThrow(/"flat" is orthographic/);
        scene.dispose();
    });
});
