import type { Material } from "@babylonjs/core/Materials/material";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { SurfaceAppearance } from "./surfaceAppearance";

/** The element of a pixel at whose center a captured view shows nothing. */
export const NO_ELEMENT = 0xffffffff;

/** The largest number of elements of a piece: they are processed without a pause. */
export const MAX_PIECE_ELEMENTS = 1 << 14;

/** The kind of elements that an item consists of. */
export type ContentKind = "faces" | "points" | "splats";

/** One mesh, point cloud or splat mesh of the content; each instance, thin or not, is an item of its own. */
export interface ContentItem {
    readonly mesh: AbstractMesh;
    /** Index of the thin instance; -1 where the mesh has none. */
    readonly thinInstance: number;
    readonly kind: ContentKind;
    /**
     * Index of the item's first element in the whole content: face f of the mesh (indices 3 f to 3 f + 2; strips and
     * fans add one index per face), its vertex f or its splat f is element `firstElement + f`.
     */
    readonly firstElement: number;
    readonly elementCount: number;
}

/** Consecutive elements of one item with one appearance, transformed into the capture's world. */
export interface ContentPiece {
    readonly kind: ContentKind;
    readonly firstElement: number;
    readonly elementCount: number;
    /** [corners, 3] positions; a face has three corners, a point or a splat one. */
    readonly positions: Float32Array;
    /** [splats, 6] covariances xx, xy, xz, yy, yz, zz; null for faces and points. */
    readonly covariances: Float32Array | null;
    /** [corners, 3] unit normals; null for points without normals, and for splats that are not flat. */
    readonly normals: Float32Array | null;
    /** [corners, 4] linear RGB and opacity; null where every corner is opaque white. */
    readonly colors: Float32Array | null;
    /** [corners, 2] texture coordinates of the base texture. */
    readonly baseUvs: Float32Array | null;
    /** [corners, 2] texture coordinates of the emissive texture. */
    readonly emissiveUvs: Float32Array | null;
    readonly appearance: SurfaceAppearance;
    readonly material: Material | null;
    /** Radius of the disc drawn for each point, large enough to close the gaps, world units; 0 for faces and splats. */
    readonly pointRadius: number;
}

/** Extent of the content in the capture's world. */
export interface ContentBounds {
    /** Lower corner of the axis-aligned bounding box. */
    readonly low: readonly [number, number, number];
    /** Upper corner of the axis-aligned bounding box. */
    readonly high: readonly [number, number, number];
    /** [n, 3] outermost points of the content; null uses the corners of the box. */
    readonly outline: Float32Array | null;
}

/** The scene nodes that hold the items, and all nodes above them. */
export interface ContentNodes {
    /** [items] node of each item. */
    readonly ofItem: Uint32Array;
    /** [nodes] parent of each node; -1 for a root. Parents come before their children. */
    readonly parents: Int32Array;
}

/** A copy of meshes, point clouds and splats of a scene, in their current pose and in the world of a capture. */
export interface SceneContent {
    readonly items: readonly ContentItem[];
    readonly pieces: readonly ContentPiece[];
    readonly elementCount: number;
    readonly bounds: ContentBounds;
    readonly nodes: ContentNodes;
}
