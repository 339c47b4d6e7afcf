import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Node } from "@babylonjs/core/node";
import type { ContentItem } from "./sceneContent";

/** Nodes that hold the items of some content, and all above them. */
export interface ContentNodes {
    /** [items] node of each item. */
    readonly ofItem: Uint32Array;
    /** [nodes] parent of each node; -1 at the top. Parents come before their children. */
    readonly parents: Int32Array;
}

/** The tree of nodes above items. Thin instances are nodes below their mesh. */
export function ReadContentNodes(items: readonly Pick<ContentItem, "mesh" | "thinInstance">[]): ContentNodes {
    const parents: number[] = [];
    const numbers = new Map<Node, number>();
    const numberOf = (node: Node): number => {
        let number = numbers.get(node);
        if (number === undefined) {
            const parent = node.parent ? numberOf(node.parent) : -1;
            number = parents.push(parent) - 1;
            numbers.set(node, number);
        }
        return number;
    };
    const ofItem = Uint32Array.from(items, ({ mesh, thinInstance }) => {
        const number = numberOf(NodeOfMesh(mesh));
        return thinInstance < 0 ? number : parents.push(number) - 1;
    });
    return { ofItem, parents: Int32Array.from(parents) };
}

/** The node of the file that a mesh shows: Babylon's glTF loader makes a mesh for each material of a node, and puts them below one for the node. */
export function NodeOfMesh(mesh: AbstractMesh): Node {
    return mesh.parent !== null && /_primitive\d+$/.test(mesh.name) ? mesh.parent : mesh;
}
