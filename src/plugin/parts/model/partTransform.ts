import { Matrix, Quaternion, type Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Node } from "@babylonjs/core/node";

/** Position, rotation and scaling of a node, relative to its parent. */
export interface PartTransform {
    readonly position: Vector3;
    readonly rotation: Quaternion;
    readonly scaling: Vector3;
}

/** Returns a copy of a node's transform. */
export function TransformOf({ position, rotation, rotationQuaternion, scaling }: TransformNode): PartTransform {
    return {
        position: position.clone(),
        rotation: rotationQuaternion?.clone() ?? Quaternion.FromEulerVector(rotation),
        scaling: scaling.clone(),
    };
}

/** Gives a node a transform. */
export function PlaceNode(node: TransformNode, { position, rotation, scaling }: PartTransform): void {
    node.position.copyFrom(position);
    node.rotationQuaternion = rotation.clone();
    node.scaling.copyFrom(scaling);
    node.computeWorldMatrix(true);
}

/**
 * Gives a node the place that a transform below some parent means, also if the node has another parent by now.
 *
 * @param parent the parent that the transform is relative to; null for the scene
 */
export function PlaceNodeBelow(node: TransformNode, transform: PartTransform, parent: Node | null): void {
    if (node.parent === parent) {
        PlaceNode(node, transform);
        return;
    }
    const { scaling, rotation, position } = transform;
    const worldOf = (above: Node | null): Matrix => above?.computeWorldMatrix(true) ?? Matrix.Identity();
    Matrix.Compose(scaling, rotation, position)
        .multiply(worldOf(parent))
        .multiply(Matrix.Invert(worldOf(node.parent)))
        .decomposeToTransformNode(node);
    node.computeWorldMatrix(true);
}
