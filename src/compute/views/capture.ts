import type { PinholeCamera } from "./pinholeCamera";

/** One posed picture of the scene. */
export interface View {
    /** File or camera name, for messages. */
    readonly name: string;
    readonly camera: PinholeCamera;
    /** [height, width, 4] straight-alpha sRGB bytes, row-major from the top left. */
    readonly image: Uint8Array;
    /** [height, width] planar depth in world units, 0 = nothing there; null where the capture has no depth. */
    readonly depth: Float32Array | null;
}

/** What is to be segmented: posed views of a static scene. Plain data; the arrays are not to be changed. */
export interface Capture {
    readonly name: string;
    /** The views that masks are made for and that the segmentation learns from. */
    readonly views: readonly View[];
    /** Views kept apart: label images are drawn and quality is measured there. */
    readonly heldOutViews: readonly View[];
}
