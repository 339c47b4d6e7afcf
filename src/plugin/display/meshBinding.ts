import type { Ray } from "@babylonjs/core/Culling/ray.core";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { GpuArray } from "../../compute/gpu/gpuArray";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { PartColorSettings } from "../../compute/partColors/leafColors";
import { PartColors } from "../../compute/partColors/partColors";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { LEAF_UNPICKABLE } from "../parts/model/leafOverrides";
import { ContentFaces } from "./contentFaces";
import { type FaceHit, PickFace } from "./facePicking";
import {
    DEFAULT_LEAF_DISPLAY_OPTIONS,
    FirstPartStartColorsAsync,
    LeafDisplay,
    type LeafDisplayOptions,
    PART_SHARE,
} from "./leafDisplay";
import { LeafMap } from "./leafMap";
import { CreateSettings, WriteSettings } from "./partLook";
import { ProxyMesh } from "./proxyMesh";

/** Options of {@link MeshBinding}. */
export interface MeshBindingOptions extends LeafDisplayOptions {
    /**
     * The share of a lamp at the camera in the shading of the parts' colors in mode "parts", 0..1; it shows the shape.
     * Default 0.7.
     */
    lamp: number;
    /** The width of the outline of hovered and selected parts, in pixels; 0 for none. Default 2. */
    outline: number;
    /** The color of the outline, sRGB 0..1. Default white. */
    outlineColor: readonly [number, number, number];
    /** Whether the parts are shown at first. Default true. */
    isShown: boolean;
}

/** The defaults of {@link MeshBindingOptions}. */
export const DEFAULT_MESH_BINDING_OPTIONS: Readonly<MeshBindingOptions> = {
    ...DEFAULT_LEAF_DISPLAY_OPTIONS,
    lamp: 0.7,
    outline: 2,
    outlineColor: [1, 1, 1],
    isShown: true,
};

/** The largest number of unpickable leaves in a row that a ray passes through. */
const MAX_PASSES = 64;

/**
 * Shows a hierarchy on the meshes that it was segmented from: their faces get the colors of their parts, by the modes
 * of {@link LeafDisplay}, with outlines around hovered and selected parts.
 *
 * Each mesh, also an instance, gets a proxy mesh with vertices of its own as a child; the mesh itself is hidden by its
 * `layerMask` and otherwise unchanged. With PBR and standard materials, a plugin colors the proxy mesh; with others,
 * the proxy mesh is an overlay. Borders are sharp: a face has one color, or, if several samples lie on it, each point
 * has the color of the nearest one. Nothing is uploaded when the cut changes. {@link dispose} restores the scene.
 *
 * Point clouds of the content are not shown. Proxy meshes follow all motion of the meshes, their skeletons and their
 * morph targets, and other materials of the same classes; thin instances keep the state that they had when the binding
 * was created.
 */
export class MeshBinding extends LeafDisplay {
    /** The proxy mesh of each mesh of the content. */
    private readonly _proxies = new Map<AbstractMesh, ProxyMesh>();
    private readonly _settings: GpuArray<"f32">;
    private readonly _sceneObserver: Observer<Scene> | null;
    private _isShown = false;
    /** The color mode in the settings on the GPU; empty at first. */
    private _writtenMode = "";
    private _checkedOverrides = 0;
    private _hasOverrides = false;

    private constructor(
        private readonly _scene: Scene,
        hierarchy: SegmentationHierarchy,
        /** The meshes, and the leaf that each of their faces follows. */
        public readonly content: ContentLeaves,
        colors: PartColors,
        private readonly _options: MeshBindingOptions,
        partStartColors: Uint32Array<ArrayBuffer>,
    ) {
        super(_scene, hierarchy, colors, _options, partStartColors);
        this._settings = CreateSettings(_scene.getEngine() as WebGPUEngine);
        // Before the scene selects the meshes of a frame.
        this._sceneObserver = _scene.onBeforeActiveMeshesEvaluationObservable.add(() => {
            this._update();
        });
    }

    /**
     * Creates the proxy meshes, in time slices.
     *
     * @param scene with a WebGPUEngine and the content's meshes
     * @param hierarchy segmented from the content's capture
     * @throws UltrametricError "input" if the content has no faces, belongs to another hierarchy or has changed;
     * "unsupported" without WebGPU; "limits"; "deviceLost"; "disposed"
     */
    public static async CreateAsync(
        scene: Scene,
        hierarchy: SegmentationHierarchy,
        content: ContentLeaves,
        options: Partial<MeshBindingOptions> = {},
    ): Promise<MeshBinding> {
        const { capture } = content;
        if (capture.elements.length !== hierarchy.leafCount) {
            throw new UltrametricError(
                "input",
                `The content has ${capture.elements.length} samples, and the hierarchy "${hierarchy.name}" has ` +
                    `${hierarchy.leafCount} leaves; pass the content that the hierarchy was segmented from.`,
            );
        }
        if (!capture.items.some(({ kind }) => kind === "faces")) {
            throw new UltrametricError(
                "input",
                `The capture "${capture.name}" has no meshes with faces; show it as a point cloud.`,
            );
        }
        const settings = { ...DEFAULT_MESH_BINDING_OPTIONS, ...options };
        const pacer = new Pacer("Showing parts on meshes");
        const partStartColors = await FirstPartStartColorsAsync(hierarchy, settings, pacer);
        const colors = await PartColors.CreateAsync(scene.getEngine() as WebGPUEngine, hierarchy.leafCount);
        if (scene.isDisposed) {
            colors.dispose();
            throw createDisposedError();
        }
        const binding = new MeshBinding(scene, hierarchy, content, colors, settings, partStartColors);
        try {
            await binding._createProxiesAsync(colors, pacer);
        } catch (error) {
            binding.dispose();
            throw error;
        }
        binding.isShown = settings.isShown;
        return binding;
    }

