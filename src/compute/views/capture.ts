import type { PinholeCamera } from "./pinholeCamera";
import type { SurfaceStructure } from "./surfaceStructure";

/** Which of a capture's given points a view sees, where that is known by more than depth. */
export interface ViewVisibility {
    /** Numbers of the points, in no order. */
    readonly points: Uint32Array;
    /** The pixel of each, row * width + column. */
    readonly pixels: Uint32Array;
}

/** One posed picture of the scene. */
export interface View {
    /** File or camera name, for messages. */
    readonly name: string;
    readonly camera: PinholeCamera;
    /** [height, width, 4] straight-alpha sRGB bytes, row-major from the top left. */
    readonly image: Uint8Array;
    /** [height, width] planar depth in world units, 0 = nothing there; null where the capture has no depth. */
    readonly depth: Float32Array | null;
    /** Nearest and farthest planar depth of what it sees, world units, where the capture's files say so. */
    readonly depthRange?: readonly [near: number, far: number];
    /** Of the points that CaptureGeometry.hasVisibility marks; left out where there are none. */
    readonly visibility?: ViewVisibility;
}

/** Points on the surface of what is to be segmented, where it is known by more than its views: they become the leaves, in this order. */
export interface CaptureGeometry {
    /** [n, 3] world positions. */
    readonly positions: Float32Array;
    /** [n, 3] unit normals, of either sign; null where they are to be estimated. */
    readonly normals: Float32Array | null;
    /**
     * [n, 3] unit normals, of either sign, of the flat faces that the points lie on. With them a view's depth, if it is exact, tells whether it
     * sees a point; without them points are seen within a tolerance.
     */
    readonly faceNormals?: Float32Array | null;
    /**
     * [n] 1 for points that a view sees where its `sights` say so, whatever its depth is: splats, which have no sharp surface. Left out or null: depth
     * tells of all.
     */
    readonly hasVisibility?: Uint8Array | null;
    /** [n, 3] sRGB bytes; null where the views' colors are to be taken. */
    readonly colors: Uint8Array | null;
    /** How the content is made, for priors of the segmentation; left out where nothing is known. */
    readonly structure?: SurfaceStructure | null;
}

/** Points that were found while the views' poses were: few, but in the same world. */
export interface SparsePoints {
    /** [n, 3] world positions. */
    readonly positions: Float32Array;
    /** [n, 3] sRGB bytes; null where unknown. */
    readonly colors: Uint8Array | null;
}

/** What is to be segmented: posed views of a static scene. Plain data; the arrays are not to be changed. */
export interface Capture {
    readonly name: string;
    /** The views that masks are made for and that the segmentation learns from. */
    readonly views: readonly View[];
    /** Views kept apart: label images are drawn and quality is measured there. */
    readonly heldOutViews: readonly View[];
    /** The content's own surface; where it is left out, the surface is what the views' depth shows. */
    readonly geometry?: CaptureGeometry;
    /** Left out where the capture's files have none. They tell where the scene is, but are no surface. */
    readonly sparsePoints?: SparsePoints;
}
