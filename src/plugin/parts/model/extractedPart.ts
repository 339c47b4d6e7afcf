import type { Material } from "@babylonjs/core/Materials/material";
import { Quaternion } from "@babylonjs/core/Maths/math.vector";
import type { GaussianSplattingPartProxyMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingPartProxyMesh";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { RandomGUID } from "@babylonjs/core/Misc/guid";
import type { Node } from "@babylonjs/core/node";
import type { Scene } from "@babylonjs/core/scene";
import { DisposeShadowMaterial, ReleaseShaders } from "../../babylon/drawCaches";
import { MarkOwnMesh } from "../../babylon/ownMeshes";
import { IsSplatMesh } from "../../content/splatData";
import { IsSplatProxy } from "../../content/splatPlaces";
import { type PartTransform, PlaceNodeBelow, TransformOf } from "./partTransform";

const KEY = "ultrametricPart";

/** Metadata that Babylon's glTF exporter and loader store in a node's extras. */
interface NodeMetadata {
    readonly gltf?: { readonly extras?: Readonly<Record<string, unknown>> };
}

/**
 * A part with meshes of its own, under a node at the center of its bounding box. The node hangs below the mesh that the
 * part came from, or the node around several, and moves with it. Move, rotate and scale it with PartEditor.transform or
 * a gizmo, hang it elsewhere with PartEditor.reparent. While its extraction is undone, it is not in the scene; redo brings back the same
 * objects.
 */
export class ExtractedPart {
    /** True if edits of it throw, see PartEditor.lock. */
    public isLocked = false;
    private _isInScene = true;
    /** The parent while the part is not in the scene. */
    private _parent: Node | null = null;

    /** @internal Created by PartEditor. */
    public constructor(
        /** The node above its meshes. */
        public readonly root: TransformNode,
        /**
         * One mesh per mesh of the content that the part has elements of, and per part of a compound; or one cloud of
         * its leaves; or one compound, see {@link proxies}.
         */
        public readonly meshes: readonly Mesh[],
        /** The leaves of the part. */
        public readonly leaves: Uint32Array,
        /** @internal The material of a cloud of leaves; null for meshes of content. */
        public readonly cloudMaterial: Material | null = null,
    ) {
        root.rotationQuaternion ??= Quaternion.Identity();
        meshes.forEach(MarkOwnMesh); // a capture has the faces of the content already
        if (cloudMaterial) {
            root.doNotSerialize = true; // nor the mesh below: scene files cannot store the leaves' buffers
        }
        if (!keyOf(root)) {
            this.key = RandomGUID();
        }
    }

    /** @internal Returns the part whose node and meshes were saved with a scene; null if there are none. */
    public static Find(scene: Scene, key: string, leaves: Uint32Array): ExtractedPart | null {
        const root = scene.transformNodes.find((node) => keyOf(node) === key);
        const isOwn = (node: object): node is Mesh => node instanceof Mesh && !IsSplatProxy(node);
        const meshes = root?.getChildMeshes(false, isOwn) ?? [];
        return root && meshes.length > 0 ? new ExtractedPart(root, meshes, leaves) : null;
    }

    /** @internal The identifier in saved scenes and segmentations, stored in the metadata of the node. */
    public get key(): string {
        return keyOf(this.root) ?? "";
    }

    public set key(value: string) {
        const metadata = (this.root.metadata ?? {}) as NodeMetadata;
        const gltf = { ...metadata.gltf, extras: { ...metadata.gltf?.extras, [KEY]: value } };
        this.root.metadata = { ...metadata, gltf };
    }

    /**
     * The proxies of a compound's parts, in the order in which these were extracted, which Babylon's gizmos,
     * `isVisible`, `setEnabled` and `scene.pick` take like meshes. Edits of them are not in the editor's history. Empty
     * for other meshes.
     */
    public get proxies(): GaussianSplattingPartProxyMesh[] {
        return this.root
            .getChildMeshes(false)
            .filter(IsSplatProxy)
            .sort((a, b) => a.partIndex - b.partIndex);
    }

    /** The nodes of a compound's parts that have several proxies. */
    private get _partNodes(): TransformNode[] {
        return this.root.getChildTransformNodes(true, (node) => !(node instanceof Mesh));
    }

    /** The name of its root node. */
    public get name(): string {
        return this.root.name;
    }

    public set name(value: string) {
        this.root.name = value;
    }

    /** True if it is in the scene: it was not deleted, and its extraction was not undone. */
    public get isInScene(): boolean {
        return this._isInScene && !this.root.isDisposed(); // with its parent, an application disposes it
    }

    /** A copy of its root node's transform. */
    public get transform(): PartTransform {
        return TransformOf(this.root);
    }

    /** @internal Sets its root node's transform, which is relative to a parent. Default: the present one. */
    public place(transform: PartTransform, parent: Node | null = this.root.parent): void {
        PlaceNodeBelow(this.root, transform, parent);
    }

    /** @internal Removes its objects from the scene, or adds them again. */
    public setInScene(value: boolean): void {
        if (value === this._isInScene || this.root.isDisposed()) {
            return;
        }
        this._isInScene = value;
        const scene = this.root.getScene();
        if (value) {
            this.root.parent = this._parent?.isDisposed() ? null : this._parent;
            for (const node of [this.root, ...this._partNodes]) {
                scene.addTransformNode(node);
            }
            for (const mesh of [...this.meshes, ...this.proxies]) {
                scene.addMesh(mesh);
            }
        } else {
            for (const mesh of this.meshes) {
                ReleaseShaders(mesh); // they are created again when the mesh comes back
                scene.removeMesh(mesh);
            }
            for (const proxy of this.proxies) {
                scene.removeMesh(proxy);
            }
            this._parent = this.root.parent;
            this.root.parent = null; // clones of the parent would have the part
            for (const node of [this.root, ...this._partNodes]) {
                scene.removeTransformNode(node);
            }
        }
    }

    /** @internal Frees the meshes; materials and textures belong to the content. */
    public dispose(): void {
        this._isInScene = false;
        for (const mesh of this.meshes) {
            ReleaseShaders(mesh);
            if (IsSplatMesh(mesh) && mesh.material) {
                DisposeShadowMaterial(mesh.material); // belongs to the mesh
            }
            mesh.dispose(false, false);
        }
        for (const node of this._partNodes) {
            node.dispose();
        }
        this.root.dispose(true);
        this.cloudMaterial?.dispose();
    }
}

function keyOf({ metadata }: TransformNode): string | null {
    const key = (metadata as NodeMetadata | null)?.gltf?.extras?.[KEY];
    return typeof key === "string" ? key : null;
}
