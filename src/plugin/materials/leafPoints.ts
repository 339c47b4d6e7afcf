import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { Material } from "@babylonjs/core/Materials/material";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Geometry } from "@babylonjs/core/Meshes/geometry";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { VERTICES_PER_POINT } from "./pointMaterial";

/**
 * A mesh of round points, one at each position, for a material of CreatePointMaterial.
 *
 * @param positions [n, 3] in the mesh's own coordinates
 * @param colors of kind LEAF_COLOR_KIND, one for each position
 * @param radius by which the mesh's box reaches beyond the positions
 */
export function CreateLeafPoints(
    name: string,
    scene: Scene,
    positions: Float32Array,
    colors: VertexBuffer,
    material: Material,
    radius: number,
): Mesh {
    const engine = scene.getEngine();
    const count = positions.length / 3;
    const mesh = new Mesh(name, scene);
    mesh.isUnIndexed = true;
    mesh.subMeshes = []; // stays empty where there are no leaves
    const geometry = new Geometry(Geometry.RandomId(), scene, undefined, false, mesh);
    geometry.setVerticesBuffer(
        // On the GPU alone, so that Babylon does not look for as many positions as it draws vertices.
        new VertexBuffer(
            engine,
            engine.createVertexBuffer(positions, false, "leaf positions"),
            VertexBuffer.PositionKind,
            {
                stride: 3,
                size: 3,
            },
        ),
        count * (engine.isWebGPU ? VERTICES_PER_POINT : 1),
    );
    geometry.setVerticesBuffer(colors);
    mesh.isPickable = false;
    const { low, high } = boxOf(positions);
    const margin = new Vector3(radius, radius, radius);
    mesh.buildBoundingInfo(low.subtract(margin), high.add(margin));
    mesh.material = material;
    mesh.setEnabled(count > 0);
    return mesh;
}

function boxOf(positions: Float32Array): { low: Vector3; high: Vector3 } {
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (let p = 0; p < positions.length; p += 3) {
        for (let axis = 0; axis < 3; axis++) {
            const value = positions[p + axis];
            low[axis] = Math.min(value, low[axis]);
            high[axis] = Math.max(value, high[axis]);
        }
    }
    return positions.length > 0
        ? { low: Vector3.FromArray(low), high: Vector3.FromArray(high) }
        : { low: Vector3.Zero(), high: Vector3.Zero() };
}
