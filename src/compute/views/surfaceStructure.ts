/** In {@link SurfaceStructure.faces}: a point or a splat, which lies on no face. */
export const NO_FACE = 0xffffffff;

/**
 * What content says about its own structure, for each of the n points of a CaptureGeometry. Plain data; a segmentation looks at it only where its
 * options switch a prior on.
 */
export interface SurfaceStructure {
    /** [n] face that each point lies on; NO_FACE for none. */
    readonly faces: Uint32Array;
    /** [3 faces, 3] corners of all faces, three in a row, in the world of the points. Corners at equal positions are taken for one. */
    readonly corners: Float32Array;
    /** [n] number of the material at each point. */
    readonly materials: Uint32Array;
    /** [n] number of the node (mesh, instance) that each point belongs to. */
    readonly nodes: Uint32Array;
    /** [all nodes] number of each node's parent; -1 at the top. */
    readonly nodeParents: Int32Array;
}
