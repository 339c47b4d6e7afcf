import { BoundingInfo } from "@babylonjs/core/Culling/boundingInfo";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Material } from "@babylonjs/core/Materials/material";
import type { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import type { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import { ReleaseShaders } from "../babylon/drawCaches";
import { MarkOwnMesh } from "../babylon/ownMeshes";
import { SourceMesh } from "../content/meshElements";
import type { LeafMap } from "./leafMap";
import { type PartLookBuffers, UploadLeafMap } from "./partLook";
import { PartLookPlugin } from "./partLookPlugin";
import { CreatePartOverlay } from "./partOverlay";
import { GatherCorners, type ProxyGeometry } from "./proxyGeometry";
import { ProxyMorph } from "./proxyMorph";

/** A layer mask that no camera draws. A source mesh with it still is picked, casts shadows and moves its children. */
const NO_LAYER = 0;

/**
 * A mesh that is drawn in place of a source mesh, as its child. It has vertices of its own, and the materials of the
 * source mesh with a plugin that colors only this mesh; for unsupported materials it is an overlay.
 */
export class ProxyMesh {
    /** A child of {@link source}. */
    public readonly mesh: Mesh;
    /** Whether the second and third corner of a face are swapped compared with the source mesh. */
    public readonly isReversed: (face: number) => boolean;

    private readonly _buffers: PartLookBuffers;
    private _materials: readonly Material[];
    private readonly _morph: ProxyMorph | null;
    private readonly _overlay: ShaderMaterial | null;
    /** The layer mask of the source mesh while it is hidden. */
    private _layerMask: number | null = null;
    private _isDisposed = false;

    /** @param buffers all but that of the leaf map; they belong to the caller */
    public constructor(
        /** The source mesh; it is hidden, and otherwise stays the same. */
        public readonly source: AbstractMesh,
        { geometry, elements }: ProxyGeometry,
        /** The leaves of its faces. */
        public readonly leafMap: LeafMap,
        buffers: Omit<PartLookBuffers, "umFaces">,
    ) {
        const scene = source.getScene();
        const engine = scene.getEngine() as WebGPUEngine;
        const holder = SourceMesh(source);
        const mesh = MarkOwnMesh(new Mesh(`${source.name} (parts)`, scene));
        this.mesh = mesh;
        this.isReversed = elements.isReversed;
        mesh.doNotSerialize = true;
        mesh.isPickable = false;
        mesh.isUnIndexed = true;
        mesh.overrideRenderingFillMode = 0; // triangles, also if the source mesh is a strip or a fan
        geometry.applyToMesh(mesh);
        const { morphTargetManager } = holder;
        this._morph = morphTargetManager
            ? new ProxyMorph(morphTargetManager, mesh, (values, size) => GatherCorners(values, size, elements))
            : null;
        mesh.skeleton = source.skeleton;
        mesh.numBoneInfluencers = holder.numBoneInfluencers;
        mesh.hasVertexAlpha = holder.hasVertexAlpha;
        mesh.useVertexColors = holder.useVertexColors;
        mesh.receiveShadows = holder.receiveShadows;
        mesh.applyFog = holder.applyFog;
        mesh.renderingGroupId = source.renderingGroupId;
        mesh.alphaIndex = source.alphaIndex;
        mesh.alwaysSelectAsActiveMesh = source.alwaysSelectAsActiveMesh;

        const { minimum, maximum } = source.getBoundingInfo();
        mesh.setBoundingInfo(new BoundingInfo(minimum, maximum));
        mesh.subMeshes = [];
        for (const { start, end, materialIndex } of elements.runs) {
            const sub = new SubMesh(
                materialIndex,
                3 * start,
                3 * (end - start),
                3 * start,
                3 * (end - start),
                mesh,
                mesh,
                false,
            );
            sub.setBoundingInfo(new BoundingInfo(minimum, maximum));
        }
        mesh.parent = source;
        if (source.hasThinInstances) {
            const matrices = (source as Mesh).thinInstanceGetWorldMatrices();
            const values = new Float32Array(16 * matrices.length);
            matrices.forEach((matrix, i) => {
                matrix.copyToArray(values, 16 * i);
            });
            mesh.thinInstanceSetBuffer("matrix", values, 16, true);
        }

        this._buffers = { umFaces: UploadLeafMap(engine, leafMap, `leaf map of ${source.name}`), ...buffers };
        this._materials = materialsOf(source, mesh.subMeshes);
        if (this._materials.every((material) => PartLookPlugin.Supports(material))) {
            this._overlay = null;
            mesh.material = source.material ?? scene.defaultMaterial;
            for (const material of this._materials) {
                PartLookPlugin.Add(material, mesh, this._buffers);
            }
        } else {
            this._overlay = CreatePartOverlay(`${source.name} (parts)`, scene, this._buffers);
            this._overlay.backFaceCulling = this._materials.every((material) => material.backFaceCulling);
            mesh.material = this._overlay;
        }
        // After the material: Babylon applies a mesh's orientation to the next material that is set.
        mesh.sideOrientation = holder.sideOrientation;
    }

    /** Whether the parts are drawn over the source mesh, whose materials are unsupported. */
    public get isOverlay(): boolean {
        return this._overlay !== null;
    }

    /**
     * Follows changes of the source mesh.
     *
     * @param isOpaque whether the parts' colors hide those of the source mesh
     */
    public update(isShown: boolean, isOpaque: boolean): void {
        const { mesh, source } = this;
        if (source.isDisposed()) {
            this.dispose();
        }
        if (this._isDisposed) {
            return;
        }
        if (isShown && (isOpaque || !this.isOverlay)) {
            // The application may have set the mask since.
            if (this._layerMask === null || source.layerMask !== NO_LAYER) {
                this._layerMask = source.layerMask;
                source.layerMask = NO_LAYER;
            }
        } else {
            this._unhide();
        }
        this._morph?.update();
        this._followMaterial();
        mesh.layerMask = this._layerMask ?? source.layerMask;
        mesh.isVisible = source.isVisible;
        mesh.visibility = source.visibility;
        if (mesh.isEnabled(false) !== isShown) {
            mesh.setEnabled(isShown);
        }
    }

    /** Removes the mesh from the scene; the source mesh is drawn as before. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._unhide();
        ReleaseShaders(this.mesh);
        if (!this._overlay) {
            for (const material of this._materials) {
                PartLookPlugin.Remove(material, this.mesh);
            }
        }
        if (!this.mesh.isDisposed()) {
            this.mesh.dispose(true, false);
        }
        this._morph?.dispose();
        this._overlay?.dispose();
        this._buffers.umFaces.dispose();
    }

    /** Takes on another material of the source mesh, such as that of a variant, if the plugin supports it. */
    private _followMaterial(): void {
        const { mesh, source } = this;
        const material = source.material ?? source.getScene().defaultMaterial;
        if (this._overlay || material === mesh.material) {
            return;
        }
        const materials = materialsOf(source, mesh.subMeshes);
        if (!materials.every((added) => PartLookPlugin.Supports(added))) {
            return;
        }
        ReleaseShaders(mesh);
        for (const removed of this._materials) {
            PartLookPlugin.Remove(removed, mesh);
        }
        mesh.material = material;
        mesh.sideOrientation = SourceMesh(source).sideOrientation;
        for (const added of materials) {
            PartLookPlugin.Add(added, mesh, this._buffers);
        }
        this._materials = materials;
    }

    private _unhide(): void {
        if (this._layerMask !== null && this.source.layerMask === NO_LAYER) {
            this.source.layerMask = this._layerMask;
        }
        this._layerMask = null;
    }
}

function materialsOf(source: AbstractMesh, subMeshes: readonly SubMesh[]): Material[] {
    const scene = source.getScene();
    const { material } = source;
    if (material?.getClassName() !== "MultiMaterial") {
        return [material ?? scene.defaultMaterial];
    }
    const { subMaterials } = material as MultiMaterial;
    return [...new Set(subMeshes.map(({ materialIndex }) => subMaterials[materialIndex] ?? scene.defaultMaterial))];
}
