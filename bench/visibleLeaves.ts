import type { SceneCapture } from "../src/plugin/sceneCapture/sceneCapture";

/** Returns 1 for each leaf within `tolerance` world units of a view's surface, along the camera's axis -> [leaves]. */
export function FindVisibleLeaves(capture: SceneCapture, tolerance: number): Uint8Array {
    const visible = new Uint8Array(capture.elements.length);
    const { positions } = capture.geometry;
    const at = [0, 0, 0];
    for (const { camera, depth } of capture.views) {
        for (let i = 0; i < visible.length; i++) {
            camera.project(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2], at);
            const [column, row] = [Math.floor(at[0]), Math.floor(at[1])];
            if (at[2] > 0 && column >= 0 && column < camera.width && row >= 0 && row < camera.height) {
                visible[i] |= Math.abs(depth![row * camera.width + column] - at[2]) < tolerance ? 1 : 0;
            }
        }
    }
    return visible;
}
