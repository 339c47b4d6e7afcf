import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Observable, type Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { type PartColorSettings, PartColors } from "../../compute/gpu/partColors";
import type { Dendrogram } from "../../compute/hierarchy/dendrogram";
import type { SegmentationHierarchy } from "../../compute/hierarchy/segmentationHierarchy";
import { UltrametricError } from "../../compute/ultrametricError";
import type { LeafOverrides } from "../parts/leafOverrides";
import { CreateHeadColors } from "./headColors";
import { CreateLeafPoints } from "./leafPoints";
import { CreatePointMaterial, LEAF_COLOR_KIND } from "./pointMaterial";
import { CaptureToScene, type UpAxis } from "./worldFrame";

/** What the colours show: the parts, the parts over the picture's colours, or the picture's colours. */
export type ColorMode = "parts" | "tint" | "original";

/** Options of {@link PointCloudBinding}. */
export interface PointCloudBindingOptions {
    /** A mesh of your own whose vertices are the leaves, in their order. Default null: the leaves are drawn as round points. */
    mesh: Mesh | null;
    /** Which axis of the capture's world points up in the scene; without effect on a mesh of your own. Default "z". */
    upAxis: UpAxis;
    /** Radius of a point in units of the capture; 0 fits it to how close the points lie. Default 0. */
    pointRadius: number;
    /** Smallest radius of a point on screen, in pixels. Default 1. */
    minPointPixels: number;
    /** What the colours show. Default "parts". */
    colorMode: ColorMode;
    /** How far the parts' colours take on the light and shade of the picture's colours, 0..1. Default 0. */
    shading: number;
    /** How far the hovered part is drawn towards white, 0..1. Default 0.25. */
    highlight: number;
    /** How far all but the selected part is drawn towards dark grey, 0..1. Default 0.7. */
    dimming: number;
}

export const DEFAULT_POINT_CLOUD_BINDING_OPTIONS: Readonly<PointCloudBindingOptions> = {
    mesh: null,
    upAxis: "z",
    pointRadius: 0,
    minPointPixels: 1,
    colorMode: "parts",
    shading: 0,
    highlight: 0.25,
    dimming: 0.7,
};

/** An interval of places in the leaf order. */
interface Interval {
    readonly start: number;
    readonly end: number;
}

const PART_SHARE: Readonly<Record<ColorMode, number>> = { parts: 1, tint: 0.55, original: 0 };
/** Points whose nearest neighbour is looked up to estimate how close they lie. */
const SPACING_SAMPLES = 64;
/** A disc of this many nearest-neighbour distances leaves no holes in a surface of points one voxel apart. */
const RADIUS_IN_SPACINGS = 1.5;

/**
 * The leaves of a hierarchy in a Babylon scene. What the setters change is computed on the GPU, once, before the next frame is drawn:
 * the frame shows it, and nothing is read back.
 *
 * Only what {@link CreateAsync} was told to make is disposed with it: a mesh of your own stays, with the colours that it had.
 */
export class PointCloudBinding {
    /** The mesh that shows the leaves; not pickable by Babylon's triangle picking if it is the binding's own. */
    public readonly mesh: Mesh;
    /** The node that places the capture in the scene; null for a mesh of your own. Move, turn and scale this. */
    public readonly root: TransformNode | null;
    /** Notified at the start of {@link dispose}. */
    public readonly onDisposeObservable = new Observable<PointCloudBinding>();

    private readonly _material: ShaderMaterial | null = null;
    private readonly _observer: Observer<Scene> | null;
    private readonly _meshObserver: Observer<unknown> | null;
    private readonly _previousColors: VertexBuffer | null = null;
    private _dendrogram: Dendrogram;
    private _headColors = new Map<Dendrogram, Uint32Array<ArrayBuffer>>();
    private _colorMode: ColorMode;
    private _closed = 0;
    private _hovered: Interval | null = null;
    private _selected: Interval | null = null;
    private _overrides: LeafOverrides | null = null;
    private _overridesObserver: Observer<LeafOverrides> | null = null;
    private _areOverridesDirty = false;
    private _isDirty = true;
    private _isDisposed = false;

