import type { Ray } from "@babylonjs/core/Culling/ray.core";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CpuPartColors } from "../../compute/partColors/cpuPartColors";
import type { LeafColors, PartColorSettings } from "../../compute/partColors/leafColors";
import { PartColors } from "../../compute/partColors/partColors";
import { SourceMesh } from "../content/meshElements";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { LEAF_UNPICKABLE } from "../parts/model/leafOverrides";
import { ContentFaces } from "./contentFaces";
import { type FaceHit, PickFace } from "./facePicking";
import { GpuLook } from "./gpuLook";
import { FirstPartStartColorsAsync, LeafDisplay, PART_SHARE } from "./leafDisplay";
import { LeafMap } from "./leafMap";
import { DEFAULT_MESH_BINDING_OPTIONS, type MeshBindingOptions } from "./meshBindingOptions";
import type { LookStore } from "./partLook";
import { LoadOverlayIncludesAsync } from "./partOverlay";
import { PartSurface } from "./partSurface";
import { TextureLook } from "./textureLook";

/** The longest wait for shaders, in milliseconds; they are compiled in the first frames otherwise. */
const MAX_SHADER_WAIT = 10_000;
/** The largest number of unpickable leaves in a row that a ray passes through. */
const MAX_PASSES = 64;

/**
 * Shows a hierarchy on the meshes that it was segmented from: their faces get the colors of their parts, by the modes
 * of {@link LeafDisplay}, with outlines around hovered and selected parts.
 *
 * The meshes are drawn as before, by their own materials, with a plugin that colors them; over materials that have no
 * plugins, an overlay is drawn. For the application, nothing changes: they stay enabled, visible and pickable, keep
 * their vertices and layers, and follow all that they are told. Borders are sharp: a face has one color, or, if
 * several samples lie on it, each point has the color of the nearest one. Nothing is uploaded when the cut changes.
 * {@link dispose} restores the scene.
 *
 * Point clouds of the content are not shown. While parts are shown, meshes are drawn at their finest level of detail.
 * Instances and thin instances that are added later look as without parts.
 */
