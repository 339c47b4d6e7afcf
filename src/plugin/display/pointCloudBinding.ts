import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Observable, type Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CpuPartColors } from "../../compute/partColors/cpuPartColors";
import type { PartColorSettings } from "../../compute/partColors/leafColors";
import { PartColors } from "../../compute/partColors/partColors";
import { ReleaseShaders } from "../babylon/drawCaches";
import { HideFromFiles } from "../babylon/hideFromFiles";
import { MarkOwnMesh } from "../babylon/ownMeshes";
import { CaptureToScene, type UpAxis } from "../babylon/worldFrame";
import {
    DEFAULT_LEAF_DISPLAY_OPTIONS,
    FirstPartStartColorsAsync,
    LeafDisplay,
    type LeafDisplayOptions,
    PART_SHARE,
} from "./leafDisplay";
import { CreateLeafPoints, type LeafBox, LeafBoxCoroutine } from "./leafPoints";
import { CreateLeafColorBuffer, CreatePointMaterial, LEAF_COLOR_KIND } from "./pointMaterial";

/** Options of {@link PointCloudBinding}. */
export interface PointCloudBindingOptions extends LeafDisplayOptions {
    /** A custom mesh whose vertices are the leaves, in the same order. Default null: round points are drawn. */
    mesh: Mesh | null;
    /** The axis of the capture's world that points up in the scene; no effect on a custom mesh. Default "z". */
    upAxis: UpAxis;
    /** The radius of a point in units of the capture; 0 derives it from the distances of points. Default 0. */
    pointRadius: number;
    /** The smallest radius of a point on screen, in pixels. Default 1. */
    minPointPixels: number;
    /** The share of the original colors' brightness in the shading of the parts' colors, 0..1. Default 0. */
    shading: number;
}

/** The defaults of {@link PointCloudBindingOptions}. */
export const DEFAULT_POINT_CLOUD_BINDING_OPTIONS: Readonly<PointCloudBindingOptions> = {
    ...DEFAULT_LEAF_DISPLAY_OPTIONS,
    mesh: null,
    upAxis: "z",
    pointRadius: 0,
    minPointPixels: 1,
    shading: 0,
};

/** The number of points whose nearest neighbor is searched to estimate the spacing. */
const SPACING_SAMPLES = 64;
/** The radius of a point in nearest-neighbor distances that leaves no holes in a surface of points one voxel apart. */
const RADIUS_IN_SPACINGS = 1.5;

/**
 * Shows the leaves of a hierarchy as points in a Babylon scene.
 *
 * {@link dispose} removes its points; a custom mesh stays and gets its previous colors back.
 */
export class PointCloudBinding extends LeafDisplay {
    /** The mesh that shows the leaves. Babylon's triangle picking ignores it unless it is a custom mesh. */
    public readonly mesh: Mesh;
    /** The node that places the capture in the scene, to be moved, rotated and scaled; null for a custom mesh. */
    public readonly root: TransformNode | null;
    /** Notified at the start of {@link dispose}. */
    public readonly onDisposeObservable = new Observable<PointCloudBinding>();

    private readonly _material: ShaderMaterial | null = null;
    private readonly _meshObserver: Observer<unknown> | null;
    private readonly _previousColors: VertexBuffer | null = null;

    private constructor(
        private readonly _scene: Scene,
        hierarchy: SegmentationHierarchy,
        private readonly _leafColors: PartColors | CpuPartColors,
        private readonly _options: PointCloudBindingOptions,
        /** The radius of a point in units of the capture. */
        public readonly pointRadius: number,
        partStartColors: Uint32Array<ArrayBuffer>,
        box: LeafBox,
    ) {
        super(_scene, hierarchy, _leafColors, _options, partStartColors);
        const colorBuffer = this._createColorBuffer(_options.mesh ? VertexBuffer.ColorKind : LEAF_COLOR_KIND);
        if (_options.mesh) {
            this.mesh = _options.mesh;
            this.root = null;
            this._previousColors = this.mesh.getVertexBuffer(VertexBuffer.ColorKind) ?? null;
            this.mesh.geometry!.setVerticesBuffer(colorBuffer, null, false);
        } else {
            this.root = new TransformNode(`${hierarchy.name} (capture)`, _scene);
            HideFromFiles(this.root); // and the points below; UltrametricSegmentation.serializeAsync saves them
            const frame = CaptureToScene(_options.upAxis, _scene.useRightHandedSystem);
            frame.decomposeToTransformNode(this.root);
            this._material = CreatePointMaterial(`${hierarchy.name} (points)`, _scene);
            this.mesh = this._createPoints(colorBuffer, this._material, box);
        }
        this._meshObserver = this.mesh.onDisposeObservable.add(() => {
            this.dispose();
        }) as Observer<unknown>;
    }