    private constructor(
        private readonly _scene: Scene,
        private readonly _hierarchy: SegmentationHierarchy,
        private readonly _colors: PartColors,
        private readonly _options: PointCloudBindingOptions,
        /** Radius of a point in units of the capture. */
        public readonly pointRadius: number,
    ) {
        this._colorMode = _options.colorMode;
        this._dendrogram = _hierarchy.dendrogram(_hierarchy.criteria[0]);
        const colorBuffer = this._createColorBuffer(_options.mesh ? VertexBuffer.ColorKind : LEAF_COLOR_KIND);
        if (_options.mesh) {
            this.mesh = _options.mesh;
            this.root = null;
            this._previousColors = this.mesh.getVertexBuffer(VertexBuffer.ColorKind) ?? null;
            this.mesh.geometry!.setVerticesBuffer(colorBuffer, null, false);
        } else {
            this.root = new TransformNode(`${_hierarchy.name} (capture)`, _scene);
            const frame = CaptureToScene(_options.upAxis, _scene.useRightHandedSystem);
            frame.decomposeToTransformNode(this.root);
            this._material = CreatePointMaterial(`${_hierarchy.name} (points)`, _scene);
            this.mesh = this._createPoints(colorBuffer, this._material);
        }
        this.dendrogram = this._dendrogram;
        _colors.setOriginalColors(_hierarchy.colors);
        // Behind all observers of onBeforeRender, and before the first draw of the frame.
        this._observer = _scene.onBeforeRenderTargetsRenderObservable.add(() => {
            this._recolor();
        });
        this._meshObserver = this.mesh.onDisposeObservable.add(() => {
            this.dispose();
        }) as Observer<unknown>;
    }

    /**
     * @param scene whose engine is a WebGPUEngine
     * @param hierarchy whose leaves are drawn
     * @throws UltrametricError "input" when a mesh of your own has another number of vertices, "unsupported" without WebGPU, "limits",
     * "deviceLost", "disposed"
     */
    public static async CreateAsync(
        scene: Scene,
        hierarchy: SegmentationHierarchy,
        options: Partial<PointCloudBindingOptions> = {},
    ): Promise<PointCloudBinding> {
        const settings = { ...DEFAULT_POINT_CLOUD_BINDING_OPTIONS, ...options };
        const { mesh } = settings;
        if (mesh && mesh.getTotalVertices() !== hierarchy.leafCount) {
            throw new UltrametricError(
                "input",
                `The mesh "${mesh.name}" has ${mesh.getTotalVertices()} vertices, the hierarchy "${hierarchy.name}" ${hierarchy.leafCount} leaves; ` +
                    "each leaf needs one vertex, in the same order.",
            );
        }
        const colors = await PartColors.CreateAsync(scene.getEngine() as WebGPUEngine, hierarchy.leafCount);
        if (scene.isDisposed) {
            colors.dispose();
            throw new UltrametricError("disposed", "The scene was disposed while its point cloud was made.");
        }
        const radius = settings.pointRadius || RADIUS_IN_SPACINGS * EstimateSpacing(hierarchy.positions);
        return new PointCloudBinding(scene, hierarchy, colors, settings, radius);
    }

    /** @internal The colours of the leaves on the GPU, for what shows them elsewhere. */
    public get leafColors(): PartColors {
        return this._colors;
    }

    /** @internal How far the picture's colours show, 0..1. */
    public get originalShare(): number {
        return 1 - PART_SHARE[this._colorMode];
    }

    /** From the capture's coordinates into the scene's. */
    public get worldMatrix(): Matrix {
        return this.mesh.computeWorldMatrix(true);
    }

    /** The dendrogram that is cut. Setting one of the hierarchy's takes away what is hovered and selected. */
    public get dendrogram(): Dendrogram {
        return this._dendrogram;
    }

    public set dendrogram(value: Dendrogram) {
        this._checkUsable();
        this._dendrogram = value;
        let headColors = this._headColors.get(value);
        if (!headColors) {
            headColors = CreateHeadColors(value);
            this._headColors.set(value, headColors);
        }
        this._colors.setDendrogram(value, headColors);
        this._hovered = null;
        this._selected = null;
        this._isDirty = true;
    }

    /** The cut: merges of a rank below this are done (see RankOfCount). */
    public get closed(): number {
        return this._closed;
    }

    public set closed(value: number) {
        this._change(this._closed !== value);
        this._closed = value;
    }

    /** What the colours show. */
    public get colorMode(): ColorMode {
        return this._colorMode;
    }

    public set colorMode(value: ColorMode) {
        this._change(this._colorMode !== value);
        this._colorMode = value;
    }

    /** The part drawn brighter; null for none. */
    public get hovered(): Interval | null {
        return this._hovered;
    }

    public set hovered(value: Interval | null) {
        this._change(!IsSameInterval(this._hovered, value));
        this._hovered = value;
    }

    /** The part beside which all others are drawn dark; null for none. */
    public get selected(): Interval | null {
        return this._selected;
    }

    public set selected(value: Interval | null) {
        this._change(!IsSameInterval(this._selected, value));
        this._selected = value;
    }

    /** What single leaves look like whatever their part, followed as it changes; null for none. A mesh of your own has to discard colours without opacity. */
    public get overrides(): LeafOverrides | null {
        return this._overrides;
    }

