import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { Material } from "@babylonjs/core/Materials/material";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Geometry } from "@babylonjs/core/Meshes/geometry";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { type Coroutine, RunCoroutineSync } from "../../compute/base/coroutine";
import { VERTICES_PER_POINT } from "./pointMaterial";

/** The number of coordinates per time slice. */
const COORDINATES_PER_CHUNK = 3 << 16;

/** The bounding box of positions. */
export interface LeafBox {
    readonly low: Vector3;
    readonly high: Vector3;
}

/**
 * Creates a mesh of round points, one per position, for a material of CreatePointMaterial.
 *
 * @param positions [n, 3] in the mesh's own coordinates
 * @param colors of kind LEAF_COLOR_KIND, one per position
 * @param radius the margin of the mesh's bounding box around the positions
 * @param box of the positions, if it is known
 */
export function CreateLeafPoints(
    name: string,
    scene: Scene,
    positions: Float32Array,
    colors: VertexBuffer,
    material: Material,
    radius: number,
    { low, high }: LeafBox = RunCoroutineSync(LeafBoxCoroutine(positions)),
): Mesh {
    const engine = scene.getEngine();
    const count = positions.length / 3;
    const mesh = new Mesh(name, scene);
    mesh.isUnIndexed = true;
    mesh.subMeshes = []; // stays empty without leaves
    const geometry = new Geometry(Geometry.RandomId(), scene, undefined, false, mesh);
    geometry.setVerticesBuffer(
        // Without a CPU copy, in which Babylon would expect one position per vertex.
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
    const margin = new Vector3(radius, radius, radius);
    mesh.buildBoundingInfo(low.subtract(margin), high.add(margin));
    mesh.material = material;
    mesh.setEnabled(count > 0);
    return mesh;
}

/** Returns the bounding box of [n, 3] positions, in time slices; without positions, the origin. */
export function* LeafBoxCoroutine(positions: Float32Array): Coroutine<LeafBox> {
    const low = Vector3.FromArray(positions.length > 0 ? positions : [0, 0, 0]);
    const high = low.clone();
    for (let p = 0; p < positions.length; p += 3) {
        if (p % COORDINATES_PER_CHUNK === 0) {
            yield;
        }
        low.minimizeInPlaceFromFloats(positions[p], positions[p + 1], positions[p + 2]);
        high.maximizeInPlaceFromFloats(positions[p], positions[p + 1], positions[p + 2]);
    }
    return { low, high };
}
