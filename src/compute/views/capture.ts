import type { Lens } from "./lens";
import type { PinholeCamera } from "./pinholeCamera";
import type { SurfaceStructure } from "./surfaceStructure";

/** The points of a CaptureGeometry that a view sees, for points whose visibility does not follow from depth. */
export interface ViewVisibility {
    /** Indices of the points, in no particular order. */
    readonly points: Uint32Array;
    /** Pixel of each point, row * width + column. */
    readonly pixels: Uint32Array;
}

/** The image file that a view was read from. Masks that were made on it are placed with it. */
export interface ViewPicture {
    /** Path of the file in its source. */
    readonly path: string;
    /** Size of the file's image in pixels. */
    readonly width: number;
    readonly height: number;
    /** The lens at the view's size; its distortion, where there is one, was removed from the view. */
    readonly lens: Lens;
}

/** One image of a scene with its camera. */
export interface View {
    /** File or camera name, for messages. */
    readonly name: string;
    readonly camera: PinholeCamera;
    /** [height, width, 4] straight-alpha sRGB bytes, row-major from the top left. */
    readonly image: Uint8Array;
    /** [height, width] planar depth in world units, 0 = empty; null if the capture has no depth. */
    readonly depth: Float32Array | null;
    /** Nearest and farthest planar depth in the view, world units; undefined if the capture's files lack it. */
    readonly depthRange?: readonly [near: number, far: number];
    /** The image file of the view; undefined for views that were not read from files. */
    readonly picture?: ViewPicture;
    /** Visibility of the points that CaptureGeometry.hasVisibility marks; undefined if there are none. */
    readonly visibility?: ViewVisibility;
}

/** Points sampled from the surface of the content. They become the leaves of the hierarchy, in this order. */
export interface CaptureGeometry {
    /** [n, 3] world positions. */
    readonly positions: Float32Array;
    /** [n, 3] unit normals, of either sign; null to estimate them. */
    readonly normals: Float32Array | null;
    /**
     * [n, 3] unit normals, of either sign, of the flat faces that the points lie on. With them, and with exact depth,
     * the visibility of a point is exact; without them it is tested within a tolerance.
     */
    readonly faceNormals?: Float32Array | null;
    /**
     * [n] 1 for points that are visible where View.visibility lists them, whatever the depth: splats, which have no
     * sharp surface. Null or undefined: depth decides for all points.
     */
    readonly hasVisibility?: Uint8Array | null;
    /** [n, 3] sRGB bytes; null to take the views' colors. */
    readonly colors: Uint8Array | null;
    /** Structure of the content, for priors of the segmentation; null or undefined if unknown. */
    readonly structure?: SurfaceStructure | null;
}

/** Points that structure from motion found together with the poses: few, but in the same world. */
export interface SparsePoints {
    /** [n, 3] world positions. */
    readonly positions: Float32Array;
    /** [n, 3] sRGB bytes; null if unknown. */
    readonly colors: Uint8Array | null;
}

/** Posed views of a static scene, the input of a segmentation. Plain data; the arrays must not be changed. */
export interface Capture {
    readonly name: string;
    /** Views that masks are made for and that the segmentation learns from. */
    readonly views: readonly View[];
    /** Views held out for label images and evaluation. */
    readonly heldOutViews: readonly View[];
    /** Points on the content's own surface; if undefined, the surface is reconstructed from the views' depth. */
    readonly geometry?: CaptureGeometry;
    /**
     * Sparse points, if the capture's files have any. They show where the scene is, but are not used as its surface.
     */
    readonly sparsePoints?: SparsePoints;
    /** Sentences about what was left out of the capture's files, chosen or guessed, and why; undefined for none. */
    readonly notes?: readonly string[];
}