export class MeshBinding extends LeafDisplay {
    /** The faces of each mesh of the content. */
    private readonly _bound = new Map<AbstractMesh, BoundFaces>();
    /** One for each mesh that holds vertices. */
    private readonly _surfaces: PartSurface[] = [];
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
        colors: LeafColors,
        private readonly _look: LookStore,
        private readonly _options: MeshBindingOptions,
        partStartColors: Uint32Array<ArrayBuffer>,
    ) {
        super(_scene, hierarchy, colors, _options, partStartColors);
        // Before the scene selects the meshes of a frame.
        this._sceneObserver = _scene.onBeforeActiveMeshesEvaluationObservable.add(() => {
            this._update();
        });
    }

    /**
     * Prepares the meshes, in time slices.
     *
     * @param scene with the content's meshes, and a WebGPUEngine, or an Engine with WebGL2
     * @param hierarchy segmented from the content's capture
     * @throws UltrametricError "input" if the content has no faces, belongs to another hierarchy or has changed;
     * "limits"; "deviceLost"; "disposed"
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
        const [colors, look] = await createLookAsync(scene, hierarchy.leafCount);
        if (scene.isDisposed) {
            look.dispose();
            colors.dispose();
            throw createDisposedError();
        }
        const binding = new MeshBinding(scene, hierarchy, content, colors, look, settings, partStartColors);
        try {
            await binding._createSurfacesAsync(pacer);
        } catch (error) {
            binding.dispose();
            throw error;
        }
        binding.isShown = settings.isShown;
        return binding;
    }

    /** True if the parts are shown; if not, the meshes look as without the binding. */
    public get isShown(): boolean {
        return this._isShown;
    }

    public set isShown(value: boolean) {
        this._checkUsable();
        this._isShown = value;
        this._update();
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
        const sources = [...this._bound.keys()];
        const isHit = (mesh: AbstractMesh): boolean =>
            mesh.isVisible && mesh.isEnabled() && (this._bound.has(mesh) || mesh.isPickable);
        for (let pass = 0; pass < MAX_PASSES; pass++) {
            const hit = PickFace(this._scene, ray, sources, isHit);
            const faces = hit && this._bound.get(hit.mesh);
            if (!faces) {
                return -1;
            }
            const leaf = leafOfHit(faces, hit);
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
        for (const surface of this._surfaces) {
            surface.dispose();
        }
        this._look.dispose();
    }

    protected override _mixing(): Pick<PartColorSettings, "partShare" | "shading" | "marks"> {
        return { partShare: 1, shading: 0, marks: 1 }; // the shaders of the meshes mix in the surface's own color
    }

    protected override _beforeDraw(): void {
        const { colorMode, _options: options } = this;
        if (this._writtenMode !== colorMode) {
            this._writtenMode = colorMode;
            this._look.write({
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
        for (const surface of this._surfaces) {
            surface.update(this._isShown && !isPlain, this.colorMode === "parts");
        }
    }

    /** Prepares the meshes in time slices; the parts are not shown yet. */
    private async _createSurfacesAsync(pacer: Pacer): Promise<void> {
        const faces = new ContentFaces(this.content);
        const spacing = await faces.spacingAsync(pacer);
        if (this._scene.getEngine().isWebGPU) {
            await LoadOverlayIncludesAsync(); // the application may set another material at any time
        }
        const holders = new Map<Mesh, Map<AbstractMesh, LeafMap>>();
        for (const items of faces.groups) {
            const { mesh } = items[0];
            const leafMap = await LeafMap.CreateAsync(faces.leafMapInput(items, spacing), pacer);
            this._bound.set(mesh, { leafMap, isReversed: faces.cornersOf(items[0]).elements.isReversed });
            const holder = SourceMesh(mesh);
            holders.set(holder, (holders.get(holder) ?? new Map()).set(mesh, leafMap));
        }
        for (const [holder, leafMaps] of holders) {
            if (this._scene.isDisposed || this.isDisposed) {
                throw createDisposedError();
            }
            const corners = faces.groups.find(([{ mesh }]) => SourceMesh(mesh) === holder)!;
            this._surfaces.push(new PartSurface(holder, faces.cornersOf(corners[0]), leafMaps, this._look));
            await pacer.yieldIfDueAsync();
        }
        // Where a shader does not compile, the meshes are drawn without parts.
        const end = performance.now() + MAX_SHADER_WAIT;
        while (performance.now() < end && !this._surfaces.every(({ isReady }) => isReady)) {
            await pacer.yieldAsync();
        }
    }
}

/** Creates what colors the leaves, and what the shaders read. */
async function createLookAsync(scene: Scene, leafCount: number): Promise<[LeafColors, LookStore]> {
    const engine = scene.getEngine();
    if (engine.isWebGPU) {
        const colors = await PartColors.CreateAsync(engine as WebGPUEngine, leafCount);
        return [colors, new GpuLook(engine as WebGPUEngine, colors.colors)];
    }
    const colors = new CpuPartColors(leafCount);
    return [colors, new TextureLook(scene, colors)];
}

/** The faces of a mesh or of its thin instances. */
interface BoundFaces {
    readonly leafMap: LeafMap;
    /** True if the second and third corner of a face are swapped compared with the mesh. */
    readonly isReversed: (face: number) => boolean;
}

function leafOfHit({ leafMap, isReversed }: BoundFaces, { face, thinInstance, first, second }: FaceHit): number {
    const element = Math.max(thinInstance, 0) * leafMap.faceCount + face;
    const third = 1 - first - second;
    return isReversed(face) ? leafMap.leafAt(element, third, second) : leafMap.leafAt(element, second, third);
}

function createDisposedError(): UltrametricError {
    return new UltrametricError("disposed", "The scene was disposed while parts were bound to its meshes.");
}
