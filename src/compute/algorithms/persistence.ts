import type { MergeList } from "./mergeList";
import type { EdgeList } from "./neighborGraph";
import { CreateSpanningForest, type SpanningForest } from "./spanningForest";

/** How much a region must have of something not to be swallowed by its neighbor. */
export type PersistenceCriterion = "dynamics" | "area" | "volume";

/**
 * Hierarchical watershed (Cousty & Najman 2011; Najman, Cousty & Perret 2013): the merges of a minimum spanning forest,
 * each at the lesser attribute of its two sides in the binary partition tree by altitude. Cures single linkage's
 * chaining: a part that is small, shallow or thin joins its neighbor early. O(n) from the sorted forest.
 *
 * - `area`: leaves, or the sum of `leafArea`
 * - `dynamics`: altitude of the merge minus the lowest altitude inside
 * - `volume`: area accumulated over altitude
 *
 * A side that is a single leaf counts as nothing, and a side merged at the altitude of the merge above it (a plateau)
 * counts as its larger child: only then is the answer independent of the order within a plateau.
 *
 * @param edges the graph that the forest was made from
 * @param leafArea [n], e.g. square meters a sample stands for; default 1
 */
export function CreateWatershed(
    edges: EdgeList,
    forest: SpanningForest,
    criterion: PersistenceCriterion,
    leafArea?: Float32Array,
): MergeList {
    const { first, second, height } = forest.merges;
    const leaves = forest.vertexCount;
    const merges = first.length;
    // Node of a component: -1 = its single leaf, otherwise the merge that made it.
    const nodeOf = new Int32Array(leaves).fill(-1);
    const area = new Float64Array(merges);
    const lowest = new Float64Array(merges);
    // Volume below the node's own altitude, and the attribute counted on plateaus.
    const volumeBelow = new Float64Array(merges);
    const plateauMaximum = new Float64Array(merges);
    const persistence = new Float64Array(merges);

    for (let m = 0; m < merges; m++) {
        const altitude = height[m];
        let least = Number.POSITIVE_INFINITY;
        let most = 0;
        let totalArea = 0;
        let totalVolume = 0;
        let minimum = altitude;
        for (const side of [first[m], second[m]]) {
            const node = nodeOf[side];
            let counted = 0;
            if (node < 0) {
                totalArea += leafArea ? leafArea[side] : 1;
            } else {
                const volume = volumeBelow[node] + (altitude - height[node]) * area[node];
                totalArea += area[node];
                totalVolume += volume;
                minimum = Math.min(minimum, lowest[node]);
                if (height[node] === altitude) {
                    counted = plateauMaximum[node];
                } else if (criterion === "area") {
                    counted = area[node];
                } else if (criterion === "volume") {
                    counted = volume;
                } else {
                    counted = altitude - lowest[node];
                }
            }
            least = Math.min(least, counted);
            most = Math.max(most, counted);
        }
        nodeOf[first[m]] = m;
        area[m] = totalArea;
        volumeBelow[m] = totalVolume;
        lowest[m] = minimum;
        plateauMaximum[m] = most;
        persistence[m] = least;
    }

    const tree: EdgeList = {
        vertexCount: leaves,
        from: forest.edges.map((e) => edges.from[e]),
        to: forest.edges.map((e) => edges.to[e]),
    };
    return CreateSpanningForest(tree, persistence).merges;
}
