import type { BorderOptions } from "../borders/borderRefinement";
import type { StructurePriors } from "../priors/structurePriors";
import type { ConsensusOptions } from "./consensusOptions";
import type { FragmentOptions } from "./smallFragments";
import type { SuperpointOptions } from "./superpoints";

/** Options of `HierarchyBuilder`. */
export interface HierarchyOptions {
    /** Voxel size of the point cloud, in the unit cube; without effect on a capture with geometry. Default 0.004. */
    readonly voxelSize?: number;
    /** Number of neighbors of a point in the neighbor graph (paper: k_graph). Default 16. */
    readonly neighbors?: number;
    /** Largest difference of a visible point's depth to the view's, in extents of the scene. Default 0.009. */
    readonly depthTolerance?: number;
    /** Largest difference for points with face normals, whose depth is exact. Default 2e-4. */
    readonly faceTolerance?: number;
    /**
     * Options of the superpoints. `voteFloor` and `cueFloor` also apply to the other criteria and to unobserved leaves.
     */
    readonly superpoints?: Partial<SuperpointOptions>;
    /** Options of the criterion `consensus`. */
    readonly consensus?: Partial<ConsensusOptions>;
    /**
     * True if a ground on which all else stands, or a sky around it, is one part that merges last, for the criterion
     * `consensus`. Default true.
     */
    readonly backdrop?: boolean;
    /** Options of small fragments, for the criterion `consensus`; a share of 0 leaves them where they merge. */
    readonly fragments?: Partial<FragmentOptions>;
    /** Options of the refinement of borders, for the criterion `consensus`; a width of 0 turns it off. */
    readonly borders?: Partial<BorderOptions>;
    /** Priors from the content's structure, for the criterion `consensus`; needs a capture of content. Default none. */
    readonly priors?: StructurePriors;
    /**
     * Edge weights of the criteria other than `consensus`: `default`, smoothed feature distance times mask votes;
     * `paper`, plain feature distance. Default `default`.
     */
    readonly recipe?: "default" | "paper";
}

/** The defaults of {@link HierarchyOptions}. */
export const DEFAULT_HIERARCHY_OPTIONS: Required<HierarchyOptions> = {
    voxelSize: 4e-3,
    neighbors: 16,
    depthTolerance: 9e-3,
    faceTolerance: 2e-4,
    superpoints: {},
    consensus: {},
    backdrop: true,
    fragments: {},
    borders: {},
    priors: {},
    recipe: "default",
};
