import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";

/**
 * Leaves a node without a parent, and what is below it, out of the files that Babylon writes of its scene. Its glTF
 * exporter knows no mark for that, and starts at the scene's root nodes.
 */
export function HideFromFiles(node: TransformNode): void {
    node.doNotSerialize = true;
    node._removeFromSceneRootNodes();
}
