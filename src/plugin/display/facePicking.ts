import "@babylonjs/core/Culling/ray"; // adds Scene.pickWithRay
import { Ray } from "@babylonjs/core/Culling/ray.core";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { ReadMeshElements, SourceMesh } from "../content/meshElements";

/** The intersection of a ray with a face. */
export interface FaceHit {
    readonly mesh: AbstractMesh;
    readonly face: number;
    /** The index of the thin instance; -1 for none. */
    readonly thinInstance: number;
    /** The weight of the face's first corner. */
    readonly first: number;
    /** The weight of the face's second corner. */
    readonly second: number;
    /** The distance from the ray's origin, in the scene's units. */
    readonly distance: number;
}

/**
 * Returns the first face on a ray of the scene; null for none.
 *
 * @param meshes whose thin instances are picked one by one, in the current pose of skeletons and morph targets
 * @param isHit whether the ray stops at a mesh of the scene
 */
export function PickFace(
    scene: Scene,
    ray: Ray,
    meshes: readonly AbstractMesh[],
    isHit: (mesh: AbstractMesh) => boolean,
): FaceHit | null {
    const isPosed = (mesh: AbstractMesh): boolean =>
        mesh.skeleton !== null || SourceMesh(mesh).morphTargetManager !== null;
    const posed = new Set(meshes.filter((mesh) => isPosed(mesh) && isHit(mesh)));
    let first = pickRigidFace(scene, ray, meshes, (mesh) => isHit(mesh) && !posed.has(mesh));
    for (const mesh of posed) {
        const hit = pickPosedFace(mesh, ray);
        first = hit && (!first || hit.distance < first.distance) ? hit : first;
    }
    return first;
}

function pickRigidFace(
    scene: Scene,
    ray: Ray,
    meshes: readonly AbstractMesh[],
    isHit: (mesh: AbstractMesh) => boolean,
): FaceHit | null {
    // Babylon picks thin instances one by one only if thinInstanceEnablePicking is set.
    const thin = meshes.filter((mesh) => mesh.hasThinInstances) as Mesh[];
    const before = thin.map((mesh) => mesh.thinInstanceEnablePicking);
    for (const mesh of thin) {
        mesh.thinInstanceEnablePicking = true;
    }
    try {
        const hit = scene.pickWithRay(ray, isHit);
        return hit?.pickedMesh
            ? {
                  mesh: hit.pickedMesh,
                  face: hit.faceId,
                  thinInstance: hit.thinInstanceIndex,
                  first: hit.bu,
                  second: hit.bv,
                  distance: hit.distance,
              }
            : null;
    } finally {
        thin.forEach((mesh, i) => {
            mesh.thinInstanceEnablePicking = before[i];
        });
    }
}

/**
 * Returns the first face of a mesh on a ray, in the current pose of its skeleton and its morph targets. Babylon picks
 * the rest pose, unless the mesh keeps a posed copy of its vertices. O(vertices + faces).
 */
function pickPosedFace(mesh: AbstractMesh, ray: Ray): FaceHit | null {
    const elements = ReadMeshElements(mesh);
    const positions = elements?.kind === "faces" ? mesh.getPositionData(true, true) : null;
    if (!elements || !positions) {
        return null;
    }
    const world = mesh.computeWorldMatrix(true);
    const local = Ray.Transform(ray, Matrix.Invert(world));
    const corners = [Vector3.Zero(), Vector3.Zero(), Vector3.Zero()];
    let best: { face: number; first: number; second: number; distance: number } | null = null;
    for (let face = 0; face < elements.count; face++) {
        for (const [c, corner] of corners.entries()) {
            Vector3.FromArrayToRef(positions, 3 * elements.vertexOf(face, c), corner);
        }
        const hit = local.intersectsTriangle(corners[0], corners[1], corners[2]);
        if (hit && hit.distance >= 0 && (best === null || hit.distance < best.distance)) {
            best = { face, first: hit.bu!, second: hit.bv!, distance: hit.distance };
        }
    }
    if (!best) {
        return null;
    }
    const { face, first, second, distance } = best;
    const point = Vector3.TransformCoordinates(local.origin.add(local.direction.scale(distance)), world);
    return { mesh, face, thinInstance: -1, first, second, distance: Vector3.Distance(point, ray.origin) };
}
