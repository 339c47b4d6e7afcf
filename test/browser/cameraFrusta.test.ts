import type { Scene } from "@babylonjs/core/scene";
import { describe, expect, it } from "vitest";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import type { View } from "../../src/compute/views/capture";
import { CameraFrusta } from "../../src/plugin/radiance/cameraFrusta";
import { CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { LookAt } from "../support/cameras";
import { SphereViews } from "../support/sphereViews";

const engine = UseBrowserEngine();

/**
 * Creates an image with a color in each quarter: red and green above, blue and transparent below. Its camera is 1 in
 * front of the origin and looks like that of the scene.
 */
function QuarterView(size = 16): View {
    const image = new Uint8Array(4 * size * size);
    for (let pixel = 0; pixel < size * size; pixel++) {
        const isRight = pixel % size >= size / 2;
        const isBelow = pixel >= (size * size) / 2;
        image[4 * pixel + (isBelow ? 2 : isRight ? 1 : 0)] = 255;
        image[4 * pixel + 3] = isBelow && isRight ? 0 : 255;
    }
    return { name: "quarters", camera: LookAt([0, -1, 0], [0, 0, 0], size, size), image, depth: null };
}

/** Counts the contents of a scene. */
function Contents(scene: Scene): number[] {
    return [
        scene.meshes.length,
        scene.transformNodes.length,
        scene.materials.length,
        scene.textures.length,
        scene.geometries.length,
        scene.onDisposeObservable.observers.length,
    ];
}

describe("CameraFrusta", () => {
    it.each([false, true])("shows images upright in their cameras' view (right-handed: %s)", async (isRight) => {
        const scene = CreateBlackScene(engine(), isRight);
        // The image is drawn 1 behind its camera, at the origin and a unit wide; the scene's camera is 4 in front of
        // it.
        const capture = { name: "quarters", views: [QuarterView()], heldOutViews: [] };
        const frusta = await CameraFrusta.CreateAsync(scene, capture, { size: 1 });
        const pixel = await DrawAsync(scene);
        const side = 64 / Math.tan(0.4) / 4;
        const at = (x: number, y: number): number[] =>
            pixel(Math.round(64 + x * side), Math.round(64 + y * side)).map((value) => (value > 200 ? 1 : 0));
        expect(at(-0.3, -0.15)).toEqual([1, 0, 0]);
        expect(at(0.3, -0.15)).toEqual([0, 1, 0]);
        expect(at(-0.3, 0.15)).toEqual([0, 0, 1]);
        expect(at(0.3, 0.15)).toEqual([0, 0, 0]);
        frusta.dispose();
        const emptied = await DrawAsync(scene);
        expect(emptied(64 - 13, 64 - 6)).toEqual([0, 0, 0]);
        scene.dispose();
    });

    it("colors held-out cameras differently, and scales with the distance between cameras", async () => {
        const scene = CreateBlackScene(engine());
        const from = (x: number): View => ({ ...QuarterView(), camera: LookAt([x, -1, 0], [x, 0, 0], 16, 16) });
        const capture = { name: "row", views: [from(-0.5)], heldOutViews: [from(0.5)] };
        const frusta = await CameraFrusta.CreateAsync(scene, capture, {
            thumbnailPixels: 0,
            color: [0, 1, 0],
            heldOutColor: [1, 0, 0],
        });
        expect(frusta.views.length).toBe(2);
        expect(frusta.size).toBeCloseTo(0.125); // a quarter of their distance from their center
        const pixel = await DrawAsync(scene);
        const columns = [0, 0];
        for (let x = 0; x < 128; x++) {
            for (let y = 0; y < 128; y++) {
                const [red, green] = pixel(x, y);
                columns[0] += green > 200 && x < 64 ? 1 : 0;
                columns[1] += red > 200 && x > 64 ? 1 : 0;
                expect(x < 64 ? red : green).toBeLessThan(50);
            }
        }
        expect(Math.min(...columns)).toBeGreaterThan(10);
        scene.dispose();
    });

    it("restores the scene, also when the scene is disposed first", async () => {
        const scene = CreateBlackScene(engine());
        await DrawAsync(scene);
        expect(scene.defaultMaterial.name).toBe("default material"); // the scene's own, created on first use
        const before = Contents(scene);
        const capture = { name: "sphere", views: SphereViews(5), heldOutViews: SphereViews(2, 80, 0.5) };
        const frusta = await CameraFrusta.CreateAsync(scene, capture);
        await DrawAsync(scene);
        expect(Contents(scene)).not.toEqual(before);
        frusta.dispose();
        frusta.dispose();
        expect(Contents(scene)).toEqual(before);
        await DrawAsync(scene);
        const again = await CameraFrusta.CreateAsync(scene, capture);
        scene.dispose();
        again.dispose();
        await CheckGpuAsync(engine());
        await expect(CameraFrusta.CreateAsync(scene, capture)).rejects.toMatchObject({ kind: "disposed" });
    });

    it("throws on invalid options, and can be canceled", async () => {
        const scene = CreateBlackScene(engine());
        const capture = { name: "sphere", views: SphereViews(5), heldOutViews: [] };
        const create = (options: Parameters<typeof CameraFrusta.CreateAsync>[2], signal?: AbortSignal) =>
            CameraFrusta.CreateAsync(scene, capture, { ...options, signal });
        await expect(create({ size: -1 })).rejects.toThrow(/size must be a length or 0, not -1/);
        await expect(create({ thumbnailPixels: 0.5 })).rejects.toThrow(/thumbnailPixels .* from 0 to 512, not 0.5/);
        await expect(CameraFrusta.CreateAsync(scene, { ...capture, views: [] })).rejects.toThrow(
            /"sphere" has no views/,
        );
        await expect(create({}, AbortSignal.abort())).rejects.toMatchObject({ kind: "aborted" });
        expect(scene.meshes.length).toBe(0);
        scene.dispose();
    });
});
