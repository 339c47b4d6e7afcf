import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ComputeKernel } from "../../src/compute/gpu/computeKernel";
import { GpuArray } from "../../src/compute/gpu/gpuArray";

describe("a browser with WebGPU", () => {
    let canvas: HTMLCanvasElement;
    let engine: WebGPUEngine;

    beforeAll(async () => {
        canvas = document.createElement("canvas");
        canvas.width = canvas.height = 64;
        document.body.appendChild(canvas);
        engine = new WebGPUEngine(canvas, { antialias: false });
        await engine.initAsync();
    });

    afterAll(() => {
        engine.dispose();
        canvas.remove();
    });

    it("is cross-origin isolated, for threads", () => {
        expect(crossOriginIsolated).toBe(true);
    });

    it("computes while a scene is rendered", async () => {
        const scene = new Scene(engine);
        scene.clearColor = new Color4(0, 1, 0, 1);
        new FreeCamera("camera", new Vector3(0, 0, -4), scene);
        const material = new StandardMaterial("material", scene);
        material.emissiveColor = new Color3(1, 0, 1);
        material.disableLighting = true;
        CreateBox("box", {}, scene).material = material;

        const kernel = await ComputeKernel.CreateAsync(engine, {
            name: "count",
            source: `
@group(0) @binding(0) var<storage, read_write> count: array<u32>;
@compute @workgroup_size(1) fn main() { count[0] = count[0] * 2 + uniforms.frame; }`,
            bindings: ["count"],
            uniforms: [{ name: "frame", type: "u32" }],
        });
        const count = new GpuArray(engine, "u32", [1]);
        kernel.bind("count", count);

        await scene.whenReadyAsync();
        let expected = 0;
        for (let frame = 1; frame <= 5; frame++) {
            engine.beginFrame();
            kernel.setUniforms({ frame }).dispatch(1);
            scene.render();
            kernel.setUniforms({ frame: 100 }).dispatch(1);
            engine.endFrame();
            expected = (expected * 2 + frame) * 2 + 100;
        }
        engine.beginFrame();
        scene.render();
        const pixels = new Uint8Array((await engine.readPixels(0, 0, 64, 64)).buffer);
        engine.endFrame();
        expect((await count.readAsync())[0]).toBe(expected);

        // A purple box on green: the same bytes in whichever order the canvas has its channels.
        const center = (32 * 64 + 32) * 4;
        const colors = [[...pixels.slice(0, 4)], [...pixels.slice(center, center + 4)]];
        expect(colors).toEqual([
            [0, 255, 0, 255],
            [255, 0, 255, 255],
        ]);
        scene.dispose();
        count.dispose();
    });
});
