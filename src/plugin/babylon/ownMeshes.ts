import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";

const ownMeshes = new WeakSet<AbstractMesh>();

/** Marks a mesh that a segmentation shows parts with. @returns the mesh */
export function MarkOwnMesh<T extends AbstractMesh>(mesh: T): T {
    ownMeshes.add(mesh);
    return mesh;
}

/** Returns whether any segmentation shows parts with a mesh, which is then no content of the application. */
export function IsOwnMesh(mesh: AbstractMesh): boolean {
    return ownMeshes.has(mesh);
}