    /**
     * Creates the points, in time slices.
     *
     * @param scene whose leaves are colored on the GPU with a WebGPUEngine, and on the main thread otherwise
     * @throws UltrametricError "input" if a custom mesh has another number of vertices; "limits"; "deviceLost";
     * "disposed"
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
                `The mesh "${mesh.name}" has ${mesh.getTotalVertices()} vertices, and the hierarchy ` +
                    `"${hierarchy.name}" has ${hierarchy.leafCount} leaves; ` +
                    "each leaf needs one vertex, in the same order.",
            );
        }
        const engine = scene.getEngine();
        const colors = engine.isWebGPU
            ? await PartColors.CreateAsync(engine as WebGPUEngine, hierarchy.leafCount)
            : new CpuPartColors(hierarchy.leafCount);
        const pacer = new Pacer("Showing points");
        colors.setOriginalColors(hierarchy.colors);
        await pacer.yieldIfDueAsync();
        const radius =
            settings.pointRadius || RADIUS_IN_SPACINGS * (await estimateSpacingAsync(hierarchy.positions, pacer));
        const partStartColors = await FirstPartStartColorsAsync(hierarchy, settings, pacer);
        const box = await RunCoroutineAsync(LeafBoxCoroutine(hierarchy.positions), pacer);
        await pacer.yieldAsync();
        if (scene.isDisposed) {
            colors.dispose();
            throw new UltrametricError("disposed", "The scene was disposed while its point cloud was created.");
        }
        const binding = new PointCloudBinding(scene, hierarchy, colors, settings, radius, partStartColors, box);
        await pacer.yieldIfDueAsync(); // the uploads may have taken a time slice
        return binding;
    }

    /** The initial transform of {@link root}; null for a custom mesh. */
    public get frame(): Matrix | null {
        return this.root && CaptureToScene(this._options.upAxis, this._scene.useRightHandedSystem);
    }

    /** @internal The colors of the leaves on the GPU. @throws UltrametricError "unsupported" without WebGPU */
    public get leafColors(): PartColors {
        if (this._leafColors instanceof CpuPartColors) {
            throw new UltrametricError(
                "unsupported",
                `The colors of "${this.hierarchy.name}" are not on the GPU: this scene has no WebGPUEngine.`,
            );
        }
        return this._leafColors;
    }

    /** @internal The share of the original colors, 0..1. */
    public get originalShare(): number {
        return 1 - PART_SHARE[this.colorMode];
    }

    /** The transform from the capture's coordinates into the scene. */
    public get worldMatrix(): Matrix {
        return this.mesh.computeWorldMatrix(true);
    }

    protected override _release(): void {
        this.onDisposeObservable.notifyObservers(this);
        this.onDisposeObservable.clear();
        this._meshObserver?.remove();
        if (this._material) {
            ReleaseShaders(this.mesh);
            this.mesh.dispose(false, false);
            this._material.dispose();
            this.root?.dispose();
        } else if (this._previousColors) {
            this.mesh.geometry?.setVerticesBuffer(this._previousColors);
        } else {
            this.mesh.geometry?.removeVerticesData(VertexBuffer.ColorKind);
        }
    }

    protected override _mixing(): Pick<PartColorSettings, "partShare" | "shading"> {
        return {
            partShare: PART_SHARE[this.colorMode],
            shading: this.colorMode === "tint" ? 1 : this._options.shading,
        };
    }

    private _createColorBuffer(kind: string): VertexBuffer {
        const engine = this._scene.getEngine();
        const { _leafColors: colors } = this;
        if (colors instanceof CpuPartColors) {
            const buffer = CreateLeafColorBuffer(engine, colors.bytes, kind);
            colors.onColored = () => {
                buffer.updateDirectly(colors.bytes, 0);
            };
            return buffer;
        }
        const data = colors.colors.buffer.getBuffer();
        // Both the geometry and the array release the buffer.
        data.references++;
        return CreateLeafColorBuffer(engine, data, kind);
    }

    private _createPoints(colorBuffer: VertexBuffer, material: ShaderMaterial, box: LeafBox): Mesh {
        const { name, positions } = this.hierarchy;
        const mesh = CreateLeafPoints(
            `${name} (points)`,
            this._scene,
            positions,
            colorBuffer,
            material,
            this.pointRadius,
            box,
        );
        MarkOwnMesh(mesh).parent = this.root;
        material.setFloat("radius", this.pointRadius);
        material.setFloat("minPixels", this._options.minPointPixels);
        return mesh;
    }
}

/** Returns the median distance of some of the [n, 3] points to their nearest neighbors; 0.01 for a single point. */
async function estimateSpacingAsync(positions: Float32Array, pacer: Pacer): Promise<number> {
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
        await pacer.yieldIfDueAsync();
    }
    const median = Math.sqrt(nearest.sort()[samples >> 1] ?? Infinity);
    return Number.isFinite(median) ? median : 0.01;
}
