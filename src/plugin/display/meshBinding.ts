import "@babylonjs/core/Culling/ray"; // the scene's picking asks for it
import type { Ray } from "@babylonjs/core/Culling/ray.core";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
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
import { SourceMesh } from "../sceneCapture/meshElements";
import type { ContentItem } from "../sceneCapture/sceneContent";
import {
    DEFAULT_LEAF_DISPLAY_OPTIONS,
    FirstPartStartColorsAsync,
    LeafDisplay,
    type LeafDisplayOptions,
    PART_SHARE,
} from "./leafDisplay";
import { LeafMap, type LeafMapInput } from "./leafMap";
import { CreateSettings, WriteSettings } from "./partLook";
import { type FaceHit, PickPosedFace } from "./posedPicking";
import { CreateProxyMeshGeometry, type ProxyGeometry } from "./proxyGeometry";
import { ProxyMesh } from "./proxyMesh";

/** Options of {@link MeshBinding}. */
export interface MeshBindingOptions extends LeafDisplayOptions {
    /** In mode "parts", how far the parts' colors take on the light of a lamp at the eye, which shows the shape, 0..1. Default 0.7. */
    lamp: number;
    /** Width of the outline of hovered and selected parts in pixels; 0 for none. Default 2. */
    outline: number;
    /** Its color, sRGB 0..1. Default white. */
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

/** Hidden parts in a row that a ray goes through at most. */
const MAX_PASSES = 64;

/**
 * Shows a hierarchy on the meshes that it was segmented from: their faces take the colors of their parts, by the modes of {@link LeafDisplay}, with
 * outlines around hovered and selected parts.
 *
 * Each mesh, instances too, gets a stand-in with vertices of its own, a child of the mesh; the mesh itself is hidden by its `layerMask` and otherwise
 * left alone. PBR and standard materials color the stand-ins by a plugin; others are drawn under an overlay. Borders are sharp: a face has
 * one color, or where several samples lie on it each place that of the nearest. Nothing is uploaded when the cut changes. {@link dispose} leaves the
 * scene as it was.
 *
 * Point clouds of the content are not shown by this. What moves the meshes, skeletons too, moves the stand-ins; morph targets and thin instances stay as
 * they were when this was made.
 */
export class MeshBinding extends LeafDisplay {
    private readonly _proxyMeshs: ProxyMesh[] = [];
    /** Meshes of the content -> stand-in. */
    private readonly _bySource = new Map<AbstractMesh, ProxyMesh>();
    private readonly _settings: GpuArray<"f32">;
    private readonly _sceneObserver: Observer<Scene> | null;
    private _isShown = false;
    private _written = "";
    private _checkedOverrides = 0;
    private _hasOverrides = false;

    private constructor(
        private readonly _scene: Scene,
        hierarchy: SegmentationHierarchy,
        /** Which leaf each face follows. */
        public readonly content: ContentLeaves,
        colors: PartColors,
        private readonly _options: MeshBindingOptions,
        partStartColors: Uint32Array<ArrayBuffer>,
    ) {
        super(_scene, hierarchy, colors, _options, partStartColors);
        this._settings = CreateSettings(_scene.getEngine() as WebGPUEngine);
        // Before it is settled what is drawn in a frame.
        this._sceneObserver = _scene.onBeforeActiveMeshesEvaluationObservable.add(() => {
            this._update();
        });
    }

    /**
     * @param scene whose engine is a WebGPUEngine, with the content's meshes
     * @param hierarchy segmented from the content's capture
     * @throws UltrametricError "input" when the content has no faces, belongs to another hierarchy or has changed, "unsupported" without WebGPU, "limits",
     * "deviceLost", "disposed"
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
                `The content has ${capture.elements.length} samples, the hierarchy "${hierarchy.name}" ${hierarchy.leafCount} leaves; give the one that belongs to it.`,
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
            throw disposedMeanwhile();
        }
        const binding = new MeshBinding(scene, hierarchy, content, colors, settings, partStartColors);
        try {
            await binding._createProxyMeshsAsync(colors, pacer);
        } catch (error) {
            binding.dispose();
            throw error;
        }
        binding.isShown = settings.isShown;
        return binding;
    }

    /** Whether the parts are shown; while not, the meshes look as without this. */
    public get isShown(): boolean {
        return this._isShown;
    }

    public set isShown(value: boolean) {
        this._checkUsable();
        this._isShown = value;
        this._update();
    }

    /** Whether a mesh is one that this drew into the scene. */
    public owns(mesh: AbstractMesh): boolean {
        return this._proxyMeshs.some((proxyMesh) => proxyMesh.mesh === mesh);
    }

    /** The layers of a mesh of the content, which has none itself while the parts are shown. */
    public layerMaskOf(mesh: AbstractMesh): number {
        return this._bySource.get(mesh)?.mesh.layerMask ?? mesh.layerMask;
    }

