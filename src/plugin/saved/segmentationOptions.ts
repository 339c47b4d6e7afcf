import { DEFAULT_MESH_BINDING_OPTIONS, type MeshBindingOptions } from "../display/meshBindingOptions";
import { DEFAULT_POINT_CLOUD_BINDING_OPTIONS, type PointCloudBindingOptions } from "../display/pointCloudBinding";

/** Options of how a hierarchy is shown and picked in a scene. */
export interface ShownHierarchyOptions extends PointCloudBindingOptions, Omit<MeshBindingOptions, "isShown"> {
    /**
     * The objects that show a hierarchy which was segmented from meshes of the scene: a point cloud, the meshes
     * themselves, or both. Default "points".
     */
    display: "points" | "meshes" | "both";
    /** The largest distance between the pointer and the center of a point that is hit, in pixels. Default 6. */
    pickPixels: number;
}

/** Options of UltrametricSegmentation, with those of how a hierarchy is shown. */
export interface UltrametricSegmentationOptions extends ShownHierarchyOptions {
    /** The number of parts at granularity 1, if the hierarchy has as many leaves. Default 1000. */
    maxParts: number;
    /**
     * The initial granularity, 0..1. With "natural", each hierarchy starts with the natural number of parts that it
     * suggests (see UltrametricSegmentation.suggestedPartCounts), until a granularity or a number of parts is set.
     * Default "natural".
     */
    granularity: number | "natural";
    /**
     * True if the segmentation handles pointer and keyboard input. The pointer hovers; a tap or the trigger of an XR
     * controller selects; with shift, control or command it adds or removes. Alt and the wheel, or page up and page
     * down, climb to the parent of the selected part and descend to its child under the pointer; escape clears the
     * selection. Default true.
     */
    usePointer: boolean;
    /**
     * The smallest side of a split that UltrametricSegmentation.selectParent and selectChild stop at, as a share of
     * all leaves; they skip smaller ones. Default 0.0005.
     */
    minStepShare: number;
}

/** The defaults of {@link UltrametricSegmentationOptions}. */
export const DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS: Readonly<UltrametricSegmentationOptions> = {
    ...DEFAULT_MESH_BINDING_OPTIONS,
    ...DEFAULT_POINT_CLOUD_BINDING_OPTIONS,
    display: "points",
    maxParts: 1000,
    granularity: "natural",
    usePointer: true,
    pickPixels: 6,
    minStepShare: 5e-4,
};
