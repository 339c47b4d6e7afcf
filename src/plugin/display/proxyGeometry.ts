import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Geometry } from "@babylonjs/core/Meshes/geometry";
import type { FloatArray } from "@babylonjs/core/types";
import { FindFaceNeighbors } from "../../compute/algorithms/faceNeighbors";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { type MeshElements, ReadMeshElements, SourceMesh } from "../content/meshElements";
import { SKIN_KINDS, VERTEX_KINDS } from "../content/vertexData";

/** The vertices of a mesh, three per face, so that a shader can compute the face from the vertex index. */
export interface ProxyGeometry {
    /** Without indices; belongs to the mesh that it is applied to. */
    readonly geometry: Geometry;
    readonly elements: MeshElements;
    /** [3 faces, 3] positions of the corners. */
    readonly corners: Float32Array;
    /** [faces, 3] see FindFaceNeighbors. */
    readonly neighbors: Uint32Array;
}

/**
 * Copies the vertices of a mesh, in the current state of its morph targets and in the rest pose of its skeleton, which
 * the copy follows.
 *
 * @param faceCount the number of faces when the mesh was captured
 * @throws UltrametricError "input" if they are no longer in memory or have changed since the capture; "disposed"
 */
export function CreateProxyGeometry(mesh: AbstractMesh, faceCount: number): ProxyGeometry {
    if (mesh.isDisposed()) {
        throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; its parts cannot be shown.`);
    }
    const holder = SourceMesh(mesh);
    const elements = ReadMeshElements(mesh);
    if (elements?.kind !== "faces" || elements.count !== faceCount) {
        throw new UltrametricError(
            "input",
            `The mesh "${mesh.name}" had ${faceCount} faces when it was captured and has ` +
                `${elements?.count ?? 0} now; capture it again.`,
        );
    }
    const geometry = new Geometry(Geometry.RandomId(), mesh.getScene());
    let corners: Float32Array | null = null;
    for (const kind of [...VERTEX_KINDS, ...SKIN_KINDS]) {
        const isMorphed = holder.morphTargetManager !== null;
        const data =
            isMorphed && kind === VertexBuffer.PositionKind
                ? mesh.getPositionData(false, true)
                : isMorphed && kind === VertexBuffer.NormalKind
                  ? mesh.getNormalsData(false, true)
                  : holder.getVerticesData(kind);
        if (data) {
            const size = Math.round(data.length / holder.getTotalVertices());
            const gathered = gather(data, size, elements);
            geometry.setVerticesData(kind, gathered, false, size);
            corners = kind === VertexBuffer.PositionKind ? gathered : corners;
        }
    }
    if (!corners) {
        geometry.dispose();
        throw new UltrametricError(
            "input",
            `The positions of the mesh "${mesh.name}" are no longer in memory; ` +
                "show its parts before you call scene.clearCachedVertexData().",
        );
    }
    return { geometry, elements, corners, neighbors: FindFaceNeighbors(corners) };
}

function gather(data: FloatArray, size: number, { count, consistentVertexOf }: MeshElements): Float32Array {
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
