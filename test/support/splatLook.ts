import type { SurfaceLook } from "../../src/compute/hierarchy/cut/leafCarrier";
import { SplatAxes, type SplatData } from "../../src/plugin/content/splatData";

/** Returns the looks of some flat splats, whose thinnest axis is the third. */
export function LookOfFlatSplats(splats: SplatData, chosen: readonly number[]): SurfaceLook {
    const positions = new Float32Array(3 * chosen.length);
    const colors = new Uint8Array(positions.length);
    const normals = new Float32Array(positions.length);
    const axes = new Float64Array(9);
    for (const [i, splat] of chosen.entries()) {
        SplatAxes(splats.rotations, splat, axes);
        for (let axis = 0; axis < 3; axis++) {
            positions[3 * i + axis] = splats.positions[3 * splat + axis];
            colors[3 * i + axis] = splats.colors[4 * splat + axis];
            normals[3 * i + axis] = axes[3 * axis + 2];
        }
    }
    return { positions, colors, normals };
}
