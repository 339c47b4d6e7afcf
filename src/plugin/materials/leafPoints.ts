import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { Material } from "@babylonjs/core/Materials/material";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import type { Scene } from "@babylonjs/core/scene";
import { LEAF_POSITION_KIND } from "./pointMaterial";

/**
 * A mesh of round points: one instance of a quad for each position, for a material of CreatePointMaterial.
 *
 * @param positions [n, 3] in the mesh's own coordinates
 * @param colors of kind LEAF_COLOR_KIND, one for each instance
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
    const mesh = new Mesh(name, scene);
    const quad = new VertexData();
    quad.positions = [-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0];
    quad.indices = [0, 1, 2, 0, 2, 3];
    quad.applyToMesh(mesh);
    const geometry = mesh.geometry!;
    geometry.setVerticesBuffer(
        new VertexBuffer(scene.getEngine(), positions, LEAF_POSITION_KIND, {
            updatable: false,
            stride: 3,
            size: 3,
            instanced: true,
            label: "leaf positions",
        }),
    );
    geometry.setVerticesBuffer(colors);
    mesh.forcedInstanceCount = positions.length / 3;
    mesh.isPickable = false;
    const { low, high } = boxOf(positions);
    const margin = new Vector3(radius, radius, radius);
    mesh.buildBoundingInfo(low.subtract(margin), high.add(margin));
    mesh.material = material;
    mesh.setEnabled(positions.length > 0);
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
