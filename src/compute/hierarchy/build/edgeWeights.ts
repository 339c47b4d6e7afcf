import { EdgeDistances } from "../../algorithms/edgeDistances";
import type { EdgeList } from "../../algorithms/edgeList";
import type { CloudFeatures } from "./surfaceCloud";

/** Weighs the edges of a graph by feature distance times (voteFloor + vote) -> [m]. */
export function WeighFeatureEdges(
    graph: EdgeList,
    { features, dimensions }: CloudFeatures,
    votes: Float32Array,
    voteFloor: number,
): Float32Array {
    return EdgeDistances(features, dimensions, graph).map((distance, e) => distance * (voteFloor + votes[e]));
}

/**
 * Appends the weights of the bridges: above all others, so that separate components merge last.
 *
 * @param weights [edges] of the neighbor graph
 * @param count number of edges with the bridges
 */
export function AppendBridgeWeights(weights: Float32Array | Float64Array, count: number): Float64Array {
    const all = new Float64Array(count);
    all.set(weights);
    let highest = 0;
    for (const weight of weights) {
        highest = Math.max(highest, weight);
    }
    return all.fill(2 * highest, weights.length);
}
