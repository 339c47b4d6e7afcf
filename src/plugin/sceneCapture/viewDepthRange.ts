import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import type { SceneContent } from "../content/sceneContent";

/** Depths of a camera's clipping planes, world units. */
export interface DepthRange {
    readonly near: number;
    readonly far: number;
}

/** Returns the nearest and farthest depth at which a camera may see content, with a margin. */
export function ViewDepthRange(camera: PinholeCamera, { bounds, pieces }: SceneContent): DepthRange {
    const { low, high } = bounds;
    const extent = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2], 1e-6);
    const margin = 1e-3 * extent + pieces.reduce((most, { pointRadius }) => Math.max(most, pointRadius), 0);
    const m = camera.cameraToWorld;
    let nearest = Infinity;
    let farthest = -Infinity;
    for (let corner = 0; corner < 8; corner++) {
        let depth = 0;
        for (let a = 0; a < 3; a++) {
            depth -= m[4 * a + 2] * (((corner >> a) & 1 ? high[a] : low[a]) - camera.position[a]);
        }
        nearest = Math.min(nearest, depth);
        farthest = Math.max(farthest, depth);
    }
    const near = Math.max(nearest - margin, 1e-3 * extent);
    return { near, far: Math.max(farthest + margin, 2 * near) };
}
