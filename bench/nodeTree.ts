import type { Node } from "@babylonjs/core/node";
import { NodeOfMesh } from "../src/plugin/content/contentNodes";
import type { ContentItem } from "../src/plugin/content/sceneContent";
import type { PartNode } from "./simulatedMasks";

/** The tree of the file's nodes with a surface, and of their ancestors with several children. */
export interface NodeTree {
    readonly nodes: readonly PartNode[];
    /** The leaf node of each item of the capture. */
    readonly ofItem: readonly number[];
    /** The group of each node: its ancestor below the root; -1 for the root. */
    readonly groups: readonly number[];
}

/** Returns the tree of the nodes below a node that have items of a capture. */
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
