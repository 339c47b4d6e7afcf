import type { EdgeList } from "../../algorithms/edgeList";
import type { MergeList } from "../../algorithms/mergeList";
import { CreateSpanningForest } from "../../algorithms/spanningForest";
import { CreateWatershed, type PersistenceCriterion } from "../../algorithms/watershed";
import { CreateDendrogram } from "../cut/dendrogram";
import { CutAtCount, LabelLeaves } from "../cut/partition";
import type { EdgeCreases } from "./edgeCreases";

/** Small regions that votes, colors and creases agree on. */
export interface Superpoints {
    /** Hierarchy of the points of which the superpoints are a cut. */
    readonly inner: MergeList;
    /** [n] superpoint of each point. */
    readonly region: Uint32Array;
    /** Number of superpoints. */
    readonly count: number;
}

/** Options of {@link WeighSurfaceEdges} and {@link CreateSuperpoints}. */
export interface SuperpointOptions {
    /** Number of superpoints. Default 2000. */
    readonly count: number;
    /** Vote of an edge that no mask separates. Default 0.1. */
    readonly voteFloor: number;
    /** Weight of an edge on a smooth surface of one color, before the vote. Default 0.05. */
    readonly cueFloor: number;
    /** Weight of a convex crease, relative to a color difference. Default 0.5. */
    readonly convexWeight: number;
    /** Weight of a concave crease, relative to a color difference: parts meet in concave creases. Default 1.5. */
    readonly concaveWeight: number;
    /**
     * Numbers of neighbors to estimate normals from. The creases are the mean over these and over the content's own
     * normals, if it has any. Default [8, 16].
     */
    readonly normalNeighbors: readonly number[];
    /**
     * Persistence criterion of the watershed. Default `area`, which gives superpoints of similar size even without
     * masks.
     */
    readonly persistence: PersistenceCriterion;
}

/** The defaults of {@link SuperpointOptions}. */
export const DEFAULT_SUPERPOINT_OPTIONS: SuperpointOptions = {
    count: 2000,
    voteFloor: 0.1,
    cueFloor: 0.05,
    convexWeight: 0.5,
    concaveWeight: 1.5,
    normalNeighbors: [8, 16],
    persistence: "area",
};

/** The evidence for a border between two neighboring points. */
export interface SurfaceCues {
    /** [edges] smoothed mask votes, 0..1. */
    readonly votes: Float32Array;
    /** [n, 3] sRGB 0..1. */
    readonly colors: Float32Array;
    /** Creases along the edges. */
    readonly creases: EdgeCreases;
    /**
     * [edges] weight of the structure's borders along the edges, see StructurePriors; null or undefined if no prior is
     * on.
     */
    readonly borders?: Float32Array | null;
}

/**
 * Weighs the edges of the neighbor graph -> [m]:
 *
 *     (voteFloor + vote) (cueFloor + color difference + convexWeight convex + concaveWeight concave crease + border)
 */
export function WeighSurfaceEdges(
    edges: EdgeList,
    { votes, colors, creases, borders }: SurfaceCues,
    settings: Pick<SuperpointOptions, "voteFloor" | "cueFloor" | "convexWeight" | "concaveWeight">,
): Float64Array {
    const { from, to } = edges;
    const { voteFloor, cueFloor, convexWeight, concaveWeight } = settings;
    const weights = new Float64Array(from.length);
    for (let e = 0; e < weights.length; e++) {
        const a = 3 * from[e];
        const b = 3 * to[e];
        const color = Math.hypot(colors[a] - colors[b], colors[a + 1] - colors[b + 1], colors[a + 2] - colors[b + 2]);
        const crease = convexWeight * creases.convex[e] + concaveWeight * creases.concave[e];
        const cues = color + crease + (borders?.[e] ?? 0);
        weights[e] = (voteFloor + votes[e]) * (cueFloor + cues);
    }
    return weights;
}

/**
 * Creates superpoints: a hierarchical watershed of the weighted graph, cut at a number of regions.
 *
 * @param edges of a connected graph; otherwise `inner` does not join its components
 * @param weights [edges]
 */
export function CreateSuperpoints(
    edges: EdgeList,
    weights: Float64Array,
    { count, persistence }: Pick<SuperpointOptions, "count" | "persistence">,
): Superpoints {
    const inner = CreateWatershed(edges, CreateSpanningForest(edges, weights), persistence);
    const cut = CutAtCount(CreateDendrogram(inner), count);
    return { inner, region: LabelLeaves(cut), count: cut.partCount };
}
