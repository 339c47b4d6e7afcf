import type { Material } from "@babylonjs/core/Materials/material";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { InstancedMesh } from "@babylonjs/core/Meshes/instancedMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";

// Values of Material.fillMode. Importing Material would bundle it with every application.
const POINT_FILL_MODE = 2;
const POINT_LIST = 3;
const TRIANGLE_STRIP = 7;
const TRIANGLE_FAN = 8;
/** Fill modes that show a surface: filled, wireframe, strip, fan. */
const SURFACE_MODES: readonly number[] = [0, 1, TRIANGLE_STRIP, TRIANGLE_FAN];

/** Consecutive faces with one material. */
export interface FaceRun {
    readonly start: number;
    readonly end: number;
    /** Index among the materials of a MultiMaterial. */
    readonly materialIndex: number;
    readonly material: Material | null;
}

/** The faces of a mesh, or the points of a point cloud, in the order of {@link ContentItem}. */
export interface MeshElements {
    readonly kind: "faces" | "points";
    readonly count: number;
    /** True if the indices form a triangle strip or fan. */
    readonly isStripOrFan: boolean;
    /** One run per submesh; a single run for points, strips and fans. */
    readonly runs: readonly FaceRun[];
    /** Vertex of a corner of a face; the point itself for points. */
    readonly vertexOf: (element: number, corner: number) => number;
    /** True if a face has the opposite winding of the first one, like every other face of a strip. */
    readonly isReversed: (face: number) => boolean;
    /** Like `vertexOf`, but with the same winding for all faces: reversed ones have their last two corners swapped. */
    readonly consistentVertexOf: (face: number, corner: number) => number;
}

/** Returns the mesh that holds the vertices: the source of an instance, or the mesh itself. */
export function SourceMesh(mesh: AbstractMesh): Mesh {
    return mesh.isAnInstance ? (mesh as InstancedMesh).sourceMesh : (mesh as Mesh);
}

/** Reads the elements of a mesh; null for lines and for a mesh without elements. */
export function ReadMeshElements(mesh: AbstractMesh): MeshElements | null {
    const vertexCount = mesh.getTotalVertices();
    const mode = SourceMesh(mesh).overrideRenderingFillMode ?? mesh.material?.fillMode ?? 0;
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
    const isStripOrFan = mode === TRIANGLE_STRIP || mode === TRIANGLE_FAN;
    const count = isPoints ? vertexCount : isStripOrFan ? Math.max(0, cornerCount - 2) : Math.floor(cornerCount / 3);
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
    const runs = isPoints || isStripOrFan ? [] : readRuns(mesh, isUnIndexed, count);
    const isReversed = (face: number): boolean => mode === TRIANGLE_STRIP && (face & 1) === 1;
    return {
        kind: isPoints ? "points" : "faces",
        count,
        isStripOrFan,
        runs: runs.length > 0 ? runs : [{ start: 0, end: count, materialIndex: 0, material: mesh.material }],
        vertexOf: isPoints ? (point) => point : vertexOf,
        isReversed,
        consistentVertexOf: (face, corner) => vertexOf(face, corner > 0 && isReversed(face) ? 3 - corner : corner),
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
