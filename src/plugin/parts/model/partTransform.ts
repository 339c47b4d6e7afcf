import { Quaternion, type Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";

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
