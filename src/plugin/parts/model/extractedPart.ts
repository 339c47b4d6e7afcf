import type { Material } from "@babylonjs/core/Materials/material";
import { Quaternion } from "@babylonjs/core/Maths/math.vector";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { RandomGUID } from "@babylonjs/core/Misc/guid";
import type { Scene } from "@babylonjs/core/scene";
import { DisposeShadowMaterial, ReleaseShaders } from "../../babylon/drawCaches";
import { IsSplatMesh } from "../../sceneCapture/splatData";
import { type PartTransform, PlaceNode, TransformOf } from "./partTransform";

const KEY = "ultrametricPart";

/** Metadata that glTF's writer puts into a node's extras, and its loader back. */
interface NodeMetadata {
    readonly gltf?: { readonly extras?: Readonly<Record<string, unknown>> };
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
        /** The leaves that it was made of. */
        public readonly leaves: Uint32Array,
        /** @internal What a cloud of leaves is drawn with; null for meshes of content. */
        public readonly cloudMaterial: Material | null = null,
    ) {
        root.rotationQuaternion ??= Quaternion.Identity();
        if (cloudMaterial) {
            root.doNotSerialize = true; // and what is below: scene files have no place for the leaves' buffers
        }
        if (!keyOf(root)) {
            this.key = RandomGUID();
        }
    }

    /**
     * @internal The part whose node and meshes are in a scene that was saved with them.
     *
     * @returns null where they are not
     */
    public static Find(scene: Scene, key: string, leaves: Uint32Array): ExtractedPart | null {
        const root = scene.transformNodes.find((node) => keyOf(node) === key);
        const meshes = root?.getChildMeshes(false, (node): node is Mesh => node instanceof Mesh) ?? [];
        return root && meshes.length > 0 ? new ExtractedPart(root, meshes, leaves) : null;
    }

    /** @internal By what it is known where the scene and the segmentation are opened again; files keep it with the node. */
    public get key(): string {
        return keyOf(this.root) ?? "";
    }

    public set key(value: string) {
        const metadata = (this.root.metadata ?? {}) as NodeMetadata;
        const gltf = { ...metadata.gltf, extras: { ...metadata.gltf?.extras, [KEY]: value } };
        this.root.metadata = { ...metadata, gltf };
    }

    /** That of its root node. */
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
        return TransformOf(this.root);
    }

    /** @internal */
    public place(transform: PartTransform): void {
        PlaceNode(this.root, transform);
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
                ReleaseShaders(mesh); // coming back makes them again, and would count them twice
                scene.removeMesh(mesh);
            }
            scene.removeTransformNode(this.root);
        }
    }

    /** @internal Frees the meshes; materials and textures are the content's. */
    public dispose(): void {
        this._isInScene = false;
        for (const mesh of this.meshes) {
            ReleaseShaders(mesh);
            if (IsSplatMesh(mesh) && mesh.material) {
                DisposeShadowMaterial(mesh.material); // the mesh's own, which goes with it
            }
            mesh.dispose(false, false);
        }
        this.root.dispose(true);
        this.cloudMaterial?.dispose();
    }
}

function keyOf({ metadata }: TransformNode): string | null {
    const key = (metadata as NodeMetadata | null)?.gltf?.extras?.[KEY];
    return typeof key === "string" ? key : null;
}
