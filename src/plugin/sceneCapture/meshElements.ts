import type { Material } from "@babylonjs/core/Materials/material";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { InstancedMesh } from "@babylonjs/core/Meshes/instancedMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";

// Values of Material.fillMode, which importing would make a part of every program.
const POINT_FILL_MODE = 2;
const POINT_LIST = 3;
const TRIANGLE_STRIP = 7;
const TRIANGLE_FAN = 8;
/** Fill modes that show a surface: filled, wire frame, strip, fan. Lines are none. */
const SURFACE_MODES: readonly number[] = [0, 1, TRIANGLE_STRIP, TRIANGLE_FAN];

/** Consecutive faces with one material. */
export interface FaceRun {
    readonly start: number;
    readonly end: number;
    /** Which of the materials of a MultiMaterial it is. */
    readonly materialIndex: number;
    readonly material: Material | null;
}

/** The faces of a mesh, or the points of a point cloud, as {@link ContentItem} numbers them. */
export interface MeshElements {
    readonly kind: "faces" | "points";
    readonly count: number;
    /** Faces are given by a strip or fan of vertices. */
    readonly isStripLike: boolean;
    /** By the mesh's submeshes; one run for points, and for a strip or fan of vertices, whose mesh has one material. */
    readonly runs: readonly FaceRun[];
    /** Vertex of a corner of a face; for points the point itself. */
    readonly vertexOf: (element: number, corner: number) => number;
    /** Whether a face runs the other way around than the mesh's first, as every other face of a strip does. */
    readonly isTurned: (face: number) => boolean;
    /** As `vertexOf`, with all faces running the same way: of a turned one the second and third corner are exchanged. */
    readonly alignedVertexOf: (face: number, corner: number) => number;
}

/** The mesh that holds the vertices: of an instance its source. */
export function SourceMesh(mesh: AbstractMesh): Mesh {
    return mesh.isAnInstance ? (mesh as InstancedMesh).sourceMesh : (mesh as Mesh);
}

/** @returns null for a mesh that is nothing to capture: without vertices or elements, or lines */
export function ReadMeshElements(mesh: AbstractMesh): MeshElements | null {
    const vertexCount = mesh.getTotalVertices();
    const mode = mesh.material?.fillMode ?? 0;
    const indices = mesh.getIndices();
    const indexCount = indices?.length ?? 0;
    const isUnIndexed = indexCount === 0 && SourceMesh(mesh).isUnIndexed;
    const isPoints = mode === POINT_FILL_MODE || mode === POINT_LIST || (indexCount === 0 && !isUnIndexed);
    const className = mesh.getClassName();
    if (
        !isPoints &&
        (!SURFACE_MODES.includes(mode) || className === "LinesMesh" || className === "InstancedLinesMesh")
    ) {
        return null;
    }
    const cornerCount = isUnIndexed ? vertexCount : indexCount;
    const isStripLike = mode === TRIANGLE_STRIP || mode === TRIANGLE_FAN;
    const count = isPoints ? vertexCount : isStripLike ? Math.max(0, cornerCount - 2) : Math.floor(cornerCount / 3);
    if (count === 0) {
        return null;
    }
    const vertexAt = (index: number): number => (isUnIndexed || !indices ? index : indices[index]);
    const vertexOf =
        mode === TRIANGLE_STRIP
            ? (face: number, corner: number): number => vertexAt(face + corner)
            : mode === TRIANGLE_FAN
              ? (face: number, corner: number): number => vertexAt(corner === 0 ? 0 : face + corner)
              : (face: number, corner: number): number => vertexAt(3 * face + corner);
    const runs = isPoints || isStripLike ? [] : readRuns(mesh, isUnIndexed, count);
    const isTurned = (face: number): boolean => mode === TRIANGLE_STRIP && (face & 1) === 1;
    return {
        kind: isPoints ? "points" : "faces",
        count,
        isStripLike,
        runs: runs.length > 0 ? runs : [{ start: 0, end: count, materialIndex: 0, material: mesh.material }],
        vertexOf: isPoints ? (point) => point : vertexOf,
        isTurned,
        alignedVertexOf: (face, corner) => vertexOf(face, corner > 0 && isTurned(face) ? 3 - corner : corner),
    };
}

function readRuns(mesh: AbstractMesh, isUnIndexed: boolean, faceCount: number): FaceRun[] {
    return (mesh.subMeshes ?? []).map((subMesh) => {
        const first = isUnIndexed ? subMesh.verticesStart : subMesh.indexStart;
        const count = isUnIndexed ? subMesh.verticesCount : subMesh.indexCount;
        return {
            start: Math.floor(first / 3),
            end: Math.min(faceCount, Math.floor((first + count) / 3)),
            materialIndex: subMesh.materialIndex,
            material: subMesh.getMaterial(false),
        };
    });
}
