import { BoundingInfo } from "@babylonjs/core/Culling/boundingInfo";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Material } from "@babylonjs/core/Materials/material";
import type { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import type { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import { ReleaseShaders } from "../babylon/drawCaches";
import { SourceMesh } from "../sceneCapture/meshElements";
import type { LeafMap } from "./leafMap";
import { type PartLookBuffers, UploadLeafMap } from "./partLook";
import { PartLookPlugin } from "./partLookPlugin";
import { CreatePartOverlay } from "./partOverlay";
import type { ProxyGeometry } from "./proxyGeometry";

/** Layers that no camera looks at, for the mesh that is stood in for: it is not drawn, and is still picked, casts shadows and moves its children. */
const NO_LAYER = 0;

/**
 * A mesh that is drawn in place of one of the scene's, in whose frame it is, so that it goes where that goes. Its vertices are its own; its materials are
 * the other's, with a plugin that colors only this mesh, or, where a material has no place for that, an overlay.
 */
export class ProxyMesh {
    /** Child of {@link source}. */
    public readonly mesh: Mesh;
    /** Whether a face runs the other way around than the source's: its second and third corner are exchanged. */
    public readonly isReversed: (face: number) => boolean;

    private readonly _buffers: PartLookBuffers;
    private readonly _materials: readonly Material[];
    private readonly _overlay: ShaderMaterial | null;
    /** Of the source while it is hidden. */
    private _layerMask: number | null = null;
    private _isDisposed = false;

    /** @param buffers but for the leaf map's, which this adds; they belong to the caller */
    public constructor(
        /** The mesh that this is drawn for; it is only hidden. */
        public readonly source: AbstractMesh,
        { geometry, elements }: ProxyGeometry,
        /** Where its leaves are. */
        public readonly leafMap: LeafMap,
        buffers: Omit<PartLookBuffers, "umFaces">,
    ) {
        const scene = source.getScene();
        const engine = scene.getEngine() as WebGPUEngine;
        const own = SourceMesh(source);
        const mesh = new Mesh(`${source.name} (parts)`, scene);
        this.mesh = mesh;
        this.isReversed = elements.isReversed;
        mesh.doNotSerialize = true;
        mesh.isPickable = false;
        mesh.isUnIndexed = true;
        mesh.overrideRenderingFillMode = 0; // triangles, be the source a strip or a fan
        geometry.applyToMesh(mesh);
        mesh.skeleton = source.skeleton;
        mesh.numBoneInfluencers = own.numBoneInfluencers;
        mesh.hasVertexAlpha = own.hasVertexAlpha;
        mesh.useVertexColors = own.useVertexColors;
        mesh.receiveShadows = own.receiveShadows;
        mesh.applyFog = own.applyFog;
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
        this._materials = MaterialsOf(source, mesh.subMeshes);
        const fits = this._materials.every((material) => PartLookPlugin.Fits(material));
        if (fits) {
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
        // Not before: Babylon lets a mesh with an orientation of its own change its next material's.
        mesh.sideOrientation = own.sideOrientation;
    }

    /** Whether the parts are drawn over the source's own look, which is not known. */
    public get isOverlay(): boolean {
        return this._overlay !== null;
    }

    /** Follows what the scene does to the source. @param isOpaque nothing of the source's own look is to be seen */
    public update(isShown: boolean, isOpaque: boolean): void {
        const { mesh, source } = this;
        if (source.isDisposed()) {
            this.dispose();
        }
        if (this._isDisposed) {
            return;
        }
        if (isShown && (isOpaque || !this.isOverlay)) {
            // Set by someone else since.
            if (this._layerMask === null || source.layerMask !== NO_LAYER) {
                this._layerMask = source.layerMask;
                source.layerMask = NO_LAYER;
            }
        } else {
            this._unhide();
        }
        mesh.layerMask = this._layerMask ?? source.layerMask;
        mesh.isVisible = source.isVisible;
        mesh.visibility = source.visibility;
        if (mesh.isEnabled(false) !== isShown) {
            mesh.setEnabled(isShown);
        }
    }

    /** Takes it out of the scene; the source is drawn as before. Safe to call again. */
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
        this._overlay?.dispose();
        this._buffers.umFaces.dispose();
    }

    private _unhide(): void {
        if (this._layerMask !== null && this.source.layerMask === NO_LAYER) {
            this.source.layerMask = this._layerMask;
        }
        this._layerMask = null;
    }
}

function MaterialsOf(source: AbstractMesh, subMeshes: readonly SubMesh[]): Material[] {
    const scene = source.getScene();
    const { material } = source;
    if (material?.getClassName() !== "MultiMaterial") {
        return [material ?? scene.defaultMaterial];
    }
    const { subMaterials } = material as MultiMaterial;
    return [...new Set(subMeshes.map(({ materialIndex }) => subMaterials[materialIndex] ?? scene.defaultMaterial))];
}