    public set overrides(value: LeafOverrides | null) {
        this._change(this._overrides !== value);
        this._areOverridesDirty ||= this._overrides !== value;
        this._overridesObserver?.remove();
        this._overrides = value;
        this._overridesObserver =
            value?.onChangedObservable.add(() => {
                this._areOverridesDirty = true;
                this._isDirty = true;
            }) ?? null;
    }

    /** sRGB 0..1 of the part that starts at a place, as it is in mode "parts" without shading. */
    public colorOf(start: number): [number, number, number] {
        const packed = this._headColors.get(this._dendrogram)![start];
        return [(packed & 255) / 255, ((packed >> 8) & 255) / 255, ((packed >> 16) & 255) / 255];
    }

    /** Takes everything out of the scene again. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this.onDisposeObservable.notifyObservers(this);
        this.onDisposeObservable.clear();
        this._observer?.remove();
        this._meshObserver?.remove();
        this._overridesObserver?.remove();
        if (this._material) {
            this.mesh.dispose(false, false);
            this._material.dispose();
            this.root?.dispose();
        } else if (this._previousColors) {
            this.mesh.geometry?.setVerticesBuffer(this._previousColors);
        } else {
            this.mesh.geometry?.removeVerticesData(VertexBuffer.ColorKind);
        }
        this._colors.dispose();
    }

    private _checkUsable(): void {
        if (this._isDisposed) {
            throw new UltrametricError(
                "disposed",
                `The point cloud of "${this._hierarchy.name}" has been disposed; make a new one.`,
            );
        }
    }

    private _change(isChange: boolean): void {
        this._checkUsable();
        this._isDirty ||= isChange;
    }

    private _recolor(): void {
        if (!this._isDirty) {
            return;
        }
        const { _hovered: hovered, _selected: selected } = this;
        const settings: PartColorSettings = {
            closed: this._closed,
            partShare: PART_SHARE[this._colorMode],
            shading: this._colorMode === "tint" ? 1 : this._options.shading,
            hoveredStart: hovered?.start ?? 0,
            hoveredEnd: hovered?.end ?? 0,
            highlight: this._options.highlight,
            selectedStart: selected?.start ?? 0,
            selectedEnd: selected?.end ?? 0,
            dimming: this._options.dimming,
            flagged: this._overrides?.hasSelection ? 1 : 0,
        };
        if (this._areOverridesDirty) {
            this._colors.setOverrides(this._overrides?.data ?? new Uint32Array(this._hierarchy.leafCount));
            this._areOverridesDirty = false;
        }
        this._colors.dispatch(settings);
        this._isDirty = false;
    }

    private _createColorBuffer(kind: string): VertexBuffer {
        const storage: StorageBuffer = this._colors.colors.buffer;
        const data = storage.getBuffer();
        // The geometry and the array each let go of it once.
        data.references++;
        return new VertexBuffer(this._scene.getEngine(), data, kind, {
            updatable: false,
            stride: 4,
            size: 4,
            type: VertexBuffer.UNSIGNED_BYTE,
            normalized: true,
            useBytes: true,
            instanced: kind === LEAF_COLOR_KIND,
            label: "leaf colours",
        });
    }

    private _createPoints(colorBuffer: VertexBuffer, material: ShaderMaterial): Mesh {
        const { name, positions } = this._hierarchy;
        const mesh = CreateLeafPoints(
            `${name} (points)`,
            this._scene,
            positions,
            colorBuffer,
            material,
            this.pointRadius,
        );
        mesh.parent = this.root;
        material.setFloat("radius", this.pointRadius);
        material.setFloat("minPixels", this._options.minPointPixels);
        return mesh;
    }
}

function IsSameInterval(a: Interval | null, b: Interval | null): boolean {
    return a === b || (a !== null && b !== null && a.start === b.start && a.end === b.end);
}

/** Median distance of a few of the points [n, 3] to the nearest other; 0.01 where there is no other. */
function EstimateSpacing(positions: Float32Array): number {
    const count = positions.length / 3;
    const samples = Math.min(SPACING_SAMPLES, count);
    const nearest = new Float64Array(samples).fill(Infinity);
    for (let s = 0; s < samples; s++) {
        const q = 3 * Math.floor((s * count) / samples);
        for (let p = 0; p < positions.length; p += 3) {
            const dx = positions[p] - positions[q];
            const dy = positions[p + 1] - positions[q + 1];
            const dz = positions[p + 2] - positions[q + 2];
            const squared = dx * dx + dy * dy + dz * dz;
            if (squared < nearest[s] && squared > 0) {
                nearest[s] = squared;
            }
        }
    }
    const median = Math.sqrt(nearest.sort()[samples >> 1] ?? Infinity);
    return Number.isFinite(median) ? median : 0.01;
}
