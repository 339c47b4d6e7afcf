import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";
import { Constants } from "@babylonjs/core/Engines/constants";
import type { Effect } from "@babylonjs/core/Materials/effect";
import type { Material } from "@babylonjs/core/Materials/material";
import type { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { InstancedMesh } from "@babylonjs/core/Meshes/instancedMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import { ReleaseKept, RenewShaders } from "../babylon/drawCaches";
import { type DrawHooks, HookDraw } from "../babylon/drawHooks";
import { CornerDraw } from "./cornerDraw";
import type { FaceCorners } from "./faceCorners";
import type { LeafMap } from "./leafMap";
import { OWN_SLOT } from "./partFace";
import { HideLook, type LookFaces, type LookStore, type PartLook, ShowLook, ShownLook } from "./partLook";
import { PartLookPlugin } from "./partLookPlugin";
import { CreatePartOverlay } from "./partOverlay";

/**
 * Draws the parts on a mesh that holds vertices, and on its instances, which stay the same for the application. Their
 * materials get a plugin; over a material that has none, and in place of it if the parts hide it, an overlay is drawn.
 */
export class PartSurface implements PartLook, DrawHooks {
    public readonly faces: LookFaces;
    private readonly _ownSlot: number;
    private _drawnSlot: number;
    private readonly _slots = new Map<AbstractMesh, number>();
    private readonly _draw: CornerDraw;
    /** The shaders with and without parts, which stay compiled. */
    private readonly _kept = new Set<Effect>();
    private readonly _removeHooks: () => void;
    private _materials: readonly Material[] = [];
    private _overlay: ShaderMaterial | null = null;
    private _isActive = false;
    private _isOpaque = false;
    private _isDisposed = false;

    /**
     * @param leafMaps of the mesh and of its instances
     * @param store belongs to the caller
     */
    public constructor(
        /** The mesh that holds the vertices. */
        public readonly mesh: Mesh,
        { elements }: Pick<FaceCorners, "elements">,
        leafMaps: ReadonlyMap<AbstractMesh, LeafMap>,
        store: LookStore,
    ) {
        for (const item of leafMaps.keys()) {
            this._slots.set(item, this._slots.size);
        }
        this._ownSlot = this._slotOf(mesh);
        this._drawnSlot = this._ownSlot;
        this.faces = store.createFaces([...leafMaps.values()], `leaf maps of ${mesh.name}`);
        this._draw = new CornerDraw(mesh, elements);
        this._followMaterials();
        this._removeHooks = HookDraw(mesh, this);
        this._compile();
    }

    public get drawnSlot(): number {
        return this._drawnSlot;
    }

    /** True if the shaders are compiled, as far as they were needed when the surface was created. */
    public get isReady(): boolean {
        return [...this._kept].every((effect) => effect.isReady());
    }

    /** True if the parts are drawn. */
    public get isActive(): boolean {
        return this._isActive;
    }

    /**
     * Shows or hides the parts, and follows changes of the mesh.
     *
     * @param isOpaque whether the parts' colors hide those of the mesh
     */
    public update(isShown: boolean, isOpaque: boolean): void {
        if (this.mesh.isDisposed()) {
            this.dispose();
        }
        if (this._isDisposed) {
            return;
        }
        this._followMaterials();
        const isActive = isShown && this._draw.isCurrent;
        if (this._isActive !== isActive || this._isOpaque !== isOpaque) {
            this._isOpaque = isOpaque;
            this._setActive(isActive);
        }
    }

    /** Draws the mesh as before. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._setActive(false);
        this._removeHooks();
        for (const material of this._materials) {
            PartLookPlugin.Remove(material, this);
        }
        if (this._overlay) {
            this._overlay.dispose();
        }
        ReleaseKept(this._kept);
        this._draw.dispose();
        this.faces.dispose();
    }

    /** @internal */
    public render(draw: (isBlended?: boolean) => void, subMesh: SubMesh, instance: AbstractMesh | null): void {
        this._drawnSlot = instance ? this._slotOf(instance) : this._ownSlot;
        const material = subMesh.getMaterial();
        if (!material || !this._overlay || PartLookPlugin.Supports(material)) {
            draw();
        } else {
            let isReady = false;
            this._inOverlayPass(() => {
                isReady = subMesh.effect?.isReady() ?? false;
            });
            if (!this._isOpaque || !isReady) {
                draw();
            }
            this._renderOverlay(draw);
        }
        this._drawnSlot = this._ownSlot;
    }

    /** @internal */
    public collect(instances: readonly InstancedMesh[], isWithMesh: boolean): void {
        const slots = instances.map((instance) => this._slotOf(instance));
        this._draw.setInstances(isWithMesh ? [this._ownSlot, ...slots] : slots);
    }

    /** @internal */
    public bind(effect: Effect, index: unknown, isInstanced: boolean): boolean {
        return this._draw.bind(effect, index, isInstanced);
    }

    /** @internal */
    public draw(subMesh: SubMesh, fillMode: number, instanceCount: number | undefined): void {
        this._draw.draw(subMesh, fillMode, instanceCount);
    }

    /** @internal */
    public changeVertices(): void {
        this._draw.invalidate();
    }

    private _slotOf(mesh: AbstractMesh): number {
        return this._slots.get(mesh) ?? -1;
    }

    private _setActive(isActive: boolean): void {
        this._isActive = isActive;
        if (isActive) {
            ShowLook(this.mesh, this);
        } else {
            HideLook(this.mesh, this);
        }
        if (!this.mesh.isDisposed()) {
            RenewShaders(this.mesh, this._kept);
            this._placeOverlay();
        }
    }

    /** Compiles the shaders before they are needed; in the first frame, those of all meshes would be compiled at once. */
    private _compile(): void {
        const { mesh } = this;
        const before = ShownLook(mesh);
        const pass = overlayPassOf(mesh.getEngine());
        const overlayBefore = mesh.getMaterialForRenderPass(pass);
        this._isActive = true;
        ShowLook(mesh, this);
        RenewShaders(mesh, this._kept);
        this._placeOverlay();
        mesh.isReady(true);
        if (this._overlay) {
            this._inOverlayPass(() => mesh.isReady(true));
        }
        HideLook(mesh, this);
        this._isActive = false;
        RenewShaders(mesh, this._kept);
        if (this._overlay) {
            mesh.setMaterialForRenderPass(pass, overlayBefore);
        }
        if (before) {
            ShowLook(mesh, before);
        }
    }

    /** Takes on other materials of the mesh, such as those of a variant. */
    private _followMaterials(): void {
        const materials = materialsOf(this.mesh);
        if (
            materials.length === this._materials.length &&
            materials.every((material, i) => material === this._materials[i])
        ) {
            return;
        }
        for (const material of this._materials) {
            if (!materials.includes(material)) {
                PartLookPlugin.Remove(material, this);
            }
        }
        for (const material of materials) {
            if (PartLookPlugin.Supports(material)) {
                PartLookPlugin.Add(material, this);
            }
        }
        this._materials = materials;
        // The overlay has no shaders for WebGL2.
        if (this.mesh.getEngine().isWebGPU && !materials.every((material) => PartLookPlugin.Supports(material))) {
            this._createOverlay();
            this._overlay!.backFaceCulling = materials.every((material) => material.backFaceCulling);
        }
    }

    private _createOverlay(): void {
        if (this._overlay) {
            return;
        }
        const { mesh } = this;
        const scene = mesh.getScene();
        const overlay = CreatePartOverlay(`${mesh.name} (parts)`, scene);
        // Applications do not find it.
        scene.removeMaterial(overlay);
        overlay.onBindObservable.add(() => {
            const effect = overlay.getEffect();
            if (effect) {
                effect.setFloat(OWN_SLOT, this._drawnSlot);
                this.faces.bind(effect);
            }
        });
        this._overlay = overlay;
        this._placeOverlay();
    }

    /** Makes the overlay the mesh's material in the pass of overlays while the parts are shown. */
    private _placeOverlay(): void {
        const { mesh, _overlay: overlay } = this;
        const pass = overlayPassOf(mesh.getEngine());
        if (overlay && this._isActive) {
            mesh.setMaterialForRenderPass(pass, overlay);
        } else if (overlay && mesh.getMaterialForRenderPass(pass) === overlay) {
            mesh.setMaterialForRenderPass(pass, undefined);
        }
    }

    private _renderOverlay(draw: (isBlended: boolean) => void): void {
        const engine = this.mesh.getEngine();
        // With blending off, the mode may be -1 (unset); setting that would enable blending.
        const alphaMode = engine.alphaState.alphaBlend ? engine.getAlphaMode() : Constants.ALPHA_DISABLE;
        this._inOverlayPass(() => {
            draw(true);
        });
        engine.setAlphaMode(alphaMode);
    }

    private _inOverlayPass(use: () => void): void {
        const { mesh } = this;
        const engine = mesh.getEngine();
        const pass = engine.currentRenderPassId;
        const overlayPass = overlayPassOf(engine);
        engine.currentRenderPassId = overlayPass;
        try {
            use();
        } finally {
            engine.currentRenderPassId = pass;
        }
    }
}

const overlayPasses = new WeakMap<AbstractEngine, number>();

/** Returns the render pass that overlays have their shaders in. An engine never forgets a pass, so there is one. */
function overlayPassOf(engine: AbstractEngine): number {
    const pass = overlayPasses.get(engine) ?? engine.createRenderPassId("parts over meshes");
    overlayPasses.set(engine, pass);
    return pass;
}

/** Returns the materials of a mesh's faces. */
function materialsOf(mesh: Mesh): Material[] {
    const materials = (mesh.subMeshes ?? []).map((sub) => sub.getMaterial());
    return [...new Set(materials.filter((material) => material !== null))];
}
