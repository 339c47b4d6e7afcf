import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";

/** Creates a scene with a camera and a light, on WebGPU. */
export async function CreateSceneAsync(): Promise<Scene> {
    const engine = new WebGPUEngine(document.getElementById("canvas") as HTMLCanvasElement, {
        setMaximumLimits: true,
        enableAllFeatures: true, // timestamps
    });
    await engine.initAsync();
    const scene = new Scene(engine);
    new ArcRotateCamera("camera", 0.9, 1, 7, new Vector3(0, 0.5, 0), scene);
    new HemisphericLight("light", new Vector3(0.3, 1, 0.2), scene);
    return scene;
}

/** Draws a frame like a render loop. */
export function Draw(scene: Scene): void {
    scene.getEngine().beginFrame();
    scene.render();
    scene.getEngine().endFrame();
}

/** Returns the GPU's description of itself. */
export async function NameGpuAsync(): Promise<string> {
    const { vendor, architecture, description } = (await navigator.gpu.requestAdapter())!.info;
    return [vendor, architecture, description].filter((word) => word !== "").join(" ");
}

/** Returns the median. */
export function Median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[values.length >> 1];
}
