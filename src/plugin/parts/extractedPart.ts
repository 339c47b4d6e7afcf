import type { Material } from "@babylonjs/core/Materials/material";
import { Quaternion, type Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";

/** Where an extracted part stands: its node's position, turn and scale. */
export interface PartTransform {
    readonly position: Vector3;
    readonly rotation: Quaternion;
    readonly scaling: Vector3;
}

/**
 * A part that became meshes of its own, under a node at the middle of its box: move, turn and scale the node with PartEditor.transform or a gizmo.
 * While its extraction is undone it is out of the scene, and comes back as the same objects.
 */
export class ExtractedPart {
    /** A locked one refuses edits. See PartEditor.lock. */
    public isLocked = false;
    private _isInScene = true;

    /** @internal Made by PartEditor */
    public constructor(
        /** Its place in the scene, at the top. */
        public readonly root: TransformNode,
        /** One for each mesh of the content that the part has elements of; or one cloud of its leaves. */
        public readonly meshes: readonly Mesh[],
        /** @internal What a cloud of leaves was made of; null for meshes of content. */
        public readonly cloud: { readonly leaves: Uint32Array; readonly material: Material } | null = null,
    ) {
        root.rotationQuaternion ??= Quaternion.Identity();
    }

    public get name(): string {
        return this.root.name;
    }

    public set name(value: string) {
        this.root.name = value;
    }

    /** Whether it is in the scene: not deleted, and its extraction not undone. */
    public get isInScene(): boolean {
        return this._isInScene;
    }

    /** A copy of where it stands. */
    public get transform(): PartTransform {
        const { position, rotationQuaternion, scaling } = this.root;
        return { position: position.clone(), rotation: rotationQuaternion!.clone(), scaling: scaling.clone() };
    }

    /** @internal */
    public place({ position, rotation, scaling }: PartTransform): void {
        this.root.position.copyFrom(position);
        this.root.rotationQuaternion = rotation.clone();
        this.root.scaling.copyFrom(scaling);
        this.root.computeWorldMatrix(true);
    }

    /** @internal Takes it out of the scene, or puts it back, with all its objects kept. */
    public setInScene(value: boolean): void {
        if (value === this._isInScene) {
            return;
        }
        this._isInScene = value;
        const scene = this.root.getScene();
        if (value) {
            scene.addTransformNode(this.root);
            for (const mesh of this.meshes) {
                scene.addMesh(mesh);
            }
        } else {
            for (const mesh of this.meshes) {
                scene.removeMesh(mesh);
            }
            scene.removeTransformNode(this.root);
        }
    }

    /** @internal Frees the meshes; materials and textures are the content's. */
    public dispose(): void {
        this._isInScene = false;
        for (const mesh of this.meshes) {
            mesh.dispose(false, false);
        }
        this.root.dispose(true);
        this.cloud?.material.dispose();
    }
}