    /** Whether the parts are shown; if not, the meshes look as without the binding. */
    public get isShown(): boolean {
        return this._isShown;
    }

    public set isShown(value: boolean) {
        this._checkUsable();
        this._isShown = value;
        this._update();
    }

    /** Whether a mesh is one of the proxy meshes. */
    public owns(mesh: AbstractMesh): boolean {
        return [...this._proxies.values()].some((proxy) => proxy.mesh === mesh);
    }

    /** Returns the layer mask of a mesh of the content; the mesh's own mask is 0 while the parts are shown. */
    public layerMaskOf(mesh: AbstractMesh): number {
        return this._proxies.get(mesh)?.mesh.layerMask ?? mesh.layerMask;
    }

    /**
     * Returns the leaf at a point on screen; -1 if there is none, or if another mesh is in front. Hidden and locked
     * leaves are ignored.
     *
     * @param x as `scene.pointerX`
     * @param y as `scene.pointerY`
     */
    public pickLeaf(x: number, y: number): number {
        const camera = this._scene.activeCamera;
        return camera ? this.pickLeafOnRay(this._scene.createPickingRay(x, y, Matrix.Identity(), camera)) : -1;
    }

    /** Returns the leaf that a ray of the scene hits, such as an XR controller's; -1 for none. See {@link pickLeaf}. */
    public pickLeafOnRay(from: Ray): number {
        this._checkUsable();
        const ray = from.clone();
        const sources = [...this._proxies.keys()];
        const isHit = (mesh: AbstractMesh): boolean =>
            mesh.isVisible && mesh.isEnabled() && (this._proxies.has(mesh) || mesh.isPickable);
        for (let pass = 0; pass < MAX_PASSES; pass++) {
            const hit = PickFace(this._scene, ray, sources, isHit);
            const proxy = hit && this._proxies.get(hit.mesh);
            if (!proxy) {
                return -1;
            }
            const leaf = leafOfHit(proxy, hit);
            if (((this.overrides?.data[leaf] ?? 0) & LEAF_UNPICKABLE) === 0) {
                return leaf;
            }
            // Continue just behind the hit.
            const step = hit.distance * (1 + 1e-5) + 1e-6;
            ray.origin.addInPlace(ray.direction.scale(step / ray.direction.length()));
            ray.length -= step;
        }
        return -1;
    }

    protected override _release(): void {
        this._sceneObserver?.remove();
        for (const proxy of this._proxies.values()) {
            proxy.dispose();
        }
        this._settings.dispose();
    }

    protected override _mixing(): Pick<PartColorSettings, "partShare" | "shading" | "marks"> {
        return { partShare: 1, shading: 0, marks: 1 }; // the shaders of the proxy meshes mix in the surface's own color
    }

    protected override _beforeDraw(): void {
        const { colorMode, _options: options } = this;
        if (this._writtenMode !== colorMode) {
            this._writtenMode = colorMode;
            WriteSettings(this._settings, {
                ...options,
                partShare: PART_SHARE[colorMode],
                lamp: colorMode === "parts" ? options.lamp : 0,
                shading: colorMode === "tint" ? 1 : 0,
            });
        }
        super._beforeDraw();
    }

    private _update(): void {
        if (this._checkedOverrides !== this._overridesVersion) {
            this._checkedOverrides = this._overridesVersion;
            this._hasOverrides = this.overrides?.data.some((bits) => bits !== 0) ?? false;
        }
        // If the parts would not be visible, the meshes themselves are drawn.
        const isPlain = this.colorMode === "original" && !this.hovered && !this.selected && !this._hasOverrides;
        for (const proxy of this._proxies.values()) {
            proxy.update(this._isShown && !isPlain, this.colorMode === "parts");
        }
    }

    /** Creates the proxy meshes in time slices; they are not shown yet. */
    private async _createProxiesAsync({ colors: umColors }: PartColors, pacer: Pacer): Promise<void> {
        const faces = new ContentFaces(this.content);
        try {
            const spacing = await faces.spacingAsync(pacer);
            for (const items of faces.groups) {
                const source = items[0].mesh;
                const leafMap = await LeafMap.CreateAsync(faces.leafMapInput(items, spacing), pacer);
                if (this._scene.isDisposed || this.isDisposed) {
                    throw createDisposedError();
                }
                const buffers = { umColors, umSettings: this._settings };
                const proxy = new ProxyMesh(source, faces.geometryOf(items[0]), leafMap, buffers);
                this._proxies.set(source, proxy);
                proxy.update(false, false);
                proxy.mesh.isReady(true); // starts compiling its shaders; in the first frame all would compile at once
                await pacer.yieldIfDueAsync();
            }
        } finally {
            faces.disposeUnused();
        }
    }
}

function leafOfHit({ leafMap, isReversed }: ProxyMesh, { face, thinInstance, first, second }: FaceHit): number {
    const element = Math.max(thinInstance, 0) * leafMap.faceCount + face;
    const third = 1 - first - second;
    return isReversed(face) ? leafMap.leafAt(element, third, second) : leafMap.leafAt(element, second, third);
}

function createDisposedError(): UltrametricError {
    return new UltrametricError("disposed", "The scene was disposed while parts were bound to its meshes.");
}
