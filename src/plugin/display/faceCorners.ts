import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { FloatArray } from "@babylonjs/core/types";
import { FindFaceNeighbors } from "../../compute/algorithms/faceNeighbors";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { type MeshElements, ReadMeshElements } from "../content/meshElements";

/** The faces of the meshes that share one set of vertices. */
export interface FaceCorners {
    readonly elements: MeshElements;
    /** [3 faces, 3] positions of the corners, with the morph targets in their current state. */
    readonly corners: Float32Array;
    /** [faces, 3] see FindFaceNeighbors. */
    readonly neighbors: Uint32Array;
}

/**
 * Reads the corners of a mesh's faces.
 *
 * @param faceCount the number of faces when the mesh was captured
 * @throws UltrametricError "input" if they are no longer in memory or have changed since the capture; "disposed"
 */
export function ReadFaceCorners(mesh: AbstractMesh, faceCount: number): FaceCorners {
    if (mesh.isDisposed()) {
        throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; its parts cannot be shown.`);
    }
    const elements = ReadMeshElements(mesh);
    if (elements?.kind !== "faces" || elements.count !== faceCount) {
        throw new UltrametricError(
            "input",
            `The mesh "${mesh.name}" had ${faceCount} faces when it was captured and has ` +
                `${elements?.count ?? 0} now; capture it again.`,
        );
    }
    const positions = mesh.getPositionData(false, true);
    if (!positions) {
        throw new UltrametricError(
            "input",
            `The positions of the mesh "${mesh.name}" are no longer in memory; ` +
                "show its parts before you call scene.clearCachedVertexData().",
        );
    }
    const corners = GatherCorners(positions, 3, elements);
    return { elements, corners, neighbors: FindFaceNeighbors(corners) };
}

/** Returns values [3 faces, size] of the corners of all faces, from values [vertices, size]. */
export function GatherCorners(
    data: FloatArray,
    size: number,
    { count, consistentVertexOf }: MeshElements,
): Float32Array {
    const gathered = new Float32Array(3 * size * count);
    for (let face = 0, to = 0; face < count; face++) {
        for (let corner = 0; corner < 3; corner++) {
            const vertex = consistentVertexOf(face, corner);
            for (let i = 0; i < size; i++) {
                gathered[to++] = data[size * vertex + i];
            }
        }
    }
    return gathered;
}
