import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";
import { WebGPUEngine, type WebGPUEngineOptions } from "@babylonjs/core/Engines/webgpuEngine";
import { Color4 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";

/** Side of the default canvas, in pixels. */
export const CANVAS_SIZE = 128;

/**
 * Creates one engine on a canvas for all tests of a file. After each test it disposes the scenes that are left, and
 * fails if the GPU reported an error. Sizes are in pixels.
 * @returns a function that gives the engine inside of tests and hooks
 */
export function UseBrowserEngine(
    width = CANVAS_SIZE,
    height = CANVAS_SIZE,
    options: WebGPUEngineOptions = {},
): () => WebGPUEngine {
    let canvas: HTMLCanvasElement;
    let engine: WebGPUEngine;
    beforeAll(async () => {
        canvas = document.createElement("canvas");
        canvas.width = width;
        canvas.height = height;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
        document.body.appendChild(canvas);
        engine = new WebGPUEngine(canvas, { antialias: false, ...options });
        await engine.initAsync();
    });
    afterEach(async () => {
        for (const scene of [...engine.scenes]) {
            scene.dispose();
        }
        await CheckGpuAsync(engine);
    });
    afterAll(() => {
        engine.dispose();
        canvas.remove();
    });
    return () => engine;
}

/**
 * Creates a black scene whose camera looks at the origin from a distance of 4, with y up: from negative z, or from
 * positive z in a right-handed scene.
 */
export function CreateBlackScene(engine: AbstractEngine, isRightHanded = false): Scene {
    const scene = new Scene(engine);
    scene.useRightHandedSystem = isRightHanded;
    scene.clearColor = new Color4(0, 0, 0, 1);
    const camera = new FreeCamera("camera", new Vector3(0, 0, isRightHanded ? 4 : -4), scene);
    camera.setTarget(Vector3.Zero());
    camera.minZ = 0.1;
    return scene;
}

/** Draws a frame. @returns a function that gives the bytes of a pixel */
export async function DrawAsync(scene: Scene): Promise<(x: number, y: number) => [number, number, number]> {
    const engine = scene.getEngine();
    await scene.whenReadyAsync();
    engine.beginFrame();
    scene.render();
    const [width, height] = [engine.getRenderWidth(), engine.getRenderHeight()];
    const pixels = new Uint8Array((await engine.readPixels(0, 0, width, height)).buffer);
    engine.endFrame();
    // The order of channels is the platform's, and WebGL's first row is the lowest.
    const isBgra = engine.isWebGPU && navigator.gpu.getPreferredCanvasFormat() === "bgra8unorm";
    return (x, y) => {
        const at = 4 * ((engine.isWebGPU ? y : height - 1 - y) * width + x);
        const [a, b, c] = pixels.subarray(at, at + 3);
        return isBgra ? [c, b, a] : [a, b, c];
    };
}

/** Returns all pixels of a frame, [CANVAS_SIZE, CANVAS_SIZE, 3] bytes. @param pixel as {@link DrawAsync} gives it */
export function AllPixels(pixel: (x: number, y: number) => readonly [number, number, number]): Uint8Array {
    const all = new Uint8Array(3 * CANVAS_SIZE * CANVAS_SIZE);
    for (let p = 0; p < CANVAS_SIZE * CANVAS_SIZE; p++) {
        all.set(pixel(p % CANVAS_SIZE, Math.floor(p / CANVAS_SIZE)), 3 * p);
    }
    return all;
}

/** Expects the bytes of a pixel to have a color, 0..1, within rounding. */
export function ExpectColor(actual: readonly number[], expected: readonly number[], note = ""): void {
    for (let c = 0; c < 3; c++) {
        // The kernel and the canvas round by half a byte each.
        expect(Math.abs(actual[c] - 255 * expected[c]), `${note} [${actual}] not [${expected}]`).toBeLessThanOrEqual(
            1.01,
        );
    }
}
