import type { Node } from "@babylonjs/core/node";
import { NodeOfMesh } from "../src/plugin/sceneCapture/contentNodes";
import type { ContentItem } from "../src/plugin/sceneCapture/sceneContent";
import type { PartNode } from "./simulatedMasks";

/** The tree of the file's nodes that hold a surface, and of those above them that branch. */
export interface NodeTree {
    readonly nodes: readonly PartNode[];
    /** Leaf node of each item of the capture. */
    readonly ofItem: readonly number[];
    /** By node: the group it belongs to (the node below the root that holds it); -1 for the root. */
    readonly groups: readonly number[];
}

/** The tree below a node of what holds items of a capture. */
export function ReadNodeTree(items: readonly ContentItem[], root: Node): NodeTree {
    const leaves = items.map(({ mesh }) => NodeOfMesh(mesh));
    const children = new Map<Node, Set<Node>>();
    for (const leaf of leaves) {
        for (let node = leaf; node !== root; node = node.parent!) {
            const parent = node.parent!;
            children.set(parent, (children.get(parent) ?? new Set<Node>()).add(node));
        }
    }
    const nodes: PartNode[] = [];
    const groups: number[] = [];
    const indices = new Map<Node, number>();
    const visit = (start: Node, parent: number): void => {
        let node = start;
        while (children.get(node)?.size === 1 && !leaves.includes(node)) {
            [node] = children.get(node)!;
        }
        const index = nodes.length;
        const depth = parent < 0 ? 0 : nodes[parent].depth + 1;
        nodes.push({ parent, depth });
        groups.push(depth === 0 ? -1 : depth === 1 ? index : groups[parent]);
        indices.set(node, index);
        for (const child of children.get(node) ?? []) {
            visit(child, index);
        }
    };
    visit(root, -1);
    return { nodes, groups, ofItem: leaves.map((leaf) => indices.get(leaf)!) };
}
