import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Node } from "@babylonjs/core/node";
import type { ContentItem, ContentNodes } from "./sceneContent";

/** Reads the tree of nodes above items. A thin instance is a node below its mesh. */
export function ReadContentNodes(items: readonly Pick<ContentItem, "mesh" | "thinInstance">[]): ContentNodes {
    const parents: number[] = [];
    const indices = new Map<Node, number>();
    const indexOf = (node: Node): number => {
        let index = indices.get(node);
        if (index === undefined) {
            const parent = node.parent ? indexOf(node.parent) : -1;
            index = parents.push(parent) - 1;
            indices.set(node, index);
        }
        return index;
    };
    const ofItem = Uint32Array.from(items, ({ mesh, thinInstance }) => {
        const index = indexOf(NodeOfMesh(mesh));
        return thinInstance < 0 ? index : parents.push(index) - 1;
    });
    return { ofItem, parents: Int32Array.from(parents) };
}

/**
 * Returns the file's node that a mesh belongs to. Babylon's glTF loader splits a node with several materials into one
 * mesh for each material, below a mesh for the node.
 */
export function NodeOfMesh(mesh: AbstractMesh): Node {
    return mesh.parent !== null && /_primitive\d+$/.test(mesh.name) ? mesh.parent : mesh;
}
