import type { EdgeList } from "../../algorithms/edgeList";
import type { MergeList } from "../../algorithms/mergeList";
import { CreateSpanningForest } from "../../algorithms/spanningForest";
import { CreateWatershed, type PersistenceCriterion } from "../../algorithms/watershed";
import { CreateDendrogram } from "../cut/dendrogram";
import { CutAtCount, LabelLeaves } from "../cut/partition";
import type { EdgeCreases } from "./edgeCreases";

/** Small regions that masks, colors and normals agree on. */
export interface Superpoints {
    /** The hierarchy of the points that they are a cut of. */
    readonly inner: MergeList;
    /** [n] superpoint of each point. */
    readonly region: Uint32Array;
    readonly count: number;
}

/** Options of {@link CreateSuperpoints}. */
export interface SuperpointOptions {
    /** How many. Default 2000. */
    readonly count: number;
    /** Added to the vote: what an edge costs where no mask parts it. Default 0.1. */
    readonly voteFloor: number;
    /** Added to color and crease: what an edge costs on a smooth surface of one color. Default 0.05. */
    readonly cueFloor: number;
    /** What a convex crease counts, beside a difference in color. Default 0.5. */
    readonly convexWeight: number;
    /** What a concave crease counts: parts meet in creases. Default 1.5. */
    readonly concaveWeight: number;
    /** Numbers of neighbors that normals are estimated from; the creases are averaged, with those of given normals. Default [8, 16]. */
    readonly normalNeighbors: readonly number[];
    /** What a superpoint must have to stand alone. Default `area`: superpoints of like size, also where no mask says anything. */
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

/** What an edge of the superpoint graph may cross. */
export interface SurfaceCues {
    /** [edges] smoothed mask votes, 0..1. */
    readonly votes: Float32Array;
    /** [n, 3] sRGB 0..1. */
    readonly colors: Float32Array;
    /** Along the edges. */
    readonly creases: EdgeCreases;
    /** [edges] what borders of the content's own structure add, see StructurePriors; left out where no prior is on. */
    readonly borders?: Float32Array | null;
}

/** Edge weights (voteFloor + vote) x (cueFloor + color difference + convexWeight x convex or concaveWeight x concave crease + border) -> [m]. */
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
 * Superpoints: a watershed hierarchy of the weighted graph, cut at a number of regions.
 *
 * @param edges connected, or superpoints do not join beyond its components
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
