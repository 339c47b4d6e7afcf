import type { AssetContainer } from "@babylonjs/core/assetContainer";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Node } from "@babylonjs/core/node";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { IsOwnMesh } from "../babylon/ownMeshes";

/** Content of a scene: a node such as the root of a glTF, several nodes, or an asset container. */
export type ContentSource = Node | readonly Node[] | AssetContainer;

/**
 * Lists the meshes of content, each once, without those that segmentations show parts with.
 *
 * @param includesChildren whether the meshes below each node belong to it
 * @throws UltrametricError "input" for anything else than content
 */
export function FindMeshes(source: ContentSource, includesChildren = true): AbstractMesh[] {
    const nodes = nodesOf(source);
    const found = new Set<AbstractMesh>();
    for (const node of nodes) {
        if (typeof (node as Partial<Node> | null)?.getChildMeshes !== "function") {
            throw new UltrametricError(
                "input",
                `Content must be meshes, transform nodes or an asset container, not ${String(node)}.`,
            );
        }
        if (isMesh(node)) {
            found.add(node);
        }
        for (const mesh of includesChildren ? node.getChildMeshes(false) : []) {
            if (!IsOwnMesh(mesh)) {
                found.add(mesh);
            }
        }
    }
    return [...found];
}

function nodesOf(source: ContentSource): readonly Node[] {
    if (Array.isArray(source)) {
        return source as readonly Node[];
    }
    return "meshes" in (source as object) && !("getChildMeshes" in (source as object))
        ? (source as AssetContainer).meshes
        : [source as Node];
}

function isMesh(node: Node): node is AbstractMesh {
    return "getTotalVertices" in node;
}