    /**
     * The leaf under a place on screen; -1 where there is none, or something else is in front. Hidden leaves let it through.
     *
     * @param x as `scene.pointerX`
     * @param y as `scene.pointerY`
     */
    public pickLeaf(x: number, y: number): number {
        const camera = this._scene.activeCamera;
        return camera ? this.pickLeafOnRay(this._scene.createPickingRay(x, y, Matrix.Identity(), camera)) : -1;
    }

    /** The leaf that a ray of the scene hits, as one of an XR controller; -1 for none. */
    public pickLeafOnRay(from: Ray): number {
        this._checkUsable();
        const ray = from.clone();
        const isHit = (mesh: AbstractMesh): boolean =>
            mesh.isVisible && mesh.isEnabled() && (this._bySource.has(mesh) || mesh.isPickable);
        for (let pass = 0; pass < MAX_PASSES; pass++) {
            const hit = this._pick(ray, isHit);
            const proxyMesh = hit && this._bySource.get(hit.mesh);
            if (!proxyMesh) {
                return -1;
            }
            const leaf = this._leafOf(proxyMesh, hit);
            if (((this.overrides?.data[leaf] ?? 0) & LEAF_UNPICKABLE) === 0) {
                return leaf;
            }
            // On, just behind what was hit.
            const step = hit.distance * (1 + 1e-5) + 1e-6;
            ray.origin.addInPlace(ray.direction.scale(step / ray.direction.length()));
            ray.length -= step;
        }
        return -1;
    }

    protected override _release(): void {
        this._sceneObserver?.remove();
        for (const proxyMesh of this._proxyMeshs) {
            proxyMesh.dispose();
        }
        this._settings.dispose();
    }

    protected override _mixing(): Pick<PartColorSettings, "partShare" | "shading" | "marks"> {
        return { partShare: 1, shading: 0, marks: 1 }; // mixed where the surface's own color is known
    }

