import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { ContentItem } from "./sceneContent";

/** Returns the world matrix of an item, up to date. */
export function ItemWorldMatrix({ mesh, thinInstance }: Pick<ContentItem, "mesh" | "thinInstance">): Matrix {
    const world = mesh.computeWorldMatrix(true);
    return thinInstance < 0
        ? world.clone()
        : (mesh as Mesh).thinInstanceGetWorldMatrices()[thinInstance].multiply(world);
}
