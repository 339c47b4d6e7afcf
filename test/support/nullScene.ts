import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, vi } from "vitest";
import { IdleWorker } from "./idleWorker";

/**
 * Creates a scene that draws nothing for each test, in which splats wait for a worker that never answers, and disposes
 * it afterwards.
 * @returns a function that gives the scene inside of tests and hooks
 */
export function UseNullScene(): () => Scene {
    let scene: Scene;
    beforeEach(() => {
        vi.stubGlobal("Worker", IdleWorker);
        scene = new Scene(new NullEngine());
    });
    afterEach(() => {
        const engine = scene.getEngine();
        scene.dispose();
        engine.dispose();
        vi.unstubAllGlobals();
    });
    return () => scene;
}