    protected override _beforeDraw(): void {
        const { colorMode, _options: options } = this;
        if (this._written !== colorMode) {
            this._written = colorMode;
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
        // Where nothing is to be seen of parts, the meshes themselves are drawn.
        const isPlain = this.colorMode === "original" && !this.hovered && !this.selected && !this._hasOverrides;
        for (const proxyMesh of this._proxyMeshs) {
            proxyMesh.update(this._isShown && !isPlain, this.colorMode === "parts");
        }
    }

    /** The first face on a ray, of the content or anything else; null for none. */
    private _pick(ray: Ray, isHit: (mesh: AbstractMesh) => boolean): FaceHit | null {
        const posed = [...this._bySource.keys()].filter((mesh) => mesh.skeleton && isHit(mesh));
        let first = this._pickUnposed(ray, (mesh) => isHit(mesh) && !posed.includes(mesh));
        for (const mesh of posed) {
            const hit = PickPosedFace(mesh, ray);
            first = hit && (!first || hit.distance < first.distance) ? hit : first;
        }
        return first;
    }

    private _pickUnposed(ray: Ray, isHit: (mesh: AbstractMesh) => boolean): FaceHit | null {
        // Thin instances are picked one by one only when that is switched on.
        const thin = [...this._bySource.keys()].filter((mesh) => mesh.hasThinInstances) as Mesh[];
        const before = thin.map((mesh) => mesh.thinInstanceEnablePicking);
        for (const mesh of thin) {
            mesh.thinInstanceEnablePicking = true;
        }
        try {
            const hit = this._scene.pickWithRay(ray, isHit);
            return hit?.pickedMesh
                ? {
                      mesh: hit.pickedMesh,
                      face: hit.faceId,
                      thinInstance: hit.thinInstanceIndex,
                      first: hit.bu,
                      second: hit.bv,
                      distance: hit.distance,
                  }
                : null;
        } finally {
            thin.forEach((mesh, i) => {
                mesh.thinInstanceEnablePicking = before[i];
            });
        }
    }

    private _leafOf(proxyMesh: ProxyMesh, { face, thinInstance, first, second }: FaceHit): number {
        const element = Math.max(thinInstance, 0) * proxyMesh.leafMap.words[0] + face;
        const third = 1 - first - second;
        return proxyMesh.isReversed(face)
            ? proxyMesh.leafMap.leafAt(element, third, second)
            : proxyMesh.leafMap.leafAt(element, second, third);
    }

    /** In short runs: the page may draw meanwhile, and nothing of this is shown yet. */
    private async _createProxyMeshsAsync({ colors: umColors }: PartColors, pacer: Pacer): Promise<void> {
        const groups = FaceGroups(this.content.items);
        const geometries = new Map<AbstractMesh, ProxyGeometry>();
        const geometryOf = ({ mesh, elementCount }: ContentItem): ProxyGeometry => {
            const own = SourceMesh(mesh);
            const known = geometries.get(own) ?? CreateProxyMeshGeometry(mesh, elementCount);
            geometries.set(own, known);
            return known;
        };
        try {
            const spacing = await this._spacingAsync(groups, geometryOf, pacer);
            for (const items of groups) {
                const source = items[0].mesh;
                const geometry = geometryOf(items[0]);
                const leafMap = await LeafMap.CreateAsync(this._leafMapInput(items, geometry, spacing), pacer);
                if (this._scene.isDisposed || this.isDisposed) {
                    throw disposedMeanwhile();
                }
                const buffers = { umColors, umSettings: this._settings };
                const proxyMesh = new ProxyMesh(source, geometry, leafMap, buffers);
                this._proxyMeshs.push(proxyMesh);
                this._bySource.set(source, proxyMesh);
                proxyMesh.update(false, false);
                proxyMesh.mesh.isReady(true); // its shaders begin to compile: in the first frame all would at once
                await pacer.yieldIfDueAsync();
            }
        } finally {
            for (const { geometry } of geometries.values()) {
                if (geometry.meshes.length === 0) {
                    geometry.dispose();
                }
            }
        }
    }

    /** Samples are spread evenly over all faces. */
    private async _spacingAsync(
        groups: readonly ContentItem[][],
        geometryOf: (item: ContentItem) => ProxyGeometry,
        pacer: Pacer,
    ): Promise<number> {
        let area = 0;
        for (const items of groups) {
            for (const frame of FramesOf(items)) {
                area += AreaOf(geometryOf(items[0]).corners, frame);
                await pacer.yieldIfDueAsync();
            }
        }
        const { elements } = this.content.capture;
        const samples = this.content.items.reduce(
            (sum, { kind, firstElement, elementCount }) =>
                kind === "faces"
                    ? sum + LowerBound(elements, firstElement + elementCount) - LowerBound(elements, firstElement)
                    : sum,
            0,
        );
        return Math.sqrt(area / Math.max(samples, 1)) || 1;
    }

    private _leafMapInput(
        items: readonly ContentItem[],
        { corners, neighbors, elements }: ProxyGeometry,
        spacing: number,
    ): LeafMapInput {
        const { capture, leafOfElement } = this.content;
        const { firstElement, elementCount } = items[0];
        const endElement = firstElement + items.length * elementCount;
        const first = LowerBound(capture.elements, firstElement);
        const end = LowerBound(capture.elements, endElement);
        const faceOfSample = capture.elements.slice(first, end).map((element) => element - firstElement);
        const weights = capture.barycentrics.slice(2 * first, 2 * end);
        faceOfSample.forEach((face, s) => {
            if (elements.isReversed(face % elementCount)) {
                weights.subarray(2 * s, 2 * s + 2).reverse();
            }
        });
        return {
            corners,
            frames: Float32Array.from(FramesOf(items).flat()),
            neighbors,
            leafOfFace: leafOfElement.slice(firstElement, endElement),
            faceOfSample,
            weights,
            firstLeaf: first,
            spacing,
        };
    }
}

function disposedMeanwhile(): UltrametricError {
    return new UltrametricError("disposed", "The scene was disposed while parts were bound to its meshes.");
}

/** Items with faces, those of one mesh's thin instances together. */
function FaceGroups(items: readonly ContentItem[]): ContentItem[][] {
    const groups = new Map<AbstractMesh, ContentItem[]>();
    for (const item of items) {
        if (item.kind === "faces") {
            groups.set(item.mesh, [...(groups.get(item.mesh) ?? []), item]);
        }
    }
    return [...groups.values()];
}

/** The linear part of where each item stands, nine numbers. */
function FramesOf(items: readonly ContentItem[]): number[][] {
    const { mesh } = items[0];
    const world = mesh.computeWorldMatrix(true);
    const matrices = mesh.hasThinInstances
        ? (mesh as Mesh).thinInstanceGetWorldMatrices().map((matrix) => matrix.multiply(world))
        : [world];
    return items.map((_, i) => {
        const { m } = matrices[i];
        return [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]];
    });
}

function AreaOf(corners: Float32Array, frame: readonly number[]): number {
    const edge = [0, 0, 0, 0, 0, 0];
    let area = 0;
    for (let p = 0; p < corners.length; p += 9) {
        for (let e = 0; e < 2; e++) {
            const x = corners[p + 3 + 3 * e] - corners[p];
            const y = corners[p + 4 + 3 * e] - corners[p + 1];
            const z = corners[p + 5 + 3 * e] - corners[p + 2];
            for (let axis = 0; axis < 3; axis++) {
                edge[3 * e + axis] = x * frame[axis] + y * frame[3 + axis] + z * frame[6 + axis];
            }
        }
        const [ax, ay, az, bx, by, bz] = edge;
        area += Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx) / 2;
    }
    return area;
}

/** The first place of an ascending array whose value is not below. */
function LowerBound(values: Uint32Array, value: number): number {
    let low = 0;
    let high = values.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (values[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
