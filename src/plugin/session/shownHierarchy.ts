import { CreatePickingRay, type Ray } from "@babylonjs/core/Culling/ray.core";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import { RunOnGpuAsync } from "../../compute/gpu/foreignErrors";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { InsertedPart } from "../../compute/hierarchy/prompt/insertPart";
import { IsSplatStream } from "../content/streamKind";
import { CarryPartStartColors } from "../display/carriedPartColors";
import type { LeafDisplay } from "../display/leafDisplay";
import type { MeshBinding } from "../display/meshBinding";
import { CreatePartStartColorsAsync } from "../display/partStartColors";
import { PointCloudBinding } from "../display/pointCloudBinding";
import type { SplatBinding } from "../display/splatBinding";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { LEAF_UNPICKABLE, type LeafOverrides } from "../parts/model/leafOverrides";
import type { PartTree } from "../parts/model/partTree";
import { PickLeaf, PickLeafOnRay, type PickOptions } from "../parts/pick/picking";
import type { SplatPicker } from "../parts/pick/splatPicking";
import type { ShownHierarchyOptions } from "../saved/segmentationOptions";

/**
 * A hierarchy in a scene: the point cloud of its leaves and, if it was segmented from the scene, that content. Draws
 * the parts, and picks leaves.
 */
export class ShownHierarchy {
    private _overrides: LeafOverrides | null = null;
    private _splats: SplatBinding | null = null;

    private constructor(
        private readonly _scene: Scene,
        private readonly _options: ShownHierarchyOptions,
        private _hierarchy: SegmentationHierarchy,
        /** The content that the leaves were sampled from; null for captures from files. */
        public readonly content: ContentLeaves | null,
        public readonly pointCloud: PointCloudBinding,
        /** Null if no meshes show the parts. */
        public readonly meshBinding: MeshBinding | null,
        /** Set if all content is splats of meshes, which are then picked in place of the leaves' points. */
        private readonly _splatPicker: SplatPicker | null,
        /** Null without splats that can show the parts. */
        private readonly _createSplatBinding: ((content: ContentLeaves) => SplatBinding) | null,
    ) {}

    /**
     * Creates the GPU resources. The content does not change before {@link show}.
     *
     * @throws UltrametricError as PointCloudBinding and MeshBinding
     */
    public static async CreateAsync(
        scene: Scene,
        hierarchy: SegmentationHierarchy,
        content: ContentLeaves | null,
        options: ShownHierarchyOptions,
    ): Promise<ShownHierarchy> {
        return RunOnGpuAsync(scene.getEngine(), "Showing parts", () =>
            ShownHierarchy._CreateAsync(scene, hierarchy, content, options),
        );
    }

    private static async _CreateAsync(
        scene: Scene,
        hierarchy: SegmentationHierarchy,
        content: ContentLeaves | null,
        options: ShownHierarchyOptions,
    ): Promise<ShownHierarchy> {
        const pointCloud = await PointCloudBinding.CreateAsync(scene, hierarchy, options);
        pointCloud.root?.setEnabled(false);
        try {
            // Each kind of content loads what shows it.
            let meshBinding: MeshBinding | null = null;
            if (
                options.display !== "points" &&
                (scene.getEngine().isWebGPU || scene.getEngine().version >= 2) && // of WebGPU, it is 1
                content?.items.some(({ kind }) => kind === "faces")
            ) {
                const { MeshBinding } = await import("../display/meshBinding");
                meshBinding = await MeshBinding.CreateAsync(scene, hierarchy, content, { ...options, isShown: false });
            }
            // The leaves of a stream are picked in place of its splats, which are on the GPU.
            let splatPicker: SplatPicker | null = null;
            if (isAllSplats(scene, content) && !content?.items.some(({ mesh }) => IsSplatStream(mesh))) {
                const { SplatPicker } = await import("../parts/pick/splatPicking");
                splatPicker = await SplatPicker.CreateAsync(content!, new Pacer("Showing parts on splats"));
            }
            let createSplatBinding: ((content: ContentLeaves) => SplatBinding) | null = null;
            if (scene.getEngine().isWebGPU && content?.items.some(({ kind }) => kind === "splats")) {
                const { SplatBinding } = await import("../display/splatBinding");
                createSplatBinding = (splats) => new SplatBinding(pointCloud, splats);
            }
            return new ShownHierarchy(
                scene,
                options,
                hierarchy,
                content,
                pointCloud,
                meshBinding,
                splatPicker,
                createSplatBinding,
            );
        } catch (error) {
            pointCloud.dispose();
            throw error;
        }
    }

    /** The hierarchy whose leaves are shown. */
    public get hierarchy(): SegmentationHierarchy {
        return this._hierarchy;
    }

    /** Shows another hierarchy of the same leaves, cut by one of its criteria. */
    public replaceHierarchy(hierarchy: SegmentationHierarchy, dendrogram: Dendrogram): void {
        this._hierarchy = hierarchy;
        for (const display of this.displays) {
            if (display.dendrogram !== dendrogram) {
                display.dendrogram = dendrogram;
            }
        }
    }

