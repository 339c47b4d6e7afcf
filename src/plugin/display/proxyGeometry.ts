import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Geometry } from "@babylonjs/core/Meshes/geometry";
import type { FloatArray } from "@babylonjs/core/types";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { FindFaceNeighbors } from "../../compute/views/faceNeighbors";
import { type MeshElements, ReadMeshElements, SourceMesh } from "../sceneCapture/meshElements";
import { SKIN_KINDS, VERTEX_KINDS } from "../sceneCapture/vertexData";

/** A mesh's vertices with three of their own for each face, so that a shader knows the face by the vertex's number. */
export interface ProxyGeometry {
    /** Without indices; belongs to whom it is applied to. */
    readonly geometry: Geometry;
    readonly elements: MeshElements;
    /** [3 faces, 3] positions. */
    readonly corners: Float32Array;
    /** See FindFaceNeighbors. */
    readonly neighbors: Uint32Array;
}

/**
 * Copies a mesh's vertices, in the pose of its morph targets and not in that of its skeleton, which goes on to move them.
 *
 * @throws UltrametricError "input" when they are no longer in memory or have changed since the capture, "disposed"
 */
export function CreateProxyMeshGeometry(mesh: AbstractMesh, faceCount: number): ProxyGeometry {
    if (mesh.isDisposed()) {
        throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; its parts cannot be shown.`);
    }
    const own = SourceMesh(mesh);
    const elements = ReadMeshElements(mesh);
    if (elements?.kind !== "faces" || elements.count !== faceCount) {
        throw new UltrametricError(
            "input",
            `The mesh "${mesh.name}" had ${faceCount} faces when it was captured and has ${elements?.count ?? 0} now; capture it anew.`,
        );
    }
    const geometry = new Geometry(Geometry.RandomId(), mesh.getScene());
    let corners: Float32Array | null = null;
    for (const kind of [...VERTEX_KINDS, ...SKIN_KINDS]) {
        const isMorphed = own.morphTargetManager !== null;
        const data =
            isMorphed && kind === VertexBuffer.PositionKind
                ? mesh.getPositionData(false, true)
                : isMorphed && kind === VertexBuffer.NormalKind
                  ? mesh.getNormalsData(false, true)
                  : own.getVerticesData(kind);
        if (data) {
            const size = Math.round(data.length / own.getTotalVertices());
            const gathered = Gather(data, size, elements);
            geometry.setVerticesData(kind, gathered, false, size);
            corners = kind === VertexBuffer.PositionKind ? gathered : corners;
        }
    }
    if (!corners) {
        geometry.dispose();
        throw new UltrametricError(
            "input",
            `The positions of the mesh "${mesh.name}" are no longer in memory; show its parts before scene.clearCachedVertexData() is called.`,
        );
    }
    return { geometry, elements, corners, neighbors: FindFaceNeighbors(corners) };
}

function Gather(data: FloatArray, size: number, { count, consistentVertexOf }: MeshElements): Float32Array {
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
