import { Ray } from "@babylonjs/core/Culling/ray.core";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { ReadMeshElements } from "../sceneCapture/meshElements";

/** Where a ray meets a face. */
export interface FaceHit {
    readonly mesh: AbstractMesh;
    readonly face: number;
    /** -1 for none. */
    readonly thinInstance: number;
    /** Weights of the face's first and second corner. */
    readonly first: number;
    readonly second: number;
    /** From the ray's origin, in the scene's units. */
    readonly distance: number;
}

/**
 * The first face of a skinned mesh that a ray of the scene meets, as its bones pose it now: Babylon's own picking knows it without its bones, unless it is
 * told to keep a posed copy in the mesh. O(vertices + faces).
 */
export function PickPosedFace(mesh: AbstractMesh, ray: Ray): FaceHit | null {
    const elements = ReadMeshElements(mesh);
    const positions = elements?.kind === "faces" ? mesh.getPositionData(true, true) : null;
    if (!elements || !positions) {
        return null;
    }
    const world = mesh.computeWorldMatrix(true);
    const local = Ray.Transform(ray, Matrix.Invert(world));
    const corners = [Vector3.Zero(), Vector3.Zero(), Vector3.Zero()];
    let best: { face: number; first: number; second: number; along: number } | null = null;
    for (let face = 0; face < elements.count; face++) {
        corners.forEach((corner, c) => {
            Vector3.FromArrayToRef(positions, 3 * elements.vertexOf(face, c), corner);
        });
        const hit = local.intersectsTriangle(corners[0], corners[1], corners[2]);
        if (hit && hit.distance >= 0 && (best === null || hit.distance < best.along)) {
            best = { face, first: hit.bu!, second: hit.bv!, along: hit.distance };
        }
    }
    if (!best) {
        return null;
    }
    const { face, first, second, along } = best;
    const place = Vector3.TransformCoordinates(local.origin.add(local.direction.scale(along)), world);
    return { mesh, face, thinInstance: -1, first, second, distance: Vector3.Distance(place, ray.origin) };
}