    /** Prepares the colors of a dendrogram with an inserted part, which other parts keep. */
    public prepareInserted(before: Dendrogram, inserted: InsertedPart): void {
        const { palette } = this._options;
        const [first] = this.displays;
        const colors = CarryPartStartColors(first.partStartColorsOf(before), inserted, palette);
        for (const display of this.displays) {
            display.setPartStartColors(inserted.dendrogram, colors);
        }
    }

    /** The bindings that take the cut, the colors and the highlights. */
    public get displays(): readonly LeafDisplay[] {
        return this.meshBinding ? [this.pointCloud, this.meshBinding] : [this.pointCloud];
    }

    /** The splat meshes of the content that show the parts. */
    public get splatMeshes(): GaussianSplattingMesh[] {
        return this._splats?.meshes ?? [];
    }

    /**
     * Prepares the colors of a tree's parts in time slices, after which setting its dendrogram is quick.
     *
     * @throws UltrametricError "aborted"
     */
    public async prepareAsync({ dendrogram, merges }: PartTree, pacer: Pacer): Promise<void> {
        const displays = this.displays.filter((display) => !display.hasPartStartColors(dendrogram));
        if (displays.length > 0) {
            const colors = await CreatePartStartColorsAsync(
                dendrogram,
                this.hierarchy.positions,
                this._options.palette,
                pacer,
                merges,
            );
            for (const display of displays) {
                display.setPartStartColors(dendrogram, colors);
            }
        }
    }

    /**
     * Takes over the meshes and splats of the content. Call it after the binding that showed them before is disposed.
     */
    public show(overrides: LeafOverrides): void {
        const { content, meshBinding, pointCloud } = this;
        this._overrides = overrides;
        for (const display of this.displays) {
            display.overrides = overrides;
        }
        if (meshBinding) {
            meshBinding.isShown = true;
        }
        pointCloud.root?.setEnabled(!meshBinding || this._options.display === "both");
        this._splats = content && (this._createSplatBinding?.(content) ?? null);
        if (isAllSplats(this._scene, content)) {
            pointCloud.mesh.setEnabled(false);
        }
    }

    /** Returns whether a mesh of the scene belongs to the bindings. */
    public owns(mesh: AbstractMesh): boolean {
        return mesh === this.pointCloud.mesh;
    }

    /** Returns the leaf at a position on screen, as `scene.pointerX` and `scene.pointerY`; -1 for none. */
    public pickLeaf(x: number, y: number): number {
        if (this._splatPicker && this._scene.activeCamera) {
            return this.pickLeafOnRay(CreatePickingRay(this._scene, x, y, Matrix.Identity(), this._scene.activeCamera));
        }
        const onMesh = this.meshBinding?.pickLeaf(x, y) ?? -1;
        const { positions } = this.hierarchy;
        return onMesh < 0 && this._picksPoints
            ? PickLeaf(this._scene, positions, this.pointCloud.worldMatrix, x, y, this._pickOptions)
            : onMesh;
    }

    /** Returns the first leaf on a ray of the scene; -1 for none. */
    public pickLeafOnRay(ray: Ray): number {
        if (this._splatPicker) {
            return this._splatPicker.pick(ray, this._pickOptions.isIgnored)?.leaf ?? -1;
        }
        const onMesh = this.meshBinding?.pickLeafOnRay(ray) ?? -1;
        return onMesh < 0 && this._picksPoints
            ? PickLeafOnRay(this.hierarchy.positions, this.pointCloud.worldMatrix, ray, this._pickOptions)
            : onMesh;
    }

    /** Resolves when all splats that streams show by then show parts. */
    public async whenCarriedAsync(): Promise<void> {
        await this._splats?.whenCarriedAsync();
    }

    /** Removes the bindings from the scene, which draws the content as before. */
    public dispose(): void {
        if (isAllSplats(this._scene, this.content) && this._splats) {
            this.pointCloud.mesh.setEnabled(true); // the application's own mesh stays in the scene
        }
        this._splats?.dispose();
        this._splats = null;
        for (const display of this.displays) {
            display.dispose();
        }
    }

    /** Points are not picked while meshes show all of the content. */
    private get _picksPoints(): boolean {
        const { meshBinding } = this;
        return (
            !meshBinding ||
            this._options.display === "both" ||
            meshBinding.content.items.some(({ kind }) => kind !== "faces")
        );
    }

    private get _pickOptions(): Pick<PickOptions, "pointRadius" | "pickPixels" | "isIgnored"> {
        const data = this._overrides?.data;
        return {
            pointRadius: this.pointCloud.pointRadius,
            pickPixels: this._options.pickPixels,
            isIgnored: data ? (leaf) => (data[leaf] & LEAF_UNPICKABLE) !== 0 : null,
        };
    }
}

/** Returns true if splats show all of the content, in place of the leaves' points. */
function isAllSplats(scene: Scene, content: ContentLeaves | null): boolean {
    return scene.getEngine().isWebGPU && (content?.items.every(({ kind }) => kind === "splats") ?? false);
}
