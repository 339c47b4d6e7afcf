import type { View } from "./capture";

/** The surface points that one view sees. */
export interface SurfacePoints {
    /** [n] pixel of each point, row-major index. */
    readonly pixels: Uint32Array;
    /** [n, 3] world positions of the surface at the pixels' centers. */
    readonly positions: Float32Array;
}

/** Unprojects every pixel of a view that has depth; a view without a depth map gives no points. */
export function UnprojectDepth(view: View): SurfacePoints {
    const { camera, depth } = view;
    if (depth === null) {
        return { pixels: new Uint32Array(0), positions: new Float32Array(0) };
    }
    let count = 0;
    for (let p = 0; p < depth.length; p++) {
        count += depth[p] > 0 ? 1 : 0;
    }
    const pixels = new Uint32Array(count);
    const positions = new Float32Array(3 * count);
    let i = 0;
    for (let p = 0; p < depth.length; p++) {
        if (depth[p] > 0) {
            pixels[i] = p;
            const row = Math.floor(p / camera.width);
            camera.unproject(p - row * camera.width + 0.5, row + 0.5, depth[p], positions, 3 * i);
            i++;
        }
    }
    return { pixels, positions };
}
