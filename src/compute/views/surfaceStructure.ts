/** Value of {@link SurfaceStructure.faces} for a point or a splat, which lies on no face. */
export const NO_FACE = 0xffffffff;

/**
 * The structure of the content, for each of the n points of a CaptureGeometry. Plain data; used only if the options of
 * a segmentation turn a prior on.
 */
export interface SurfaceStructure {
    /** [n] face that each point lies on; NO_FACE for none. */
    readonly faces: Uint32Array;
    /** [3 faces, 3] world positions of the corners of all faces. Corners at equal positions are welded. */
    readonly corners: Float32Array;
    /** [n] material index of each point. */
    readonly materials: Uint32Array;
    /** [n] index of the node (mesh or instance) that each point belongs to. */
    readonly nodes: Uint32Array;
    /** [all nodes] index of each node's parent; -1 at the top. */
    readonly nodeParents: Int32Array;
}
